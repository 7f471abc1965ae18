# ---------------------------------------------------------------- disks
function Get-Disk {
    [CmdletBinding()] param([Parameter(Position = 0)] [int[]]$Number)
    Set-StrictMode -Off
    LabTrace 'disk' 'Get-Disk' $PSBoundParameters $null
    LabJson 'disks' | Where-Object { $null -eq $Number -or $_.Number -in $Number }
}
function Initialize-Disk {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Position = 0)] [int[]]$Number,
        [Parameter(ValueFromPipeline)] $InputObject,
        [string]$PartitionStyle = 'GPT',
        [switch]$PassThru
    )
    process {
        Set-StrictMode -Off
        LabTrace 'disk' 'Initialize-Disk' @{ number = "$Number$($InputObject.Number)"; style = $PartitionStyle } $null
        $all = @(LabJson 'disks')
        $id = if ($InputObject) { $InputObject.Number } else { $Number[0] }
        foreach ($d in $all) { if ($d.Number -eq $id) { $d.PartitionStyle = $PartitionStyle; if ($PassThru) { $d } } }
        LabSaveJson 'disks' $all
    }
}
function New-Partition {
    [CmdletBinding()]
    param(
        [int]$DiskNumber,
        [Parameter(ValueFromPipeline)] $InputObject,
        [switch]$UseMaximumSize,
        [switch]$AssignDriveLetter,
        [string]$DriveLetter,
        [long]$Size,
        [string]$MbrType,
        [string]$GptType
    )
    process {
        Set-StrictMode -Off
        $id = if ($InputObject) { $InputObject.Number } else { $DiskNumber }
        $p = @(LabJson 'partitions')
        $l = if ($DriveLetter) {
            $DriveLetter
        } else { foreach ($x in 'E', 'F', 'G', 'H', 'I', 'J') { if ($x -notin $p.DriveLetter) { $x; break } } }
        LabTrace 'disk' 'New-Partition' @{ disk = $id; letter = $l } $null
        $o = [pscustomobject]@{
            DiskNumber = $id
            PartitionNumber = 1
            DriveLetter = $l
            Size = 137438953472
            SizeMax = 137438953472
            FileSystem = ''
        }
        LabSaveJson 'partitions' ($p + $o)
        $o
    }
}
function Format-Volume {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [string]$DriveLetter,
        [Parameter(ValueFromPipeline)] $InputObject,
        $Partition,
        [string]$FileSystem = 'NTFS',
        [string]$NewFileSystemLabel,
        [int]$AllocationUnitSize,
        [switch]$Force,
        [switch]$Full
    )
    process {
        Set-StrictMode -Off
        $l = "$(if ($DriveLetter) { $DriveLetter } elseif ($Partition) { $Partition.DriveLetter } else { $InputObject.DriveLetter })"
        LabTrace 'disk' 'Format-Volume' @{ letter = $l; fs = $FileSystem } $null
        $p = @(LabJson 'partitions')
        foreach ($x in $p) { if ($x.DriveLetter -eq $l) { $x.FileSystem = $FileSystem } }
        LabSaveJson 'partitions' $p
        $d = "$([Lab.Node]::Root)/$($l.ToLower())"
        [void][IO.Directory]::CreateDirectory($d)
        if (-not (Get-PSDrive $l -ErrorAction Ignore)) { New-PSDrive -Name $l -PSProvider FileSystem -Root $d -Scope Global | Out-Null }
        [pscustomobject]@{ DriveLetter = $l; FileSystem = $FileSystem; FileSystemLabel = $NewFileSystemLabel }
    }
}
function Get-Partition {
    [CmdletBinding()]
    param(
        [string[]]$DriveLetter,
        [int]$DiskNumber = -1,
        [int]$PartitionNumber,
        [Parameter(ValueFromPipeline)] $InputObject
    )
    process {
        Set-StrictMode -Off
        LabTrace 'disk' 'Get-Partition' $PSBoundParameters $null
        $r = @(LabJson 'partitions' |
                Where-Object {
                (-not $DriveLetter -or $_.DriveLetter -in $DriveLetter) -and ($DiskNumber -lt 0 -or $_.DiskNumber -eq $DiskNumber) -and
                    (-not $InputObject -or $_.DiskNumber -eq $InputObject.Number)
        })
        if (-not $r -and $DriveLetter) {
            $PSCmdlet.WriteError((New-LabErrorRecord "No MSFT_Partition objects found with property 'DriveLetter' equal to '$DriveLetter'." 'CmdletizationQuery_NotFound_DriveLetter' ObjectNotFound $DriveLetter))
        } else { $r }
    }
}
function Get-PartitionSupportedSize {
    [CmdletBinding()] param([string]$DriveLetter, [int]$DiskNumber, [int]$PartitionNumber, [Parameter(ValueFromPipeline)] $InputObject)
    process {
        Set-StrictMode -Off
        LabTrace 'disk' 'Get-PartitionSupportedSize' $PSBoundParameters $null
        $l = if ($DriveLetter) { $DriveLetter } else { $InputObject.DriveLetter }
        $p = LabJson 'partitions' | Where-Object { $_.DriveLetter -eq $l }
        [pscustomobject]@{ SizeMin = 16106127360; SizeMax = $p.SizeMax }
    }
}
function Resize-Partition {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [string]$DriveLetter,
        [long]$Size,
        [int]$DiskNumber,
        [int]$PartitionNumber,
        [Parameter(ValueFromPipeline)] $InputObject
    )
    process {
        Set-StrictMode -Off
        LabTrace 'disk' 'Resize-Partition' $PSBoundParameters $null
        $l = if ($DriveLetter) { $DriveLetter } else { $InputObject.DriveLetter }
        $p = @(LabJson 'partitions')
        foreach ($x in $p) {
            if ($x.DriveLetter -eq $l) {
                if ($x.Size -eq $Size) {
                    $PSCmdlet.WriteError((New-LabErrorRecord 'The size of the extent is less than the minimum of 1MB.' 'StorageWMI 40000' InvalidOperation $l))
                }
                $x.Size = $Size
            }
        }
        LabSaveJson 'partitions' $p
    }
}
function Get-Volume {
    [CmdletBinding()] param([string[]]$DriveLetter)
    Set-StrictMode -Off
    LabTrace 'disk' 'Get-Volume' $PSBoundParameters $null
    LabJson 'partitions' |
        Where-Object { -not $DriveLetter -or $_.DriveLetter -in $DriveLetter } |
        ForEach-Object {
        [pscustomobject]@{
            DriveLetter = $_.DriveLetter
            FileSystem = $_.FileSystem
            Size = $_.Size
            SizeRemaining = [long]($_.Size * 0.7)
            DriveType = 'Fixed'
        }
    }
}
function Set-Disk {
    [CmdletBinding()] param([Parameter(Position = 0)] [int]$Number, [Parameter(ValueFromPipeline)] $InputObject, $IsOffline, $IsReadOnly)
    process { LabTrace 'disk' 'Set-Disk' $PSBoundParameters $null }
}
