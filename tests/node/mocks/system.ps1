# ---------------------------------------------------------------- defender, event log, certificates, acl
function Add-MpPreference {
    [CmdletBinding()] param([string[]]$ExclusionPath, [string[]]$ExclusionProcess, [string[]]$ExclusionExtension, [switch]$Force)
    Set-StrictMode -Off
    LabTrace 'defender' 'Add-MpPreference' $PSBoundParameters $null
    foreach ($k in 'ExclusionPath', 'ExclusionProcess', 'ExclusionExtension') {
        foreach ($v in $PSBoundParameters[$k]) { [IO.File]::AppendAllText("$([Lab.Node]::State)/defender", "$k=$v`n") }
    }
}
function Set-MpPreference { LabTrace 'defender' 'Set-MpPreference' $args $null }
function Remove-MpPreference { LabTrace 'defender' 'Remove-MpPreference' $args $null }
function Get-MpPreference {
    Set-StrictMode -Off
    LabTrace 'defender' 'Get-MpPreference' $null $null
    $t = @((LabRead "$([Lab.Node]::State)/defender") -split "`n")
    [pscustomobject]@{
        ExclusionPath = @($t -like 'ExclusionPath=*' -replace '^[^=]*=')
        ExclusionProcess = @($t -like 'ExclusionProcess=*' -replace '^[^=]*=')
        DisableRealtimeMonitoring = $false
    }
}
function Get-MpComputerStatus {
    [pscustomobject]@{ AMServiceEnabled = $true; RealTimeProtectionEnabled = $true; AntivirusSignatureVersion = '1.0.0.0' }
}
function Update-MpSignature {
    [CmdletBinding()] param([string]$UpdateSource, [switch]$AsJob)
    Set-StrictMode -Off
    LabTrace 'defender' 'Update-MpSignature' $null $null
    if (-not (LabFetch 'https://go.microsoft.com/fwlink/?LinkID=121721')) {
        $PSCmdlet.WriteError((New-LabErrorRecord 'Virus and spyware definitions update was completed with errors.' 'HRESULT 0x80070422' NotSpecified $null))
    }
}
function New-EventLog {
    [CmdletBinding()] param([string]$LogName, [string[]]$Source)
    LabTrace 'eventlog' 'New-EventLog' $PSBoundParameters $null
}
function Write-EventLog {
    [CmdletBinding()]
    param(
        [Parameter(Position = 0)] [string]$LogName,
        [Parameter(Position = 1)] [string]$Source,
        [Parameter(Position = 2)] [int]$EventId,
        [string]$EntryType,
        [Parameter(Position = 3)] [string]$Message,
        [int]$Category
    )
    LabTrace 'eventlog' 'Write-EventLog' $PSBoundParameters $null
}
function Get-EventLog { LabTrace 'eventlog' 'Get-EventLog' $args $null }
function Get-WinEvent { LabTrace 'eventlog' 'Get-WinEvent' $args $null }
function Export-Certificate {
    [CmdletBinding()] param($Cert, [string]$FilePath, [string]$Type, [switch]$Force)
    Set-StrictMode -Off
    LabTrace 'cert' 'Export-Certificate' $FilePath $null
    [IO.File]::WriteAllText((LabNative $FilePath), "-- certificate $($Cert.Thumbprint)`n")
    Get-Item $FilePath
}
function Import-Certificate {
    [CmdletBinding()] param([Parameter(Mandatory)] [string]$FilePath, [string]$CertStoreLocation = 'Cert:\CurrentUser\My')
    Set-StrictMode -Off
    LabTrace 'cert' 'Import-Certificate' $PSBoundParameters $null
    $n = LabNative $FilePath
    if (-not [IO.File]::Exists($n)) {
        $PSCmdlet.ThrowTerminatingError((New-LabErrorRecord "The system cannot find the file specified. 0x80070002" 'FileNotFound' ObjectNotFound $FilePath))
    }
    $d = "$([Lab.Node]::State)/cert/$(($CertStoreLocation -replace '^Cert:[\\/]') -replace '\\', '/')"
    [void][IO.Directory]::CreateDirectory($d)
    [IO.File]::Copy($n, "$d/$((Microsoft.PowerShell.Utility\Get-FileHash -LiteralPath $n -Algorithm SHA1).Hash)", $true)
}
function New-LabAcl {
    param($path)
    $o = [pscustomobject]@{
        Path = $path
        Owner = 'NT AUTHORITY\SYSTEM'
        Access = @()
        Sddl = LabSddl $path
        Changes = [Collections.Generic.List[object]]::new()
    }
    foreach ($m in 'AddAccessRule', 'SetAccessRule', 'RemoveAccessRule', 'RemoveAccessRuleAll', 'PurgeAccessRules',
        'SetAccessRuleProtection', 'SetOwner', 'SetSecurityDescriptorSddlForm') {
        $o | Add-Member ScriptMethod $m ([scriptblock]::Create("`$this.Changes.Add('$m ' + (`$args -join ' '))")) -Force
    }
    $o
}
function Get-Acl {
    [CmdletBinding()] param([Parameter(Position = 0, ValueFromPipelineByPropertyName)] [Alias('LiteralPath')] [string[]]$Path)
    process {
        Set-StrictMode -Off
        foreach ($p in $Path) {
            LabTrace 'acl' 'Get-Acl' $p $null
            if (Test-Path $p) {
                New-LabAcl $p
            } else {
                $PSCmdlet.WriteError((New-LabErrorRecord "Cannot find path '$p' because it does not exist." 'GetAcl_PathNotFound_Exception' ObjectNotFound $p))
            }
        }
    }
}
function Set-Acl {
    [CmdletBinding()]
    param(
        [Parameter(Position = 0)] [Alias('LiteralPath')] [string[]]$Path,
        [Parameter(Position = 1)] [Alias('AclObject')] $Acl,
        [Parameter(ValueFromPipeline)] $InputObject
    )
    process { Set-StrictMode -Off; LabTrace 'acl' 'Set-Acl' @{ path = $Path; changes = @($Acl.Changes) } $null }
}
