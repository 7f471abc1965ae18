# The node comes up: kubelet and kube-proxy are started and kubelet must answer. Where a restart is due it happens then.
$script:Healthz = 'http://127.0.0.1:10248/healthz'

function Test-KubeletHealth {
    try { [int](Invoke-WebRequest -UseBasicParsing -Uri $script:Healthz -TimeoutSec 5).StatusCode -eq 200 } catch { $false }
}

function Get-FinishProblem {
    param([object]$Context)
    foreach ($name in 'kubelet', 'kubeproxy') { if ((Get-ServiceStatus $name) -ne 'Running') { return "$name does not run" } }
    if ($Context.Configuration.waitForKubelet -and -not (Test-KubeletHealth)) { "kubelet does not answer at $script:Healthz" }
}

function Test-Finish {
    param([object]$Context)
    if (-not $Context.RebootReasons.Count -and -not (Get-FinishProblem $Context)) { 'kubelet and kube-proxy run' }
}

function Invoke-Finish {
    param([object]$Context)
    if ($Context.RebootReasons.Count) { Set-Decision $Context 'done' "kubelet is started after the restart for $($Context.RebootReasons -join ', ')"; return }
    foreach ($name in 'kubelet', 'kubeproxy') { Start-NodeService $name }
    if ($Context.Configuration.waitForKubelet) { $null = Wait-Condition { Test-KubeletHealth } (Get-RemainingSecond $Context.Configuration.kubeletTimeoutSeconds) 5 }
}

function Assert-Finish {
    param([object]$Context)
    if ($Context.RebootReasons.Count) { return }
    $problem = Get-FinishProblem $Context
    if ($problem) { throw "${problem}: $(Get-ServiceTail 'kubelet'); its arguments are in c:\k\kubeclusterconfig.json" }
}
