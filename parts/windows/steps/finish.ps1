# The node comes up: kubelet and kube-proxy are started and kubelet must answer. Where a restart is due it happens then.
$script:Healthz = 'http://127.0.0.1:10248/healthz'
$script:FinishServices = @('kubelet', 'kubeproxy')

function Test-KubeletHealth {
    try { [int](Invoke-WebRequest -UseBasicParsing -Uri $script:Healthz -TimeoutSec 5).StatusCode -eq 200 } catch { $false }
}

function Get-StoppedService {
    foreach ($name in $script:FinishServices) {
        $service = Get-Service -Name $name -ErrorAction SilentlyContinue
        if (-not $service -or "$($service.Status)" -ne 'Running') { $name }
    }
}

# klog writes to the error stream.
function Get-KubeletTail {
    foreach ($path in 'c:\k\kubelet.err.log', 'c:\k\kubelet.log') {
        if (-not (Test-Path -LiteralPath $path)) { continue }
        $lines = @(Get-Content -LiteralPath $path -Tail 10 | Where-Object { "$_".Trim() })
        if ($lines.Count) { return "last of ${path}: $($lines -join ' | ')" }
    }
    'it wrote no log'
}

function Get-FinishProblem {
    param([object]$Context)
    $stopped = @(Get-StoppedService)
    if ($stopped.Count) { return "$($stopped -join ' and ') does not run" }
    if ((Get-Property $Context.Configuration 'waitForKubelet' $true) -and -not (Test-KubeletHealth)) { "kubelet does not answer at $script:Healthz" }
}

function Test-Finish {
    param([object]$Context)
    if (-not $Context.RebootReasons.Count -and -not (Get-FinishProblem $Context)) { 'kubelet and kube-proxy run' }
}

function Wait-Kubelet {
    param([object]$Context)
    $seconds = Get-RemainingSecond ([int](Get-Property $Context.Configuration 'kubeletTimeoutSeconds' 300))
    if (Wait-Condition { Test-KubeletHealth } $seconds 5) { return }
    throw "kubelet did not answer at $script:Healthz within $seconds s: $(Get-KubeletTail); its arguments are in c:\k\kubeclusterconfig.json"
}

function Invoke-Finish {
    param([object]$Context)
    if ($Context.RebootReasons.Count) {
        Set-Decision $Context 'done' "kubelet is started after the restart for $($Context.RebootReasons -join ', ')"
        return
    }
    foreach ($name in $script:FinishServices) { $null = Start-NodeService $name }
    if (Get-Property $Context.Configuration 'waitForKubelet' $true) { Wait-Kubelet $Context; Set-Decision $Context 'done' "kubelet answers at $script:Healthz" }
    else { Set-Decision $Context 'done' 'kubelet is started, nobody waits for its answer' }
}

function Assert-Finish {
    param([object]$Context)
    if ($Context.RebootReasons.Count) { return }
    $problem = Get-FinishProblem $Context
    if ($problem) { throw "${problem}: $(Get-KubeletTail)" }
}
