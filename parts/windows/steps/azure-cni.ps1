# Step `azure-cni`: 10-azure.conflist, written as data from the configuration; from the package's own file come the names of the
# plugins and their mode. On Azure Stack also interfaces.json, the addresses of the machine's NICs: the plugin cannot ask for
# them there.

$script:AzureCniFolder = 'c:\k\azurecni'
$script:ConflistFile = 'c:\k\azurecni\netconf\10-azure.conflist'
$script:InterfacesFile = 'c:\k\interfaces.json'

function Test-AzureStack {
    param([object]$Configuration)
    $Configuration.targetEnvironment -eq 'AzureStackCloud'
}

# ---- 10-azure.conflist --------------------------------------------------------------------------------------------------

# HNS of build 17763 makes one rule per address and drops the prefix length: of ranges that begin alike only the widest stays.
function Get-NatException {
    param([string[]]$Ranges, [int]$Build)
    $kept = [ordered]@{}
    foreach ($range in $Ranges) {
        $address, $length = $range -split '/'
        $key = if ($Build -le 17763) { $address } else { $range }
        if (-not $kept.Contains($key) -or [int]$length -lt [int]($kept[$key] -split '/')[1]) { $kept[$key] = $range }
    }
    $kept.Values
}

function Get-VendorConflist {
    foreach ($path in "$script:AzureCniFolder\bin\10-azure.conflist", "$script:AzureCniFolder\10-azure.conflist", $script:ConflistFile) {
        $vendor = Read-JsonFile $path
        if ($null -ne $vendor) { return $vendor }
    }
}

function New-EndpointPolicy {
    param([System.Collections.IDictionary]$Value)
    [ordered]@{ Name = 'EndpointPolicy'; Value = $Value }
}

function Get-NatPolicy {
    param([string[]]$Ranges, [int]$Build)
    New-EndpointPolicy ([ordered]@{ Type = 'OutBoundNAT'; ExceptionList = [string[]]@(Get-NatException $Ranges $Build) })
}

function Get-ServiceRoutePolicy {
    param([string[]]$Ranges)
    foreach ($range in $Ranges) { New-EndpointPolicy ([ordered]@{ Type = 'ROUTE'; DestinationPrefix = $range; NeedEncap = $true }) }
}

# Pods must not reach the host's agent endpoints (CVE-2021-27075); everything else as without rules.
function Get-AclPolicy {
    foreach ($port in '80', '32526') {
        New-EndpointPolicy ([ordered]@{ Type = 'ACL'; Protocols = '6'; Action = 'Block'; Direction = 'Out'
                RemoteAddresses = '168.63.129.16/32'; RemotePorts = $port; Priority = 200; RuleType = 'Switch' })
    }
    foreach ($direction in 'In', 'Out') { New-EndpointPolicy ([ordered]@{ Type = 'ACL'; Action = 'Allow'; Direction = $direction; Priority = 65500 }) }
}

function Get-EndpointPolicy {
    param([object]$Configuration, [int]$Build)
    $dual = Get-Property $Configuration 'dualStack' $false
    Get-NatPolicy (@(Split-Cidr $Configuration.clusterCidr) + @(Split-Cidr $Configuration.masterSubnet) + @(Split-Cidr $Configuration.vnetCidr)) $Build
    Get-ServiceRoutePolicy @(Split-Cidr $Configuration.serviceCidr)
    if ($dual) {
        # HNS of build 17763 has no NAT for IPv6
        $six = @(Split-Cidr $Configuration.clusterCidr -IPv6) + @(Split-Cidr $Configuration.vnetCidr -IPv6)
        if ($Build -gt 17763 -and $six.Count) { Get-NatPolicy $six $Build }
        Get-ServiceRoutePolicy @(Split-Cidr $Configuration.serviceCidr -IPv6)
    }
    Get-AclPolicy
}

function Get-AzureConflist {
    param([object]$Configuration, [int]$Build, [object]$Vendor)
    $base = @(Get-Property $Vendor 'plugins' @()) | Select-Object -First 1
    $ipam = [ordered]@{ type = Get-Property (Get-Property $base 'ipam') 'type' 'azure-vnet-ipam' }
    if (Test-AzureStack $Configuration) { $ipam['environment'] = 'mas' }
    $plugin = [ordered]@{
        type = Get-Property $base 'type' 'azure-vnet'
        mode = Get-Property $base 'mode' 'bridge'
        bridge = Get-Property $base 'bridge' 'azure0'
        capabilities = [ordered]@{ portMappings = $true; dns = $true }
        ipam = $ipam
        dns = [ordered]@{ Nameservers = [string[]]@($Configuration.dnsServiceIp, '168.63.129.16'); Search = [string[]]@('svc.cluster.local') }
        AdditionalArgs = [object[]]@(Get-EndpointPolicy $Configuration $Build)
    }
    if (Get-Property $Configuration 'dualStack' $false) { $plugin['ipv6Mode'] = 'ipv6nat' }
    if (@(Get-Property $Configuration 'kubeProxyFeatureGates' @()) -contains 'WinDSR=true') { $plugin['windowsSettings'] = [ordered]@{ enableLoopbackDSR = $true } }
    [ordered]@{ cniVersion = Get-Property $Vendor 'cniVersion' '0.3.0'; name = 'azure'; adapterName = ''; plugins = [object[]]@($plugin) }
}

function Get-AzureConflistText {
    param([object]$Context)
    ConvertTo-Json -InputObject (Get-AzureConflist $Context.Configuration ([int](Get-OsBuild)) (Get-VendorConflist)) -Depth 10
}

# The file is as meant, and the programs it names are there.
function Assert-AzureConflist {
    param([object]$Context)
    if ((Get-TextFile $script:ConflistFile) -cne (Get-AzureConflistText $Context)) { throw "$script:ConflistFile is not what was written: is something else writing there?" }
    $plugin = @((Read-JsonFile $script:ConflistFile).plugins)[0]
    foreach ($program in $plugin.type, $plugin.ipam.type) {
        if (-not (Test-Path -LiteralPath "$script:AzureCniFolder\bin\$program.exe")) { throw "10-azure.conflist names $program, but $script:AzureCniFolder\bin\$program.exe is missing: check azureCniUrl" }
    }
}

# ---- interfaces.json (Azure Stack) --------------------------------------------------------------------------------------

function Get-LocalMac {
    foreach ($adapter in @(Get-NetAdapter -ErrorAction SilentlyContinue)) { ("$($adapter.MacAddress)" -replace '[-:]').ToUpperInvariant() }
}

# Is there a file that knows a NIC of this very machine?
function Test-InterfacesFile {
    $local = @(Get-LocalMac)
    foreach ($one in @(Get-Property (Read-JsonFile $script:InterfacesFile) 'Interfaces' @())) {
        if ($local -contains (Get-Property $one 'MacAddress' '')) { return $true }
    }
    $false
}

# One request, its failures told by what can be done about them. -Parameters: of Invoke-RestMethod; never printed.
function Invoke-StackRequest {
    param([string]$What, [hashtable]$Parameters)
    [System.Net.ServicePointManager]::SecurityProtocol = [System.Net.ServicePointManager]::SecurityProtocol -bor [System.Net.SecurityProtocolType]::Tls12
    Invoke-WithRetry 'azure-cni' {
        try { Invoke-RestMethod @Parameters -UseBasicParsing -TimeoutSec 60 }
        catch {
            $response = Get-Property $_.Exception 'Response'
            $status = if ($null -ne $response) { [int]$response.StatusCode } else { 0 }
            if ($status -in 400, 401, 403, 404) { throw (New-FinalError "$What was refused with HTTP status ${status}: check the service principal and its rights on the resource group") }
            throw "$What failed: $($_.Exception.Message)"
        }
    } -Times 5 -First 5 -Most 40
}

# The secret travels in the body only. ADFS knows no tenant.
function Get-StackToken {
    param([object]$Context, [object]$Cloud)
    $configuration = $Context.Configuration
    $client = Get-Property $configuration 'servicePrincipalClientId'
    $secret = Get-Property $Context.Secrets 'servicePrincipalClientSecret'
    if (-not $client -or -not $secret) { throw 'Azure Stack is asked for the addresses of this machine as a service principal, and its client id or secret is missing: give both in servicePrincipalProfile' }
    $authority = $Cloud.activeDirectoryEndpoint.TrimEnd('/')
    $tenant = if ((Get-Property $configuration 'identitySystem' '') -eq 'adfs') { 'adfs' } else { $configuration.tenantId }
    if (-not $authority.EndsWith("/$tenant")) { $authority = "$authority/$tenant" }
    $fields = [ordered]@{ grant_type = 'client_credentials'; client_id = $client; client_secret = $secret; resource = $Cloud.serviceManagementEndpoint }
    $body = @(foreach ($key in $fields.Keys) { "$key=$([System.Uri]::EscapeDataString($fields[$key]))" }) -join '&'
    $answer = Invoke-StackRequest "the request for a token from $authority" @{ Method = 'Post'; Uri = "$authority/oauth2/token"; Body = $body; ContentType = 'application/x-www-form-urlencoded' }
    $token = Get-Property $answer 'access_token'
    if (-not $token) { throw "$authority gave no token" }
    Add-Secret $token
    $token
}

function Get-StackResource {
    param([string]$Token, [string]$Uri)
    Invoke-StackRequest "the request of $(([System.Uri]$Uri).AbsolutePath)" @{ Method = 'Get'; Uri = $Uri; ContentType = 'application/json'; Headers = @{ Authorization = "Bearer $Token" } }
}

# All pages. The token goes to the resource manager only, wherever the next page is said to be.
function Get-StackNic {
    param([object]$Configuration, [object]$Cloud, [string]$Token)
    $base = [System.Uri]$Cloud.resourceManagerEndpoint
    $next = "$($Cloud.resourceManagerEndpoint.TrimEnd('/'))/subscriptions/$($Configuration.subscriptionId)/resourceGroups/$($Configuration.resourceGroup)/providers/Microsoft.Network/networkInterfaces?api-version=$($Configuration.networkApiVersion)"
    for ($page = 0; $next -and $page -lt 100; $page++) {
        if (([System.Uri]$next).Host -ne $base.Host) { throw "the list of network interfaces goes on at $(([System.Uri]$next).Host), which is not the resource manager" }
        $answer = Get-StackResource $Token $next
        foreach ($nic in @(Get-Property $answer 'value' @())) { $nic }
        $next = Get-Property $answer 'nextLink' ''
    }
}

function Get-SubnetPrefix {
    param([object]$Configuration, [object]$Cloud, [string]$Token, [string]$SubnetId)
    $subnet = Get-StackResource $Token "$($Cloud.resourceManagerEndpoint.TrimEnd('/'))${SubnetId}?api-version=$($Configuration.networkApiVersion)"
    $prefix = Get-Property $subnet.properties 'addressPrefix'
    if (-not $prefix) { throw "subnet $SubnetId has no address prefix" }
    $prefix
}

# As the plugin reads it: one entry per NIC of this machine, with all addresses the NIC has.
function Get-InterfaceEntry {
    param([object]$Configuration, [object]$Cloud, [string]$Token, [object]$Nic)
    $addresses = @($Nic.properties.ipConfigurations)
    [ordered]@{
        MacAddress = ($Nic.properties.macAddress -replace '[-:]').ToUpperInvariant()
        IsPrimary = [bool](Get-Property $Nic.properties 'primary' $false)
        IPSubnets = [object[]]@([ordered]@{
                Prefix = Get-SubnetPrefix $Configuration $Cloud $Token $addresses[0].properties.subnet.id
                IPAddresses = [object[]]@($addresses | ForEach-Object {
                        [ordered]@{ Address = $_.properties.privateIPAddress; IsPrimary = [bool](Get-Property $_.properties 'primary' $false) } })
            })
    }
}

function Get-InterfacesText {
    param([object]$Context)
    $configuration = $Context.Configuration
    $cloud = ConvertFrom-Json (ConvertFrom-Base64Text 'azureStackCloud' (Get-Property $configuration 'azureStackCloud' ''))
    $token = Get-StackToken $Context $cloud
    $local = @(Get-LocalMac)
    $entries = @(foreach ($nic in @(Get-StackNic $configuration $cloud $token)) {
            $mac = "$(Get-Property $nic.properties 'macAddress' '')" -replace '[-:]'
            if ($mac -and $local -contains $mac -and @(Get-Property $nic.properties 'ipConfigurations' @()).Count) { Get-InterfaceEntry $configuration $cloud $token $nic }
        })
    if ($entries.Count -eq 0) { throw "no network interface of resource group $($configuration.resourceGroup) has a MAC address of this machine ($($local -join ', '))" }
    ConvertTo-Json -InputObject ([ordered]@{ Interfaces = [object[]]$entries }) -Depth 8
}

# Read-only, as others' tools expect it; that is taken off before it is written anew.
function Set-InterfacesFile {
    param([object]$Context)
    if ($null -eq $Context.Secrets) { throw "$script:InterfacesFile is not of this machine, and the secrets to make it are gone since the restart: run the extension again" }
    $text = Get-InterfacesText $Context
    if (Test-Path -LiteralPath $script:InterfacesFile) { Set-ItemProperty -LiteralPath $script:InterfacesFile -Name IsReadOnly -Value $false }
    Set-TextFile $script:InterfacesFile $text
    Set-ItemProperty -LiteralPath $script:InterfacesFile -Name IsReadOnly -Value $true
}

# ---- the step -----------------------------------------------------------------------------------------------------------

function Test-AzureCniDone {
    param([object]$Context)
    if ((Get-TextFile $script:ConflistFile) -cne (Get-AzureConflistText $Context)) { return $false }
    -not (Test-AzureStack $Context.Configuration) -or (Test-InterfacesFile)
}

function Test-AzureCni {
    param([object]$Context)
    if ($Context.Configuration.networkPlugin -ne 'azure') { return "not asked for: network plugin is $($Context.Configuration.networkPlugin)" }
    if (Test-AzureCniDone $Context) { 'the network configuration is as wanted' }
}

function Invoke-AzureCni {
    param([object]$Context)
    if ((Test-AzureStack $Context.Configuration) -and -not (Test-InterfacesFile)) { Set-InterfacesFile $Context }
    Set-TextFile $script:ConflistFile (Get-AzureConflistText $Context)
}

function Assert-AzureCni {
    param([object]$Context)
    if ($Context.Configuration.networkPlugin -ne 'azure') { return }
    Assert-AzureConflist $Context
    if ((Test-AzureStack $Context.Configuration) -and -not (Test-InterfacesFile)) { throw "$script:InterfacesFile names no network interface of this machine: run the extension again" }
}
