# What the service kubelet runs: arguments from the node configuration, for kubenet also the network, then kubelet itself.
# nssm starts it again after every end, so a failure is a line and exit code 1, never an endless wait.
# -Check only builds the arguments: what the bootstrap calls before it makes the service.
param([switch]$Check)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
foreach ($file in @(Get-ChildItem -LiteralPath 'c:\k\lib' -Filter '*.ps1' | Sort-Object -Property Name)) { . $file.FullName }

# Flags a kubelet no longer knows end it at once. From the generator none should come; users can set any.
$removedFrom = @{
    '--cni-bin-dir' = '1.24'; '--cni-cache-dir' = '1.24'; '--cni-conf-dir' = '1.24'; '--docker-endpoint' = '1.24'
    '--image-pull-progress-deadline' = '1.24'; '--network-plugin' = '1.24'; '--network-plugin-mtu' = '1.24'
    '--non-masquerade-cidr' = '1.24'; '--experimental-dockershim-root-directory' = '1.24'
    '--container-runtime' = '1.27'; '--master-service-namespace' = '1.27'
    '--azure-container-registry-config' = '1.30'; '--keep-terminated-pod-volumes' = '1.31'; '--cloud-config' = '1.34'
    '--pod-infra-container-image' = '1.35'
}
$dockerOnly = @('--cni-bin-dir', '--cni-cache-dir', '--cni-conf-dir', '--docker-endpoint', '--image-pull-progress-deadline',
    '--network-plugin', '--network-plugin-mtu', '--non-masquerade-cidr', '--experimental-dockershim-root-directory')

# ---- arguments ----------------------------------------------------------------------------------------------------------

function Get-Release {
    param([object]$Configuration)
    [version]($Configuration.kubernetesVersion -replace '^v' -replace '-.*$')
}

# Name -> value ($null: a flag alone), in the order of the configuration; of two with one name the last wins.
function Read-KubeletFlag {
    param([object]$Configuration)
    $flags = [ordered]@{}
    foreach ($argument in @($Configuration.kubeletArgs)) {
        $flag, $value = $argument -split '=', 2
        $flags[$flag] = if ($value -eq '""') { '' } else { $value }    # two quotes are a shell's way to write nothing
    }
    $flags
}

# What only the node knows, or knows better than the definition.
function Add-NodeFlag {
    param([object]$Configuration, [System.Collections.IDictionary]$Flags)
    $labels = @(@($Flags['--node-labels'], (Get-Property $Configuration 'nodeLabels' '')) | Where-Object { $_ }) -join ','
    if ($labels) { $Flags['--node-labels'] = $labels }
    $Flags['--volume-plugin-dir'] = 'c:\k\volumeplugins'
    if (-not $Flags.Contains('--windows-priorityclass')) { $Flags['--windows-priorityclass'] = 'ABOVE_NORMAL_PRIORITY_CLASS' }
    if ($Configuration.containerRuntime -eq 'docker') {
        $Flags.Remove('--container-runtime'); $Flags.Remove('--container-runtime-endpoint')
        $Flags['--network-plugin'] = 'cni'
        $folder = if ($Configuration.networkPlugin -eq 'azure') { 'c:\k\azurecni\bin', 'c:\k\azurecni\netconf' } else { 'c:\k\cni', 'c:\k\cni\config' }
        $Flags['--cni-bin-dir'] = $folder[0]; $Flags['--cni-conf-dir'] = $folder[1]
    }
    else {
        if ((Get-Release $Configuration) -lt [version]'1.27') { $Flags['--container-runtime'] = 'remote' }
        $Flags['--container-runtime-endpoint'] = 'npipe://./pipe/containerd-containerd'
    }
}

# Why a flag cannot be passed on, or nothing.
function Get-FlagProblem {
    param([object]$Configuration, [string]$Flag, [string]$Value)
    $release = Get-Release $Configuration
    if ($removedFrom.ContainsKey($Flag) -and $release -ge [version]$removedFrom[$Flag]) { return "not known to kubelet $release" }
    if ($Flag -eq '--cloud-provider' -and $Value -ne 'external' -and $release -ge [version]'1.34') { return "kubelet $release knows external only" }
    if ($Configuration.containerRuntime -ne 'docker' -and $dockerOnly -contains $Flag) { 'only for docker' }
}

function Get-KubeletArgument {
    param([object]$Configuration)
    $flags = Read-KubeletFlag $Configuration
    Add-NodeFlag $Configuration $flags
    foreach ($flag in @($flags.Keys)) {
        $problem = Get-FlagProblem $Configuration $flag $flags[$flag]
        if ($problem) { Write-NodeLine "left out $flag=$($flags[$flag]): $problem"; $flags.Remove($flag) }
    }
    foreach ($flag in $flags.Keys) { if ($null -eq $flags[$flag]) { $flag } else { "$flag=$($flags[$flag])" } }
}

# From 1.29 on a kubelet whose cloud provider is external does not look for its address: without one the node has none until
# the cloud answers, and the CNI plugins and host-network pods start without.
function Get-AddressArgument {
    param([object]$Configuration, [string[]]$Arguments)
    if ($Arguments -notcontains '--cloud-provider=external' -or (Get-Release $Configuration) -lt [version]'1.29') { return }
    if (@($Arguments | Where-Object { $_ -like '--node-ip=*' }).Count) { return }
    $found = @{ address = '' }
    if (-not (Wait-Condition { $found['address'] = Get-NodeAddress; [bool]$found['address'] } 120 2)) { throw 'the machine has no IPv4 address on its default route after 120 s: check its network interface and DHCP' }
    "--node-ip=$($found['address'])"
}

# ---- kubenet ------------------------------------------------------------------------------------------------------------

# Ranges of this node's pods, IPv4 first; none while the node is not registered, which is no error here.
function Get-PodCidr {
    param([object]$Configuration)
    $node = "$env:COMPUTERNAME".ToLowerInvariant()
    $said = @(Invoke-Program 'c:\k\kubectl.exe' @('--kubeconfig=c:\k\config', 'get', "nodes/$node", '--request-timeout=10s', '-o', 'jsonpath={.spec.podCIDRs[*]}') @(0, 1))
    $ranges = @($said | ForEach-Object { $_ -split '[\s,]+' } | Where-Object { $_ -match '^([0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)/\d+$' })
    $four = @($ranges | Where-Object { $_ -notmatch ':' } | Select-Object -First 1)
    if (-not (Get-Property $Configuration 'dualStack' $false)) { return $four }
    $six = @($ranges | Where-Object { $_ -match ':' } | Select-Object -First 1)
    if ($four.Count -and $six.Count) { $four + $six }
}

# The range comes only once a kubelet has registered the node, so one runs for that while without a network.
function Wait-PodCidr {
    param([object]$Configuration, [string[]]$Arguments, [int]$Seconds = 300)
    $found = @{ ranges = @(Get-PodCidr $Configuration) }
    if ($found['ranges'].Count) { return $found['ranges'] }
    Write-NodeLine 'no pod range yet: kubelet runs to register the node'
    $line = @($Arguments | ForEach-Object { ConvertTo-NativeArgument $_ }) -join ' '
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
        $null = $network | Remove-HnsNetwork
    }
    $null = New-HnsNetwork -JsonString (ConvertTo-Json -InputObject ([ordered]@{ Name = 'l2bridge'; Type = 'L2Bridge'; Subnets = [object[]]@($Subnets) }) -Depth 5)
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
    param([object]$Configuration, [string[]]$Arguments)
    Assert-HnsPresent
    if ((Test-Path -LiteralPath 'c:\k\cni\config\l2bridge.conf') -and (Find-HnsNetwork 'l2bridge') -and @(Get-PodCidr $Configuration).Count -eq 0) {
        Write-NodeLine 'the control plane tells no pod range, the network of before is kept'
        return
    }
    $subnets = @(Get-PodSubnet @(Wait-PodCidr $Configuration $Arguments))
    Set-PodNetwork $subnets
    Set-CniConfiguration $subnets
}

# ---- run ----------------------------------------------------------------------------------------------------------------

# Windows gives a service the variables that were there when Windows started: these may be newer.
function Set-NodeEnvironment {
    if (Test-Path -LiteralPath 'c:\k\azurestackcloud.json') { $env:AZURE_ENVIRONMENT_FILEPATH = 'c:\k\azurestackcloud.json' }
    $api = Get-RegistryValue 'HKLM:\SYSTEM\CurrentControlSet\Control\Session Manager\Environment' 'DOCKER_API_VERSION'
    if ($api) { $env:DOCKER_API_VERSION = "$api" }
}

$code = 1
try {
    $configuration = Read-JsonFile $script:NodeConfiguration
    if ($null -eq $configuration) { throw "$script:NodeConfiguration is missing or damaged: run the extension again" }
    $arguments = [string[]]@(Get-KubeletArgument $configuration)
    if ($Check) { Write-NodeLine "$($arguments.Count) kubelet arguments"; exit 0 }
    Set-NodeEnvironment
    $arguments = [string[]]@($arguments + @(Get-AddressArgument $configuration $arguments))
    if ($configuration.networkPlugin -eq 'kubenet') { Initialize-Kubenet $configuration $arguments }
    Write-NodeLine "kubelet $($configuration.kubernetesVersion): $($arguments -join ' ')"
    $code = Invoke-NodeProgram 'c:\k\kubelet.exe' $arguments
    Write-NodeLine "kubelet ended with exit code $code"
}
catch { Write-NodeLine "kubelet was not started: $($_.Exception.Message)" }
exit $code
