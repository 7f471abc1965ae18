# New disks get one NTFS partition and a letter.

# A RAW disk on a node that already has a kubelet may be the volume of a pod: hands off.
function Get-NewDisk {
    if (Get-Service -Name 'kubelet' -ErrorAction SilentlyContinue) { return }
    Get-Disk | Where-Object { $_.PartitionStyle -eq 'RAW' }
}

function Test-DataDisks {
    param([object]$Context)
    if (-not @(Get-NewDisk).Count) { 'no new disk' }
}

# GPT: MBR ends at 2 TB.
function Initialize-NewDisk {
    param([object]$Disk)
    if (Get-Property $Disk 'IsOffline' $false) { Set-Disk -Number $Disk.Number -IsOffline $false }
    if (Get-Property $Disk 'IsReadOnly' $false) { Set-Disk -Number $Disk.Number -IsReadOnly $false }
    Initialize-Disk -Number $Disk.Number -PartitionStyle GPT
    $partition = New-Partition -DiskNumber $Disk.Number -UseMaximumSize -AssignDriveLetter
    $null = Format-Volume -Partition $partition -FileSystem NTFS -Force -Confirm:$false
    $letter = (Get-Partition -DiskNumber $Disk.Number | Where-Object { "$($_.DriveLetter)".Trim([char]0) } | Select-Object -First 1).DriveLetter
    Write-Event 'data-disks' 'formatted' "disk $($Disk.Number) is ${letter}:" @{ bytes = $Disk.Size }
}

function Invoke-DataDisks {
    param([object]$Context)
    $asked = @(Get-Property $Context.Configuration 'diskSizesGB' @()).Count
    foreach ($disk in @(Get-NewDisk)) {
        try { Initialize-NewDisk $disk }
        catch {
            $problem = "disk $($disk.Number): $($_.Exception.Message.TrimEnd('.'))"
            if ($asked) { throw "${problem}; look at it with Get-Disk, clear it with Clear-Disk and run the extension again" }
            Write-Event 'data-disks' 'note' "$problem; the definition asks for no data disk, going on"
        }
    }
}

function Assert-DataDisks {
    param([object]$Context)
    $asked = @(Get-Property $Context.Configuration 'diskSizesGB' @()).Count
    $raw = @(Get-NewDisk)
    if ($asked -and $raw.Count) { throw "disk $(@($raw | ForEach-Object { $_.Number }) -join ', ') is still RAW: look at it with Get-Disk and run the extension again" }
}
