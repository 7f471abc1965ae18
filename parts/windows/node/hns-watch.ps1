# Each minute: HNS that was restarted has forgotten kube-proxy's load balancers, and kube-proxy does not notice. A new process
# id of the service means restart kube-proxy. A killed plugin's lock goes. And whoever stops kubelet stops kube-proxy, which nothing else starts with it again.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
foreach ($file in @(Get-ChildItem -LiteralPath 'c:\k\lib' -Filter '*.ps1')) { . $file.FullName }
$script:NodeLog = 'c:\k\hns-watch.log'

function Watch-Hns {
    $service = Get-CimInstance -ClassName Win32_Service -Filter "Name='hns'" | Select-Object -First 1
    $now = "$(Get-Property $service 'ProcessId' '')"
    $before = "$(Get-TextFile 'c:\k\hns.pid')"
    # 0: just starting; the next minute decides
    if ($now -in '', '0', $before) { return }
    if ($before -and (Get-ServiceStatus 'kubeproxy') -in 'Running', 'Paused') {
        Write-NodeLine "HNS has process $now, before ${before}: kubeproxy is restarted"
        Stop-NodeService 'kubeproxy'
        Start-NodeService 'kubeproxy'
    }
    Set-TextFile 'c:\k\hns.pid' $now
}

# While a bootstrap or a node reset runs kube-proxy is theirs.
function Watch-KubeProxy {
    if ((Get-ServiceStatus 'kubeproxy') -ne 'Stopped' -or (Get-ServiceStatus 'kubelet') -ne 'Running') { return }
    Use-SingleInstance 'gen-cse-bootstrap' { Write-NodeLine 'kubelet runs and kubeproxy does not: kubeproxy is started'; Start-NodeService 'kubeproxy' } -WaitSeconds 0
}

$code = 1
try {
    Watch-Hns
    Clear-AbandonedCniLock
    Watch-KubeProxy
    $code = 0
}
catch { Write-NodeLine "hns-watch failed: $($_.Exception.Message)" }
exit $code
