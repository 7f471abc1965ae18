# ---------------------------------------------------------------- features, capabilities, packages
function LabFeatures { LabJson 'features' }
function Get-WindowsFeature { [CmdletBinding()] param([Parameter(Position = 0, ValueFromPipeline)] [string[]]$Name)
    Set-StrictMode -Off; LabTrace 'cmdlet' 'Get-WindowsFeature' $PSBoundParameters $null
    $all = LabFeatures
    foreach ($n in $(if ($Name) {
        $Name
        } else {
            '*'
    })) {
        $all |
            Where-Object { $_.Name -like $n } |
            ForEach-Object {
            [pscustomobject]@{
                Name = $_.Name
                DisplayName = $_.Name
                InstallState = $(if ($_.State -eq 'Pending') { 'InstallPending' } else { $_.State })
                Installed = ($_.State -eq 'Installed')
            }
        }
    }
}
function LabFeatureInstall { param($names)
    $all = @(LabFeatures); $res = @()
    foreach ($n in $names) {
        $f = $all | Where-Object { $_.Name -eq $n }
        if (-not $f) { $res += 'unknown'; continue }
        if ($f.State -eq 'Available') { $f.State = 'Pending'; $res += 'restart' } else { $res += 'none' } }
    LabSaveJson 'features' $all
    if ($res -contains 'restart') { [IO.File]::WriteAllText("$([Lab.Node]::State)/reboot-pending", '1') }
    $res }
function Install-WindowsFeature {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline)] [string[]]$Name,
        [switch]$IncludeManagementTools,
        [switch]$IncludeAllSubFeature,
        [switch]$Restart,
        [string]$Source
    )
    Set-StrictMode -Off; $r = @(LabFeatureInstall $Name); LabTrace 'cmdlet' 'Install-WindowsFeature' $Name ($r -join ',')
    if ($r -contains 'unknown') {
        $PSCmdlet.WriteError((New-LabErrorRecord "ArgumentNotValid: The role, role service, or feature name is not valid: '$($Name -join ',')'. The name was not found." 'NameDoesNotExist' InvalidArgument $Name))
        return
    }
    [pscustomobject]@{
        Success = $true
        RestartNeeded = $(if ($r -contains 'restart') { 'Yes' } else { 'No' })
        ExitCode = $(if ($r -contains 'restart') { 'SuccessRestartRequired' } else { 'NoChangeNeeded' })
        FeatureResult = $Name
    }
}
Set-Alias Add-WindowsFeature Install-WindowsFeature -Scope Global
function Uninstall-WindowsFeature {
    [CmdletBinding()] param([Parameter(Position = 0)] [string[]]$Name)
    LabTrace 'cmdlet' 'Uninstall-WindowsFeature' $Name $null
    [pscustomobject]@{ Success = $true; RestartNeeded = 'Yes'; ExitCode = 'SuccessRestartRequired' }
}
function Get-WindowsOptionalFeature {
    [CmdletBinding()] param([switch]$Online, [string]$FeatureName)
    Set-StrictMode -Off; LabTrace 'cmdlet' 'Get-WindowsOptionalFeature' $PSBoundParameters $null
    LabFeatures |
        Where-Object { -not $FeatureName -or $_.Name -like $FeatureName } |
        ForEach-Object {
        [pscustomobject]@{
            FeatureName = $_.Name
            State = @{ Installed = 'Enabled'; Available = 'Disabled'; Pending = 'EnablePending' }[$_.State]
            RestartRequired = 'Possible'
        }
    }
}
function Enable-WindowsOptionalFeature {
    [CmdletBinding()]
    param(
        [switch]$Online,
        [Parameter(ValueFromPipelineByPropertyName)] [string[]]$FeatureName,
        [switch]$All,
        [switch]$NoRestart
    )
    process {
        Set-StrictMode -Off
        $r = @(LabFeatureInstall $FeatureName)
        LabTrace 'cmdlet' 'Enable-WindowsOptionalFeature' $FeatureName ($r -join ',')
        if ($r -contains 'unknown') {
            $PSCmdlet.ThrowTerminatingError((New-LabErrorRecord "Feature name $FeatureName is unknown." 'COMException' NotSpecified $FeatureName))
        }
        [pscustomobject]@{ Path = ''; Online = $true; RestartNeeded = ($r -contains 'restart') } } }
function Disable-WindowsOptionalFeature {
    [CmdletBinding()] param([switch]$Online, [string[]]$FeatureName, [switch]$NoRestart)
    LabTrace 'cmdlet' 'Disable-WindowsOptionalFeature' $FeatureName $null; [pscustomobject]@{ Online = $true; RestartNeeded = $false }
}
function Get-WindowsCapability {
    [CmdletBinding()] param([switch]$Online, [string]$Name, [switch]$LimitAccess)
    Set-StrictMode -Off; LabTrace 'cmdlet' 'Get-WindowsCapability' $PSBoundParameters $null
    LabJson 'capabilities' |
        Where-Object { -not $Name -or $_.Name -like $Name } |
        ForEach-Object { [pscustomobject]@{ Name = $_.Name; State = $_.State } }
}
function Add-WindowsCapability {
    [CmdletBinding()]
    param(
        [switch]$Online,
        [Parameter(Mandatory, ValueFromPipelineByPropertyName)] [string]$Name,
        [string[]]$Source,
        [switch]$LimitAccess
    )
    process { Set-StrictMode -Off
        $all = @(LabJson 'capabilities'); $c = $all | Where-Object { $_.Name -eq $Name }
        if (-not $c) {
            LabTrace 'cmdlet' 'Add-WindowsCapability' $Name 'unknown'
            $PSCmdlet.ThrowTerminatingError((New-LabErrorRecord 'Add-WindowsCapability failed. Error code = 0x800f0950' 'COMException' NotSpecified $Name))
        }
        if ($c.State -ne 'Installed') {
            if (-not (LabFetch "http://fe3.delivery.mp.microsoft.com/capability/$Name")) {
                LabTrace 'cmdlet' 'Add-WindowsCapability' $Name 'no Windows Update'
                $PSCmdlet.ThrowTerminatingError((New-LabErrorRecord 'Add-WindowsCapability failed. Error code = 0x8024402c' 'COMException' NotSpecified $Name))
            }
            $c.State = 'Installed'; LabSaveJson 'capabilities' $all
            if ($Name -like 'OpenSSH.Server*') {
                LabSvcSet sshd Name sshd
                LabSvcSet sshd DisplayName 'OpenSSH SSH Server'
                LabSvcSet sshd Status Stopped
                LabSvcSet sshd StartType Manual
                [void][IO.Directory]::CreateDirectory([Lab.Node]::ToNative('C:\Windows\System32\OpenSSH'))
                LabSaveJson 'firewall' (@(LabJson 'firewall') + [pscustomobject]@{
                    Name = 'OpenSSH-Server-In-TCP'
                    DisplayName = 'OpenSSH SSH Server (sshd)'
                    Enabled = 'True'
                    Direction = 'Inbound'
                    Action = 'Allow'
                    Protocol = 'TCP'
                    LocalPort = '22'
                })
            }
        }
        LabTrace 'cmdlet' 'Add-WindowsCapability' $Name 'Installed'
        [pscustomobject]@{ Path = ''; Online = $true; RestartNeeded = $false } } }
function Remove-WindowsCapability {
    [CmdletBinding()] param([switch]$Online, [Parameter(Mandatory, ValueFromPipelineByPropertyName)] [string]$Name)
    process { Set-StrictMode -Off
        $all = @(LabJson 'capabilities'); ($all | Where-Object { $_.Name -eq $Name }).State = 'NotPresent'; LabSaveJson 'capabilities' $all
        if ($Name -like 'OpenSSH.Server*') { [IO.Directory]::Delete("$([Lab.Node]::State)/services/sshd", $true) }
        LabTrace 'cmdlet' 'Remove-WindowsCapability' $Name 'NotPresent'
        [pscustomobject]@{ Path = ''; Online = $true; RestartNeeded = $false } } }
function LabProviderReady { [IO.File]::Exists("$([Lab.Node]::State)/provider-dockermsft") }
function Install-PackageProvider {
    [CmdletBinding()]
    param(
        [Parameter(Position = 0)] [string[]]$Name,
        [string]$MinimumVersion,
        [string]$RequiredVersion,
        [switch]$Force,
        [switch]$ForceBootstrap,
        [string]$Scope
    )
    Set-StrictMode -Off; LabTrace 'cmdlet' 'Install-PackageProvider' $PSBoundParameters $null
    if (-not (LabFetch 'https://onegetcdn.azureedge.net/providers/nuget-2.8.5.208.package.swidtag')) {
        $PSCmdlet.WriteError((New-LabErrorRecord "Unable to download the list of available providers. Check your internet connection." 'UnableToDownload' ObjectNotFound $Name))
    }
}
function Get-PackageProvider {
    [CmdletBinding()] param([Parameter(Position = 0)] $Name, [switch]$ListAvailable, [switch]$ForceBootstrap)
    LabTrace 'cmdlet' 'Get-PackageProvider' $PSBoundParameters $null
}
function Register-PSRepository {
    [CmdletBinding()] param([string]$Name, [string]$SourceLocation, [string]$InstallationPolicy, [switch]$Default)
    LabTrace 'cmdlet' 'Register-PSRepository' $PSBoundParameters $null
}
function Set-PSRepository {
    [CmdletBinding()] param([Parameter(Position = 0)] [string]$Name, [string]$InstallationPolicy)
    LabTrace 'cmdlet' 'Set-PSRepository' $PSBoundParameters $null
}
function Install-Module {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0)] [string[]]$Name,
        [string]$Repository,
        [string]$RequiredVersion,
        [string]$MinimumVersion,
        [switch]$Force,
        [string]$Scope,
        [switch]$AllowClobber,
        [switch]$SkipPublisherCheck
    )
    Set-StrictMode -Off; LabTrace 'cmdlet' 'Install-Module' $PSBoundParameters $null
    foreach ($n in $Name) {
        if (LabFetch "https://www.powershellgallery.com/api/v2/package/$n") {
            if ($n -like 'DockerMsftProvider*') { [IO.File]::WriteAllText("$([Lab.Node]::State)/provider-dockermsft", '1') }
        } else {
            $PSCmdlet.WriteError((New-LabErrorRecord "No match was found for the specified search criteria and module name '$n'." 'NoMatchFoundForCriteria' ObjectNotFound $n))
        }
    }
}
function Find-Package {
    [CmdletBinding()]
    param(
        [Parameter(Position = 0)] [string[]]$Name,
        [string]$ProviderName,
        [string]$RequiredVersion,
        [string]$MinimumVersion,
        [string]$Source,
        [switch]$AllVersions,
        [switch]$Force
    )
    Set-StrictMode -Off; LabTrace 'cmdlet' 'Find-Package' $PSBoundParameters $null
    if ($ProviderName -like 'Docker*' -and -not (LabProviderReady)) {
        $PSCmdlet.WriteError((New-LabErrorRecord "Unable to find package provider '$ProviderName'. It may not be imported yet. Try 'Get-PackageProvider -ListAvailable'." 'UnknownProvider' ObjectNotFound $ProviderName))
        return
    }
    if (-not (LabFetch 'https://go.microsoft.com/fwlink/?LinkID=825636')) {
        $PSCmdlet.WriteError((New-LabErrorRecord "No match was found for the specified search criteria and package name '$Name'." 'NoMatchFoundForCriteria' ObjectNotFound $Name))
        return
    }
    [pscustomobject]@{ Name = $Name; Version = $RequiredVersion; Source = 'DockerDefault'; ProviderName = $ProviderName } }
function Install-Package {
    [CmdletBinding()]
    param(
        [Parameter(Position = 0, ValueFromPipelineByPropertyName)] [string[]]$Name,
        [string]$ProviderName,
        [Parameter(ValueFromPipelineByPropertyName)] [string]$RequiredVersion,
        [string]$Source,
        [switch]$Update,
        [switch]$Force
    )
    Set-StrictMode -Off; LabTrace 'cmdlet' 'Install-Package' $PSBoundParameters $null
    if ($ProviderName -like 'Docker*' -and -not (LabProviderReady)) {
        $PSCmdlet.WriteError((New-LabErrorRecord "Unable to find package provider '$ProviderName'." 'UnknownProvider' ObjectNotFound $ProviderName))
        return
    }
    if (-not (LabFetch "https://dockermsft.azureedge.net/dockercontainer/docker-$($RequiredVersion -replace '\.', '-').zip")) {
        $PSCmdlet.WriteError((New-LabErrorRecord "Cannot download package $Name." 'DownloadFailed' ConnectionError $Name))
        return
    }
    [void](LabFeatureInstall @('Containers'))
    Install-LabProgram 'C:\Program Files\docker\docker.exe' "v$RequiredVersion"
    Install-LabProgram 'C:\Program Files\docker\dockerd.exe' "v$RequiredVersion"
    [IO.File]::WriteAllText("$([Lab.Node]::State)/docker-version", $RequiredVersion)
    if (@(LabSvcNames) -notcontains 'docker') {
        LabSvcSet docker Name docker
        LabSvcSet docker DisplayName 'Docker Engine'
        LabSvcSet docker BinaryPath '"C:\Program Files\docker\dockerd.exe" --run-service'
        LabSvcSet docker StartType Automatic
    }
    LabSvcSet docker Status Stopped; [void][IO.Directory]::CreateDirectory([Lab.Node]::ToNative('C:\ProgramData\docker'))
    Update-LabPath
    [pscustomobject]@{ Name = $Name; Version = $RequiredVersion; Status = 'Installed' } }
function Get-Package {
    [CmdletBinding()] param([Parameter(Position = 0)] [string[]]$Name, [string]$ProviderName)
    Set-StrictMode -Off; LabTrace 'cmdlet' 'Get-Package' $PSBoundParameters $null
    $v = LabRead "$([Lab.Node]::State)/docker-version"
    if ($v) {
        [pscustomobject]@{ Name = 'Docker'; Version = $v }
    } else { $PSCmdlet.WriteError((New-LabErrorRecord "No package found for '$Name'." 'NoMatchFound' ObjectNotFound $Name)) }
}
