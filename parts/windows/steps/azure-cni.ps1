# Step `azure-cni`: 10-azure.conflist, written as data from the configuration; from the package's own file come the names of the
# plugins and their mode. On Azure Stack also interfaces.json: lib/azure-stack-network.ps1, which only its clusters have.

$script:ConflistFile = 'c:\k\azurecni\netconf\10-azure.conflist'

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

# IPv4, then IPv6 of a cluster with both; then what pods must not reach: the host's agent endpoints (CVE-2021-27075);
# everything else as without rules.
function Get-EndpointPolicy {
    param($Configuration, [int]$Build)
    foreach ($six in $false, $true) {
        if ($six -and -not (Get-Property $Configuration 'dualStack' $false)) { continue }
        $ranges = @(foreach ($text in $Configuration.clusterCidr, $Configuration.masterSubnet, $Configuration.vnetCidr) { Split-Cidr $text -IPv6:$six })
        # HNS of build 17763 has no NAT for IPv6
        if ($ranges.Count -and ($Build -gt 17763 -or -not $six)) { [ordered]@{ Type = 'OutBoundNAT'; ExceptionList = [string[]]@(Get-NatException $ranges $Build) } }
        foreach ($range in @(Split-Cidr $Configuration.serviceCidr -IPv6:$six)) { [ordered]@{ Type = 'ROUTE'; DestinationPrefix = $range; NeedEncap = $true } }
    }
    foreach ($port in '80', '32526') {
        [ordered]@{ Type = 'ACL'; Protocols = '6'; Action = 'Block'; Direction = 'Out'; RemoteAddresses = '168.63.129.16/32'; RemotePorts = $port; Priority = 200; RuleType = 'Switch' }
    }
    foreach ($direction in 'In', 'Out') { [ordered]@{ Type = 'ACL'; Action = 'Allow'; Direction = $direction; Priority = 65500 } }
}

# Path -> text.
function Get-AzureCniFile {
    param($Context)
    $configuration = $Context.Configuration
    $base = @(Get-Property (Read-JsonFile 'c:\k\azurecni\bin\10-azure.conflist') 'plugins' @()) | Select-Object -First 1
    $plugin = [ordered]@{
        type = Get-Property $base 'type' 'azure-vnet'
        mode = Get-Property $base 'mode' 'bridge'
        bridge = Get-Property $base 'bridge' 'azure0'
        capabilities = [ordered]@{ portMappings = $true; dns = $true }
        ipam = [ordered]@{ type = Get-Property (Get-Property $base 'ipam') 'type' 'azure-vnet-ipam' }
        dns = [ordered]@{ Nameservers = [string[]]@($configuration.dnsServiceIp, '168.63.129.16'); Search = [string[]]@("svc.$(Get-Property $configuration 'clusterDomain' 'cluster.local')") }
        AdditionalArgs = [object[]]@(foreach ($policy in @(Get-EndpointPolicy $configuration (Get-OsBuild))) { [ordered]@{ Name = 'EndpointPolicy'; Value = $policy } })
    }
    if ($configuration.targetEnvironment -eq 'AzureStackCloud') { $plugin['ipam']['environment'] = 'mas' }
    if (Get-Property $configuration 'dualStack' $false) { $plugin['ipv6Mode'] = 'ipv6nat' }
    if ($configuration.winDsr) { $plugin['windowsSettings'] = [ordered]@{ enableLoopbackDSR = $true } }
    $list = [ordered]@{ cniVersion = '0.3.0'; name = 'azure'; adapterName = ''; plugins = [object[]]@($plugin) }
    [ordered]@{ $script:ConflistFile = ConvertTo-Json -InputObject $list -Depth 10 }
}

function Test-Interface {
    param($Context)
    $Context.Configuration.targetEnvironment -ne 'AzureStackCloud' -or (Test-InterfacesFile $Context)
}

function Test-AzureCni {
    param($Context)
    if ((Test-RecordedFile 'azure-cni' (Get-AzureCniFile $Context)) -and (Test-Interface $Context)) { 'the network configuration is as wanted' }
}

function Invoke-AzureCni {
    param($Context)
    if (-not (Test-Interface $Context)) { Set-InterfacesFile $Context }
    Set-RecordedFile 'azure-cni' (Get-AzureCniFile $Context)
}

function Assert-AzureCni {
    param($Context)
    Assert-RecordedFile 'azure-cni' (Get-AzureCniFile $Context)
    $plugin = @((Read-JsonFile $script:ConflistFile).plugins)[0]
    foreach ($program in $plugin.type, $plugin.ipam.type) {
        if (-not (Test-Path -LiteralPath "c:\k\azurecni\bin\$program.exe")) { throw "10-azure.conflist names $program, which the package of azureCniUrl lacks" }
    }
    if (-not (Test-Interface $Context)) { throw 'c:\k\interfaces.json names no network interface of this machine: run the extension again' }
}
