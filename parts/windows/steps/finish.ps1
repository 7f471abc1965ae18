# The node comes up: kubelet and kube-proxy are started and kubelet must answer, before a restart, too: after it nobody is told.

function Test-KubeletHealth {
    param([string]$Address)
    try { [int](Invoke-WebRequest -UseBasicParsing -Uri $Address -TimeoutSec 5).StatusCode -eq 200 } catch { $false }
}

function Get-FinishProblem {
    param($Context)
    foreach ($name in 'kubelet', 'kubeproxy') { if ((Get-ServiceStatus $name) -ne 'Running') { return "$name does not run" } }
    $address = Get-Property $Context.Configuration 'healthCheck' ''
    if ($Context.Configuration.waitForKubelet -and $address -and -not (Test-KubeletHealth $address)) { "kubelet does not answer at $address" }
}

function Test-Finish {
    param($Context)
    if (-not (Get-FinishProblem $Context)) { 'kubelet and kube-proxy run' }
}

# While nssm waits before it starts a program again its service is paused for some seconds: that is waited out.
function Invoke-Finish {
    param($Context)
    foreach ($name in 'kubelet', 'kubeproxy') { Start-NodeService $name }
    if ($Context.Configuration.waitForKubelet) { $null = Wait-Condition { -not (Get-FinishProblem $Context) } (Get-RemainingSecond $Context.Configuration.kubeletTimeoutSeconds) 5 }
}

function Assert-Finish {
    param($Context)
    $problem = Get-FinishProblem $Context
    if ($problem) { throw "${problem}: $(Get-ServiceTail $(if ($problem -like 'kubeproxy*') { 'kubeproxy' } else { 'kubelet' })); kubelet's arguments are in c:\k\kubeclusterconfig.json" }
}
