# Step `kubenet`: all of the CNI configuration but the node's pod range, which the control plane gives only to a registered node.
# kubelet-start.ps1 puts the range in and writes c:\k\cni\config\l2bridge.conf; until then no runtime sees a configuration.

$script:KubenetFolder = 'c:\k\cni'

# Why two address families cannot work here, or nothing. win-bridge gives an endpoint one address; HNS makes L2Bridge networks of
# two families since build 19041.
function Get-DualStackProblem {
    param($Configuration)
    if (-not (Get-Property $Configuration 'dualStack' $false)) { return }
    if ((Get-KubenetPlugin $Configuration) -ne 'sdnbridge') { return 'kubenet with IPv4 and IPv6 needs containerd and the plugin sdnbridge: set containerRuntime to containerd and name its package in windowsSdnPluginURL, or use networkPlugin azure' }
    if ([int](Get-OsBuild) -lt 19041) { return "kubenet with IPv4 and IPv6 needs Windows Server 2022 or later, this is build $(Get-OsBuild): use such an image, or networkPlugin azure" }
}

# Version 1 of the HNS API: names of types and settings side by side.
function New-HnsPolicy {
    param([string]$Type, [System.Collections.IDictionary]$Settings)
    $value = [ordered]@{ Type = $Type }
    foreach ($key in $Settings.Keys) { $value[$key] = $Settings[$key] }
    [ordered]@{ Name = 'EndpointPolicy'; Value = $value }
}

# Version 2: the settings are an object of their own.
function New-HcnPolicy {
    param([string]$Type, [System.Collections.IDictionary]$Settings)
    [ordered]@{ Name = 'EndpointPolicy'; Value = [ordered]@{ Type = $Type; Settings = $Settings } }
}

function Get-HcnPolicy {
    param($Configuration, [switch]$IPv6)
    $exceptions = [string[]]@(@(Split-Cidr $Configuration.clusterCidr -IPv6:$IPv6) + @(Split-Cidr $Configuration.masterSubnet -IPv6:$IPv6) | Select-Object -Unique)
    New-HcnPolicy 'OutBoundNAT' ([ordered]@{ Exceptions = $exceptions })
    foreach ($range in @(Split-Cidr $Configuration.serviceCidr -IPv6:$IPv6)) { New-HcnPolicy 'SDNRoute' ([ordered]@{ DestinationPrefix = $range; NeedEncap = $true }) }
}

function Get-HnsPolicy {
    param($Configuration)
    $exceptions = [string[]]@(@(Split-Cidr $Configuration.clusterCidr) + @(Split-Cidr $Configuration.masterSubnet) | Select-Object -Unique)
    New-HnsPolicy 'OutBoundNAT' ([ordered]@{ ExceptionList = $exceptions })
    foreach ($range in @(Split-Cidr $Configuration.serviceCidr)) { New-HnsPolicy 'ROUTE' ([ordered]@{ DestinationPrefix = $range; NeedEncap = $true }) }
}

# docker: version 1, which is the plugin's default.
function Add-WinBridgeSetting {
    param($Configuration, [System.Collections.IDictionary]$Plugin)
    if ($Configuration.containerRuntime -eq 'docker') { $Plugin['policies'] = [object[]]@(Get-HnsPolicy $Configuration); return }
    $policies = @(Get-HcnPolicy $Configuration)
    $Plugin['apiVersion'] = 2
    $Plugin['capabilities'] = [ordered]@{ portMappings = $true; dns = $true }
    $Plugin['policies'] = [object[]]$policies
    # where the plugin looked for them before 0.9; each version overlooks the other's key
    $Plugin['HcnPolicyArgs'] = [object[]]@($policies | ForEach-Object { $_['Value'] })
}

function Add-SdnBridgeSetting {
    param($Configuration, [System.Collections.IDictionary]$Plugin)
    $Plugin['capabilities'] = [ordered]@{ portMappings = $true; dns = $true }
    $Plugin['ipam'] = [ordered]@{ environment = 'azure'; subnet = ''; routes = [object[]]@([ordered]@{ GW = '' }) }
    $policies = @(Get-HcnPolicy $Configuration)
    if (Get-Property $Configuration 'dualStack' $false) {
        $policies += @(Get-HcnPolicy $Configuration -IPv6)
        $Plugin['optionalFlags'] = [ordered]@{ enableDualStack = $true; gatewayFromAdditionalRoutes = $true }
        $Plugin['additionalRoutes'] = [object[]]@([ordered]@{ GW = ''; Dst = '::/0' })
    }
    $Plugin['AdditionalArgs'] = [object[]]$policies
}

function Get-KubenetTemplate {
    param($Configuration)
    $plugin = [ordered]@{ cniVersion = '0.2.0'; name = 'l2bridge'; type = Get-KubenetPlugin $Configuration; master = 'Ethernet'
        dns = [ordered]@{ Nameservers = [string[]]@($Configuration.dnsServiceIp); Search = [string[]]@("svc.$(Get-Property $Configuration 'clusterDomain' 'cluster.local')") } }
    if ($plugin['type'] -eq 'win-bridge') { Add-WinBridgeSetting $Configuration $plugin } else { Add-SdnBridgeSetting $Configuration $plugin }
    ConvertTo-Json -InputObject $plugin -Depth 10
}

function Test-Kubenet {
    param($Context)
    if (Get-DualStackProblem $Context.Configuration) { return }
    if ((Get-TextFile "$script:KubenetFolder\l2bridge.template.json") -ceq (Get-KubenetTemplate $Context.Configuration)) { 'the template of the CNI configuration is as wanted' }
}

function Invoke-Kubenet {
    param($Context)
    $problem = Get-DualStackProblem $Context.Configuration
    if ($problem) { throw $problem }
    $null = New-Item -ItemType Directory -Path "$script:KubenetFolder\config" -Force
    Set-TextFile "$script:KubenetFolder\l2bridge.template.json" (Get-KubenetTemplate $Context.Configuration)
}

function Assert-Kubenet {
    param($Context)
    $template = Read-JsonFile "$script:KubenetFolder\l2bridge.template.json"
    $program = "$script:KubenetFolder\$(Get-Property $template 'type' '').exe"
    if (-not (Test-Path -LiteralPath $program)) { throw "$program is missing: kubenet with $($Context.Configuration.containerRuntime) needs it; name a package that holds it in windowsSdnPluginURL" }
    if (@($template.dns.Nameservers)[0] -ne $Context.Configuration.dnsServiceIp) { throw "the CNI template names $(@($template.dns.Nameservers)[0]) as name server, wanted $($Context.Configuration.dnsServiceIp)" }
}
