# with: kubenet
# kubenet: its plugin, and the network kubelet-start.ps1 makes from the pod range that the control plane gives this node.

# The CNI plugin of kubenet. docker has no container that sdnbridge could join; for containerd it is taken where its package
# is named.
function Get-KubenetPlugin {
    param($Configuration)
    if ($Configuration.containerRuntime -ne 'docker' -and (Get-Property $Configuration 'sdnPluginUrl' '')) { 'sdnbridge' } else { 'win-bridge' }
}

# Ranges of this node's pods, IPv4 first; none while the node is not registered, which is no error here.
function Get-PodCidr {
    param($Configuration)
    $node = "$env:COMPUTERNAME".ToLowerInvariant()
    $said = @(Invoke-Program 'c:\k\kubectl.exe' @('--kubeconfig=c:\k\config', 'get', "nodes/$node", '--request-timeout=10s', '-o', 'jsonpath={.spec.podCIDRs[*]}') @(0, 1))
    $ranges = @($said | ForEach-Object { $_ -split '[\s,]+' } | Where-Object { $_ -match '^([0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)/\d+$' })
    $four = @($ranges | Where-Object { $_ -notmatch ':' } | Select-Object -First 1)
    if (-not (Get-Property $Configuration 'dualStack' $false)) { return $four }
    $six = @($ranges | Where-Object { $_ -match ':' } | Select-Object -First 1)
    if ($four.Count -and $six.Count) { $four + $six }
}

# The range comes only once a kubelet has registered the node, so one runs for that while without a network, and without a health
# check, which would tell of a node that works.
function Wait-PodCidr {
    param($Configuration, [string[]]$Arguments, [int]$Seconds = 300)
    $found = @{ ranges = @(Get-PodCidr $Configuration) }
    if ($found['ranges'].Count) { return $found['ranges'] }
    Write-NodeLine 'no pod range yet: kubelet runs to register the node'
    $line = @($Arguments + '--healthz-port=0' | ForEach-Object { ConvertTo-NativeArgument $_ }) -join ' '
    $process = Start-Process -FilePath 'c:\k\kubelet.exe' -ArgumentList $line -PassThru -WindowStyle Hidden
    try { $null = Wait-Condition { $found['ranges'] = @(Get-PodCidr $Configuration); $found['ranges'].Count -gt 0 } $Seconds 5 }
    finally {
        if (-not $process.HasExited) { Stop-Process -Id $process.Id -Force -ErrorAction SilentlyContinue }
        $null = $process.WaitForExit(10000)
    }
    if ($found['ranges'].Count -eq 0) { throw "the control plane gave this node no pod range within $Seconds s: see whether the node is registered (kubectl get node) and allocate-node-cidrs is on" }
    $found['ranges']
}

# Next hop of the machine itself: Azure's route table brings packets for other nodes' pods from there.
function Get-Gateway {
    param([string]$Family)
    $hop = "$(Get-Property (Get-DefaultRoute $Family) 'NextHop' '')"
    if (-not $hop) { throw "the machine has no $Family default route: pods would have no gateway" }
    $hop
}

function Get-PodSubnet {
    param([string[]]$Ranges)
    foreach ($range in $Ranges) {
        $family = if ($range.Contains(':')) { 'IPv6' } else { 'IPv4' }
        [ordered]@{ AddressPrefix = $range; GatewayAddress = Get-Gateway $family }
    }
}

function Set-PodNetwork {
    param([object[]]$Subnets)
    $wanted = @($Subnets | ForEach-Object { $_['AddressPrefix'] }) -join ','
    $network = Find-HnsNetwork 'l2bridge'
    if ($network) {
        $now = @($network.Subnets | ForEach-Object { $_.AddressPrefix }) -join ','
        if ($now -eq $wanted) { return }
        Write-NodeLine "network l2bridge has another range ($now): made anew"
        Remove-HnsObject 'networks' @($network)
    }
    Add-HnsNetwork ([ordered]@{ Name = 'l2bridge'; Type = 'L2Bridge'; Subnets = [object[]]@($Subnets) })
    if (-not (Wait-Condition { $null -ne (Find-HnsNetwork 'l2bridge') } 60)) { throw 'HNS does not list network l2bridge 60 s after making it' }
    Write-NodeLine "network l2bridge made, $wanted"
}

# The template with what only this node knows.
function Set-CniConfiguration {
    param([object[]]$Subnets)
    $plugin = Read-JsonFile 'c:\k\cni\l2bridge.template.json'
    if ($null -eq $plugin) { throw 'c:\k\cni\l2bridge.template.json is missing or damaged: run the extension again' }
    if ($plugin.PSObject.Properties['ipam']) { $plugin.ipam.subnet = $Subnets[0]['AddressPrefix']; @($plugin.ipam.routes)[0].GW = $Subnets[0]['GatewayAddress'] }
    if ($plugin.PSObject.Properties['additionalRoutes']) { @($plugin.additionalRoutes)[0].GW = $Subnets[1]['GatewayAddress'] }
    Set-TextFile 'c:\k\cni\config\l2bridge.conf' (ConvertTo-Json -InputObject $plugin -Depth 10)
    Write-NodeLine 'c:\k\cni\config\l2bridge.conf written'
}

# A control plane that does not answer is no reason to take the network from pods that run.
function Initialize-Kubenet {
    param($Configuration, [string[]]$Arguments)
    if ((Test-Path -LiteralPath 'c:\k\cni\config\l2bridge.conf') -and (Find-HnsNetwork 'l2bridge') -and @(Get-PodCidr $Configuration).Count -eq 0) {
        Write-NodeLine 'the control plane tells no pod range, the network of before is kept'
        return
    }
    $subnets = @(Get-PodSubnet @(Wait-PodCidr $Configuration $Arguments))
    Set-PodNetwork $subnets
    Set-CniConfiguration $subnets
}
