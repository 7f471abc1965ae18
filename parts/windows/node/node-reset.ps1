# At boot: pods of the last boot are gone but the runtime, HNS and azure-vnet still list them. Clears that, then starts the node's
# services in order. Every part is tried whatever became of the one before: a node with a leftover is better than a dead one.
# -CleanOnly leaves the services stopped: for people who look for a fault.
param([switch]$CleanOnly)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
foreach ($file in @(Get-ChildItem -LiteralPath 'c:\k\lib' -Filter '*.ps1' | Sort-Object -Property Name)) { . $file.FullName }
$script:NodeLog = 'c:\k\node-reset.log'
$script:Failures = 0

function Invoke-Part {
    param([string]$Title, [scriptblock]$Part)
    try { $said = @(& $Part) -join '; '; Write-NodeLine "${Title}: $(if ($said) { $said } else { 'done' })" }
    catch { $script:Failures++; Write-NodeLine "${Title}: FAILED, $($_.Exception.Message)" }
}

# ---- what the last boot has left ----------------------------------------------------------------------------------------

# Kills tasks before it removes containers; 1: it is gone already.
function Clear-Container {
    param([string]$Runtime)
    if (-not (Get-ServiceStatus $Runtime)) { return "no service $Runtime" }
    Start-NodeService $Runtime 120
    $list = if ($Runtime -eq 'docker') { @('ps', '--all', '--quiet') } else { @('containers', 'list', '--quiet') }
    $all = @(Invoke-Runtime $Runtime $list | Where-Object { $_ })
    foreach ($id in $all) {
        if ($Runtime -eq 'docker') { $null = Invoke-Runtime $Runtime @('rm', '--force', $id) @(0, 1); continue }
        $null = Invoke-Runtime $Runtime @('tasks', 'delete', '--force', $id) @(0, 1)
        $null = Invoke-Runtime $Runtime @('containers', 'delete', $id) @(0, 1)
    }
    "$($all.Count) containers removed"
}

# Lists first: HNS of build 17763.1554 and later keeps a broken network otherwise.
function Clear-PodNetwork {
    param([object]$Configuration)
    if (-not (Get-ServiceStatus 'hns')) { return 'no HNS on this machine' }
    $name = Get-PodNetworkName $Configuration
    $network = Find-HnsNetwork $name
    if (-not $network) { return "no network $name" }
    $null = Get-HnsPolicyList | Where-Object { $_ } | Remove-HnsPolicyList
    $null = $network | Remove-HnsNetwork
    if (-not (Wait-Condition { $null -eq (Find-HnsNetwork (Get-PodNetworkName $Configuration)) } 60)) { throw "network $name is still there after 60 s" }
    "network $name removed"
}

# The plugin keeps its state in its working directory: c:\k for docker's kubelet, system32 for containerd.
function Clear-AzureCniState {
    param([object]$Configuration)
    if ($Configuration.networkPlugin -ne 'azure') { return 'not azure' }
    $programs = 'azure-vnet', 'azure-vnet-ipam', 'azure-vnet-ipamv6'
    foreach ($program in $programs) { Get-Process -Name $program -ErrorAction SilentlyContinue | Stop-Process -Force -ErrorAction SilentlyContinue }
    $files = @(foreach ($folder in 'c:\k', 'c:\windows\system32') { foreach ($program in $programs) { "$folder\$program.json"; "$folder\$program.json.lock" } })
    $old = @($files | Where-Object { Test-Path -LiteralPath $_ })
    foreach ($path in $old) { Remove-Item -LiteralPath $path -Force }
    "$($old.Count) state files removed"
}

# HNS may take a wrong IPv6 address for the machine's when it starts before DHCP has answered: it is started again then.
function Repair-HnsAddress {
    param([object]$Configuration)
    if (-not (Get-Property $Configuration 'dualStack' $false)) { return 'one address family' }
    if (-not (Get-ServiceStatus 'hns')) { return 'no HNS on this machine' }
    $found = @{ address = '' }
    $null = Wait-Condition { $found['address'] = Get-DhcpAddressV6; [bool]$found['address'] } 60 2
    if (-not $found['address']) { throw 'the machine got no IPv6 address by DHCP within 60 s: pods will have IPv4 only' }
    $taken = @(Get-HnsNetwork | ForEach-Object { Get-Property $_ 'ManagementIPv6' '' } | Where-Object { $_ })
    if ($taken.Count -eq 0 -or $taken -contains $found['address']) { return "IPv6 address $($found['address'])" }
    Stop-NodeService 'hns'
    Start-NodeService 'hns'
    "HNS had $($taken -join ', ') and was restarted, the machine has $($found['address'])"
}

function Get-DhcpAddressV6 {
    $found = @(Get-NetIPAddress -AddressFamily IPv6 -PrefixOrigin Dhcp -ErrorAction SilentlyContinue | ForEach-Object { $_.IPAddress })
    "$($found | Select-Object -First 1)"
}

# ---- run ----------------------------------------------------------------------------------------------------------------

function Reset-Node {
    param([object]$Configuration)
    # of the last boot; hns-watch must not take the new boot's process for a restart
    Remove-Item -LiteralPath 'c:\k\hns.pid' -Force -ErrorAction SilentlyContinue
    foreach ($service in 'kubeproxy', 'kubelet', 'csi-proxy', 'hosts-config-agent') { Invoke-Part "stop $service" { Stop-NodeService $service } }
    Invoke-Part 'HNS address' { Repair-HnsAddress $Configuration }
    Invoke-Part 'containers' { Clear-Container $Configuration.containerRuntime }
    Invoke-Part 'network' { Clear-PodNetwork $Configuration }
    Invoke-Part 'CNI state' { Clear-AzureCniState $Configuration }
}

function Start-Node {
    param([object]$Configuration)
    foreach ($service in $Configuration.containerRuntime, 'csi-proxy', 'hosts-config-agent', 'kubelet', 'kubeproxy') {
        if (Get-ServiceStatus $service) { Invoke-Part "start $service" { Start-NodeService $service } } else { Write-NodeLine "start ${service}: no such service" }
    }
}

$code = 1
try {
    # a bootstrap that goes on after this very boot comes first or waits
    Use-SingleInstance 'gen-cse-bootstrap' {
        Write-NodeLine 'node reset begins'
        $configuration = Read-JsonFile $script:NodeConfiguration
        if ($null -eq $configuration) { Write-NodeLine "nothing to do: no $script:NodeConfiguration"; return }
        Reset-Node $configuration
        if (-not $CleanOnly) { Start-Node $configuration }
        Write-NodeLine "node reset ends, $script:Failures parts failed"
    } -WaitSeconds 5400
    $code = if ($script:Failures) { 1 } else { 0 }
}
catch { Write-NodeLine "node reset: FAILED, $($_.Exception.Message)" }
exit $code
