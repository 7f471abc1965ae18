# Each minute: HNS that was restarted has forgotten kube-proxy's load balancers, and kube-proxy does not notice. A new process
# id of the service means restart kube-proxy.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
foreach ($file in @(Get-ChildItem -LiteralPath 'c:\k\lib' -Filter '*.ps1' | Sort-Object -Property Name)) { . $file.FullName }
$script:NodeLog = 'c:\k\hns-watch.log'

$code = 1
try {
    $service = Get-CimInstance -ClassName Win32_Service -Filter "Name = 'hns'" | Select-Object -First 1
    $now = if ($service) { "$($service.ProcessId)" } else { '0' }
    $before = "$(Get-TextFile 'c:\k\hns.pid')".Trim()
    # 0: not there or just starting; the next minute decides
    if ($now -ne '0' -and $now -ne $before) {
        if ($before -and (Get-ServiceStatus 'kubeproxy') -in @('Running', 'Paused')) {
            Write-NodeLine "HNS has process $now, before ${before}: kubeproxy is restarted"
            Stop-NodeService 'kubeproxy'
            Start-NodeService 'kubeproxy'
        }
        elseif (-not $before) { Write-NodeLine "HNS has process $now, first look" }
        Set-TextFile 'c:\k\hns.pid' $now
    }
    $code = 0
}
catch { Write-NodeLine "hns-watch failed: $($_.Exception.Message)" }
exit $code
