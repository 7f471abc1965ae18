# At boot: pods of the last boot are gone but the runtime, HNS and azure-vnet still list them. Clears that, then starts the node's
# services in order. Every part is tried whatever became of the one before: a node with a leftover is better than a dead one.
# -CleanOnly leaves the services stopped: for people who look for a fault.
param([switch]$CleanOnly)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
foreach ($file in @(Get-ChildItem -LiteralPath 'c:\k\lib' -Filter '*.ps1')) { . $file.FullName }
$script:NodeLog = 'c:\k\node-reset.log'
$script:Failures = 0

function Invoke-Part {
    param([string]$Title, [scriptblock]$Part)
    try { $said = & $Part; Write-NodeLine "${Title}: done $said" }
    catch { $script:Failures++; Write-NodeLine "${Title}: FAILED, $($_.Exception.Message)" }
}

# Kills tasks before it removes containers; 1: it is gone already.
function Clear-Container {
    param([string]$Runtime)
    Start-NodeService $Runtime
    $command = Get-RuntimeCommand $Runtime
    foreach ($id in @(Invoke-Runtime $Runtime $command['Containers'])) {
        foreach ($words in $command['Remove']) { $null = Invoke-Runtime $Runtime ($words + $id) @(0, 1) }
    }
}

# Lists first: HNS of build 17763.1554 and later keeps a broken network otherwise.
function Clear-PodNetwork {
    param([string]$Name)
    $network = Find-HnsNetwork $Name
    if (-not $network) { return }
    Remove-HnsObject 'policylists' @(Get-HnsObject 'policylists')
    Remove-HnsObject 'networks' @($network)
    if (-not (Wait-Condition { $null -eq (Find-HnsNetwork $Name) } 60)) { throw "network $Name is still there after 60 s" }
}

# The plugin keeps its state in its working directory: c:\k for docker's kubelet, system32 for containerd.
function Clear-AzureCniState {
    foreach ($program in 'azure-vnet', 'azure-vnet-ipam', 'azure-vnet-ipamv6') {
        Get-Process -Name $program -ErrorAction SilentlyContinue | Stop-Process -Force -ErrorAction SilentlyContinue
        foreach ($path in "c:\k\$program.json", "c:\windows\system32\$program.json") {
            foreach ($file in $path, "$path.lock") { if (Test-Path -LiteralPath $file) { Remove-Item -LiteralPath $file -Force } }
        }
    }
}

$code = 1
try {
    # a bootstrap that goes on after this very boot comes first or waits
    Use-SingleInstance 'gen-cse-bootstrap' {
        $configuration = Read-NodeConfiguration
        # of the last boot; hns-watch must not take the new boot's process for a restart
        Remove-Item -LiteralPath 'c:\k\hns.pid' -Force -ErrorAction SilentlyContinue
        foreach ($service in 'kubeproxy', 'kubelet', 'csi-proxy', 'hosts-config-agent') { Invoke-Part "stop $service" { Stop-NodeService $service } }
        if (Get-Command Repair-HnsAddress -ErrorAction SilentlyContinue) { Invoke-Part 'HNS address' { Repair-HnsAddress $configuration } }
        Invoke-Part 'containers' { Clear-Container $configuration.containerRuntime }
        Invoke-Part 'network' { Clear-PodNetwork (Get-PodNetworkName $configuration) }
        Invoke-Part 'CNI state' { Clear-AzureCniState }
        foreach ($service in 'csi-proxy', 'hosts-config-agent', 'kubelet', 'kubeproxy') {
            if (-not $CleanOnly -and (Get-ServiceStatus $service)) { Invoke-Part "start $service" { Start-NodeService $service } }
        }
    } -WaitSeconds 5400
    $code = [int][bool]$script:Failures
}
catch { Write-NodeLine "node reset: FAILED, $($_.Exception.Message)" }
exit $code
