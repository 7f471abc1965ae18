# Each minute: HNS that was restarted has forgotten kube-proxy's load balancers, and kube-proxy does not notice. A new process
# id of the service means restart kube-proxy. A killed plugin's lock goes. And whoever stops kubelet stops kube-proxy, which nothing else starts with it again.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
foreach ($file in @(Get-ChildItem -LiteralPath 'c:\k\lib' -Filter '*.ps1')) { . $file.FullName }
$script:NodeLog = 'c:\k\hns-watch.log'

$code = 1
try {
    $service = Get-CimInstance -ClassName Win32_Service -Filter "Name='hns'" | Select-Object -First 1
    $now = "$(Get-Property $service 'ProcessId' '')"
    $before = "$(Get-TextFile 'c:\k\hns.pid')"
    # 0: just starting; the next minute decides
    if ($now -notin '', '0', $before) {
        if ($before -and (Get-ServiceStatus 'kubeproxy') -in 'Running', 'Paused') {
            Write-NodeLine "HNS has process $now, before ${before}: kubeproxy is restarted"
            Stop-NodeService 'kubeproxy'
            Start-NodeService 'kubeproxy'
        }
        Set-TextFile 'c:\k\hns.pid' $now
    }
    Clear-AbandonedCniLock
    if ((Get-ServiceStatus 'kubeproxy') -eq 'Stopped' -and (Get-ServiceStatus 'kubelet') -eq 'Running') {
        # while a bootstrap or a node reset runs it is theirs
        Use-SingleInstance 'gen-cse-bootstrap' { Write-NodeLine 'kubelet runs and kubeproxy does not: kubeproxy is started'; Start-NodeService 'kubeproxy' } -WaitSeconds 0
    }
    $code = 0
}
catch { Write-NodeLine "hns-watch failed: $($_.Exception.Message)" }
exit $code
