# ---------------------------------------------------------------- network configuration, HNS
function Get-NetAdapter {
    [CmdletBinding()]
    param(
        [Parameter(Position = 0)] [string[]]$Name,
        [switch]$Physical,
        [int[]]$InterfaceIndex,
        [switch]$IncludeHidden,
        [string]$InterfaceDescription
    )
    Set-StrictMode -Off; LabTrace 'net' 'Get-NetAdapter' $PSBoundParameters $null
    $all = @(LabJson 'adapters')
    if ($Physical) { $all = @($all | Where-Object Physical) }
    if ($InterfaceIndex) { $all = @($all | Where-Object { $_.ifIndex -in $InterfaceIndex }) }
    if ($Name) {
        foreach ($n in $Name) {
            $h = @($all | Where-Object { $_.Name -like $n })
            if ($h) {
                $h
            } elseif ($n -notmatch '[*?]') {
                $PSCmdlet.WriteError((New-LabErrorRecord "No MSFT_NetAdapter objects found with property 'Name' equal to '$n'.  Verify the value of the property and retry." 'CmdletizationQuery_NotFound_Name' ObjectNotFound $n))
            }
        }
    } else { $all }
}
function Get-NetIPAddress {
    [CmdletBinding()]
    param(
        [Parameter(Position = 0)] [string[]]$IPAddress,
        [Alias('ifIndex')] [int[]]$InterfaceIndex,
        [string[]]$InterfaceAlias,
        [string[]]$AddressFamily,
        [string[]]$PrefixOrigin,
        [string]$Type
    )
    Set-StrictMode -Off; LabTrace 'net' 'Get-NetIPAddress' $PSBoundParameters $null
    $r = @(LabJson 'addresses' |
            Where-Object {
            (-not $IPAddress -or $_.IPAddress -in $IPAddress) -and (-not $InterfaceIndex -or $_.InterfaceIndex -in $InterfaceIndex) -and
                (-not $InterfaceAlias -or $_.InterfaceAlias -in $InterfaceAlias) -and
                (-not $AddressFamily -or $_.AddressFamily -in $AddressFamily) -and
                (-not $PrefixOrigin -or $_.PrefixOrigin -in $PrefixOrigin)
    })
    if (-not $r -and $PSBoundParameters.Count) {
        $PSCmdlet.WriteError((New-LabErrorRecord "No matching MSFT_NetIPAddress objects found by CIM query for instances of the ROOT/StandardCimv2/MSFT_NetIPAddress class on the CIM server" 'CmdletizationQuery_NotFound' ObjectNotFound $null))
    } else { $r }
}
function Get-NetIPConfiguration {
    [CmdletBinding()] param([string]$InterfaceAlias, [int]$InterfaceIndex, [switch]$All, [switch]$Detailed)
    Set-StrictMode -Off
    LabTrace 'net' 'Get-NetIPConfiguration' $PSBoundParameters $null
    foreach ($a in LabJson 'adapters') {
        [pscustomobject]@{
            InterfaceAlias = $a.Name
            InterfaceIndex = $a.ifIndex
            IPv4Address = @(LabJson 'addresses' | Where-Object { $_.InterfaceIndex -eq $a.ifIndex -and $_.AddressFamily -eq 'IPv4' })
            IPv4DefaultGateway = [pscustomobject]@{ NextHop = '10.240.0.1' }
            NetAdapter = $a
            DNSServer = @([pscustomobject]@{ ServerAddresses = @('168.63.129.16') })
        }
    }
}
function Get-NetRoute {
    [CmdletBinding()] param([string[]]$DestinationPrefix, [int[]]$InterfaceIndex, [string]$AddressFamily, [string]$NextHop)
    LabTrace 'net' 'Get-NetRoute' $PSBoundParameters $null
    [pscustomobject]@{
        DestinationPrefix = '0.0.0.0/0'
        NextHop = '10.240.0.1'
        InterfaceIndex = 6
        ifIndex = 6
        RouteMetric = 0
        InterfaceAlias = 'Ethernet'
    }
}
function Get-NetIPInterface {
    [CmdletBinding()] param([int[]]$InterfaceIndex, [string]$AddressFamily, [string]$InterfaceAlias)
    LabTrace 'net' 'Get-NetIPInterface' $PSBoundParameters $null
    [pscustomobject]@{
        InterfaceIndex = 6
        ifIndex = 6
        InterfaceAlias = 'Ethernet'
        NlMtu = 1500
        AddressFamily = 'IPv4'
        ConnectionState = 'Connected'
    }
}
foreach ($t in 'Set-NetIPInterface', 'New-NetRoute', 'Remove-NetRoute', 'New-NetIPAddress', 'Set-NetTCPSetting',
    'Set-NetAdapter', 'Rename-NetAdapter', 'Set-NetAdapterAdvancedProperty', 'Enable-NetAdapterRss',
    'Disable-NetAdapterRss', 'Set-DnsClientServerAddress', 'Set-NetOffloadGlobalSetting',
    'Set-DnsClientGlobalSetting', 'Disable-NetAdapterBinding') {
    Set-Item "function:global:$t" ([scriptblock]::Create("LabTrace 'net' '$t' `$args `$null"))
}
function Get-NetTCPSetting {
    [CmdletBinding()] param([Parameter(Position = 0)] [string[]]$SettingName)
    LabTrace 'net' 'Get-NetTCPSetting' $PSBoundParameters $null
    [pscustomobject]@{ SettingName = 'Internet'; DynamicPortRangeStartPort = 49152; DynamicPortRangeNumberOfPorts = 16384 }
}
function Get-DnsClientServerAddress {
    [CmdletBinding()] param([string]$InterfaceAlias, [int]$InterfaceIndex, [string]$AddressFamily)
    LabTrace 'net' 'Get-DnsClientServerAddress' $null $null
    [pscustomobject]@{ InterfaceAlias = 'Ethernet'; ServerAddresses = @('168.63.129.16') }
}
function Get-NetFirewallRule {
    [CmdletBinding()]
    param(
        [Parameter(Position = 0)] [string[]]$Name,
        [string[]]$DisplayName,
        [string[]]$DisplayGroup,
        [string]$Direction,
        [switch]$All
    )
    Set-StrictMode -Off; LabTrace 'net' 'Get-NetFirewallRule' $PSBoundParameters $null
    $rules = @(LabJson 'firewall')
    if ($DisplayName) { $key = 'DisplayName'; $pat = $DisplayName } elseif ($Name) { $key = 'Name'; $pat = $Name } else { return $rules }
    foreach ($p in $pat) {
        $h = @($rules | Where-Object { $_.$key -like $p })
        if ($h) {
            $h
        } elseif ($p -notmatch '[*?]') {
            $PSCmdlet.WriteError((New-LabErrorRecord "No MSFT_NetFirewallRule objects found with property '$(if ($key -eq 'Name') { 'InstanceID' } else { $key })' equal to '$p'.  Verify the value of the property and retry." 'CmdletizationQuery_NotFound_InstanceID' ObjectNotFound $p))
        }
    }
}
function New-NetFirewallRule {
    [CmdletBinding()]
    param(
        [string]$Name,
        [Parameter(Mandatory)] [string]$DisplayName,
        [string]$Description,
        [string]$Group,
        $Enabled = 'True',
        [string]$Direction = 'Inbound',
        [string]$Action = 'Allow',
        [string]$Protocol,
        [string[]]$LocalPort,
        [string[]]$RemotePort,
        [string[]]$RemoteAddress,
        [string[]]$LocalAddress,
        [string]$Program,
        [string]$Profile,
        [string]$Service,
        [string[]]$InterfaceAlias
    )
    Set-StrictMode -Off; LabTrace 'net' 'New-NetFirewallRule' $PSBoundParameters $null
    if (-not $Name) { $Name = [guid]::NewGuid().ToString('B') }; $all = @(LabJson 'firewall')
    if (@($all |
            Where-Object {
            $_.Name -eq $Name
    })) {
        $PSCmdlet.WriteError((New-LabErrorRecord 'Cannot create a file when that file already exists.' 'Windows System Error 183' NotSpecified $Name))
        return
    }
    $o = [pscustomobject]@{
        Name = $Name
        InstanceID = $Name
        DisplayName = $DisplayName
        Description = $Description
        Enabled = "$Enabled"
        Direction = $Direction
        Action = $Action
        Protocol = $Protocol
        LocalPort = ($LocalPort -join ',')
        RemoteAddress = ($RemoteAddress -join ',')
        Profile = $Profile
    }
    LabSaveJson 'firewall' ($all + $o)
    $o
}
function LabFwSet {
    param($name, $disp, $in, $enabled, $action)
    $all = @(LabJson 'firewall')
    $n = @($in | ForEach-Object Name) + @($name)
    foreach ($r in $all) {
        if ($r.Name -in $n -or ($disp -and $r.DisplayName -in $disp)) {
            if ($enabled) { $r.Enabled = "$enabled" }
            if ($action) { $r.Action = $action }
        }
    }
    LabSaveJson 'firewall' $all
}
function Set-NetFirewallRule {
    [CmdletBinding()]
    param(
        [Parameter(Position = 0)] [string[]]$Name,
        [string[]]$DisplayName,
        [Parameter(ValueFromPipeline)] $InputObject,
        $Enabled,
        [string]$Action,
        [string]$Profile,
        [string]$Direction,
        [string[]]$LocalPort,
        [string[]]$RemoteAddress,
        [string]$Protocol
    )
    process {
        Set-StrictMode -Off
        LabTrace 'net' 'Set-NetFirewallRule' $PSBoundParameters $null
        LabFwSet $Name $DisplayName $InputObject $Enabled $Action
    }
}
function Enable-NetFirewallRule {
    [CmdletBinding()]
    param(
        [Parameter(Position = 0)] [string[]]$Name,
        [string[]]$DisplayName,
        [string[]]$DisplayGroup,
        [Parameter(ValueFromPipeline)] $InputObject
    )
    process {
        Set-StrictMode -Off
        LabTrace 'net' 'Enable-NetFirewallRule' $PSBoundParameters $null
        LabFwSet $Name $DisplayName $InputObject 'True' $null
    }
}
function Remove-NetFirewallRule {
    [CmdletBinding()] param([Parameter(Position = 0)] [string[]]$Name, [string[]]$DisplayName, [Parameter(ValueFromPipeline)] $InputObject)
    process {
        Set-StrictMode -Off
        LabTrace 'net' 'Remove-NetFirewallRule' $PSBoundParameters $null
        $n = @($InputObject | ForEach-Object Name) + @($Name)
        LabSaveJson 'firewall' @(LabJson 'firewall' | Where-Object { $_.Name -notin $n -and $_.DisplayName -notin $DisplayName })
    }
}
function Set-NetFirewallProfile {
    [CmdletBinding()] param([Parameter(Position = 0)] [string[]]$Profile, [Alias('All')] [switch]$AllProfiles, $Enabled)
    Set-StrictMode -Off
    LabTrace 'net' 'Set-NetFirewallProfile' $PSBoundParameters $null
    [IO.File]::AppendAllText("$([Lab.Node]::State)/firewall-profiles", "$(if ($Profile) { $Profile -join '+' } else { 'all' })=$Enabled`n")
}
function Get-NetFirewallProfile {
    [CmdletBinding()] param([Parameter(Position = 0)] [string[]]$Profile)
    foreach ($p in 'Domain', 'Private', 'Public') { [pscustomobject]@{ Name = $p; Enabled = 'True' } }
}
