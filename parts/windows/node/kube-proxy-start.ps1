# What the service kubeproxy runs.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
foreach ($file in @(Get-ChildItem -LiteralPath 'c:\k\lib' -Filter '*.ps1')) { . $file.FullName }

# A gate that is gone, or locked to another value, ends kube-proxy at once. WinDSR and WinOverlay are locked on since 1.34
# (kubernetes/kubernetes pull requests 132108 and 133042); IPv6DualStack is gone since 1.25, where two families just work.
$removedGates = @{ IPv6DualStack = '1.25'; WinDSR = '1.34'; WinOverlay = '1.34' }

function Get-KubeProxyArgument {
    param([object]$Configuration)
    $release = Get-Release $Configuration
    $gates = @(Get-Property $Configuration 'kubeProxyFeatureGates' @())
    '--v=3'
    '--proxy-mode=kernelspace'
    "--hostname-override=$("$env:COMPUTERNAME".ToLowerInvariant())"
    '--kubeconfig=c:\k\config'
    if ($gates -contains 'WinDSR=true') { '--enable-dsr=true' }
    $known = @(foreach ($gate in $gates) {
            $since = $removedGates[($gate -split '=')[0]]
            if (-not $since -or $release -lt [version]$since) { $gate } else { Write-NodeLine "left out ${gate}: this kube-proxy does not know it" }
        })
    if ($known.Count) { "--feature-gates=$($known -join ',')" }
    foreach ($argument in @(Get-Property $Configuration 'kubeProxyArgs' @())) { $argument }
}

$code = 1
try {
    $configuration = Read-NodeConfiguration
    $arguments = [string[]]@(Get-KubeProxyArgument $configuration)
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
