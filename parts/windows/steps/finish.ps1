# The node comes up: kubelet and kube-proxy are started and kubelet must answer, before a restart, too: after it nobody is told.

# The address of the kubelet's health check, by its flags; nothing where they switch it off.
function Get-HealthAddress {
    param([object]$Context)
    $flags = @{ '--healthz-port' = '10248'; '--healthz-bind-address' = '127.0.0.1' }
    foreach ($argument in $Context.Configuration.kubeletArgs) {
        $flag, $value = $argument -split '=', 2
        if ($flags.ContainsKey($flag)) { $flags[$flag] = $value }
    }
    $address = $flags['--healthz-bind-address']
    if ($address -in '0.0.0.0', '::') { $address = '127.0.0.1' }
    if ($address.Contains(':')) { $address = "[$address]" }
    if ($flags['--healthz-port'] -ne '0') { "http://${address}:$($flags['--healthz-port'])/healthz" }
}

function Test-KubeletHealth {
    param([string]$Address)
    try { [int](Invoke-WebRequest -UseBasicParsing -Uri $Address -TimeoutSec 5).StatusCode -eq 200 } catch { $false }
}

function Get-FinishProblem {
    param([object]$Context)
    foreach ($name in 'kubelet', 'kubeproxy') { if ((Get-ServiceStatus $name) -ne 'Running') { return "$name does not run" } }
    $address = Get-HealthAddress $Context
    if ($Context.Configuration.waitForKubelet -and $address -and -not (Test-KubeletHealth $address)) { "kubelet does not answer at $address" }
}

function Test-Finish {
    param([object]$Context)
    if (-not (Get-FinishProblem $Context)) { 'kubelet and kube-proxy run' }
}

# While nssm waits before it starts a program again its service is paused for some seconds: that is waited out.
function Invoke-Finish {
    param([object]$Context)
    foreach ($name in 'kubelet', 'kubeproxy') { Start-NodeService $name }
    if ($Context.Configuration.waitForKubelet) { $null = Wait-Condition { -not (Get-FinishProblem $Context) } (Get-RemainingSecond $Context.Configuration.kubeletTimeoutSeconds) 5 }
}

function Assert-Finish {
    param([object]$Context)
    $problem = Get-FinishProblem $Context
    if ($problem) { throw "${problem}: $(Get-ServiceTail $(if ($problem -like 'kubeproxy*') { 'kubeproxy' } else { 'kubelet' })); kubelet's arguments are in c:\k\kubeclusterconfig.json" }
}
