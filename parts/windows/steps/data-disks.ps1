# New disks get one NTFS partition and a letter.

# A RAW disk on a node that already has a kubelet may be the volume of a pod: hands off.
function Get-NewDisk {
    if (-not (Get-ServiceStatus 'kubelet')) { Get-Disk | Where-Object { $_.PartitionStyle -eq 'RAW' } }
}

function Test-DataDisk {
    param([object]$Context)
    if (-not @(Get-NewDisk).Count) { 'no new disk' }
}

# GPT: MBR ends at 2 TB.
function Invoke-DataDisk {
    param([object]$Context)
    foreach ($disk in @(Get-NewDisk)) {
        if (Get-Property $disk 'IsOffline' $false) { Set-Disk -Number $disk.Number -IsOffline $false }
        if (Get-Property $disk 'IsReadOnly' $false) { Set-Disk -Number $disk.Number -IsReadOnly $false }
        Initialize-Disk -Number $disk.Number -PartitionStyle GPT
        $partition = New-Partition -DiskNumber $disk.Number -UseMaximumSize -AssignDriveLetter
        $null = Format-Volume -Partition $partition -FileSystem NTFS -Force -Confirm:$false
    }
}

function Assert-DataDisk {
    param([object]$Context)
    $raw = @(Get-NewDisk | ForEach-Object { $_.Number })
    if ($raw.Count) { throw "disk $($raw -join ', ') is still RAW: look at it with Get-Disk" }
}
