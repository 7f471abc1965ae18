# New data disks get one NTFS partition and a letter, in the order of their LUNs. Local disks are raw, too, and raw again after the next
# deallocation: they are left alone.

# One that calls itself NVMe is local unless it is of a model of the catalog. -Remote: those models.
function Test-LocalDisk {
    param($Disk, [string[]]$Remote)
    $name = "$(Get-Property $Disk 'FriendlyName')"
    "$name $(Get-Property $Disk 'BusType')" -like '*NVMe*' -and -not @($Remote | Where-Object { $name -like $_ }).Count
}

# Of NVMe disks only Win32_DiskDrive tells it.
function Get-DiskLun {
    param($Disk)
    if ("$(Get-Property $Disk 'Location')" -match 'LUN (\d+)') { return [int]$Matches[1] }
    $drive = if ("$(Get-Property $Disk 'FriendlyName')" -like '*NVMe*') { Get-CimInstance -ClassName Win32_DiskDrive -Filter "Index=$($Disk.Number)" }
    [int](Get-Property $drive 'SCSILogicalUnit' $Disk.Number)
}

# A RAW disk on a node that already has a kubelet may be the volume of a pod: hands off.
function Get-NewDisk {
    param($Context)
    if (Get-ServiceStatus 'kubelet') { return }
    $remote = [string[]]@(Get-Property $Context.Configuration 'remoteNvmeDisks' @())
    Get-Disk | Where-Object { $_.PartitionStyle -eq 'RAW' -and -not (Test-LocalDisk $_ $remote) } | Sort-Object -Property @{ Expression = { Get-DiskLun $_ } }
}

function Test-DataDisk {
    param($Context)
    if (-not @(Get-NewDisk $Context).Count) { 'no new data disk' }
}

# GPT: MBR ends at 2 TB.
function Invoke-DataDisk {
    param($Context)
    foreach ($disk in @(Get-NewDisk $Context)) {
        if (Get-Property $disk 'IsOffline' $false) { Set-Disk -Number $disk.Number -IsOffline $false }
        if (Get-Property $disk 'IsReadOnly' $false) { Set-Disk -Number $disk.Number -IsReadOnly $false }
        Initialize-Disk -Number $disk.Number -PartitionStyle GPT
        $partition = New-Partition -DiskNumber $disk.Number -UseMaximumSize -AssignDriveLetter
        $null = Format-Volume -Partition $partition -FileSystem NTFS -Force -Confirm:$false
    }
}

function Assert-DataDisk {
    param($Context)
    $raw = @(Get-NewDisk $Context | ForEach-Object { $_.Number })
    if ($raw.Count) { throw "disk $($raw -join ', ') is still RAW: look at it with Get-Disk" }
}
