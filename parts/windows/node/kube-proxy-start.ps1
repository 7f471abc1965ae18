# What the service kubeproxy runs.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
foreach ($file in @(Get-ChildItem -LiteralPath 'c:\k\lib' -Filter '*.ps1')) { . $file.FullName }

$code = 1
try {
    $configuration = Read-NodeConfiguration
    $arguments = [string[]](@($configuration.kubeProxyArgs) + "--hostname-override=$("$env:COMPUTERNAME".ToLowerInvariant())")
    $network = Get-PodNetworkName $configuration
    # azure-vnet makes its network at the first pod, whenever that is: a service that ends meanwhile only looks broken
    while (-not (Wait-Condition { $null -ne (Find-HnsNetwork $network) } 300 5)) {
        Write-NodeLine "HNS network $network is not there yet: no pod has started on this node, or its CNI plugin failed (kubelet.err.log)"
    }
    $env:KUBE_NETWORK = $network
    # load balancers of an earlier kube-proxy make it fail on the same ports
    Remove-HnsObject 'policylists' @(Get-HnsObject 'policylists')
    $code = Invoke-NodeProgram 'c:\k\kube-proxy.exe' $arguments
}
catch { Write-NodeLine "kube-proxy was not started: $($_.Exception.Message)" }
exit $code
