# What the service kubeproxy runs. -Check only builds the arguments.
param([switch]$Check)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
foreach ($file in @(Get-ChildItem -LiteralPath 'c:\k\lib' -Filter '*.ps1' | Sort-Object -Property Name)) { . $file.FullName }

# A gate that is gone, or locked to another value, ends kube-proxy at once. WinDSR and WinOverlay are locked on since 1.34
# (kubernetes/kubernetes pull requests 132108 and 133042); IPv6DualStack is gone since 1.25, where two families just work.
$gateGoneFrom = @{ IPv6DualStack = '1.25'; WinDSR = '1.34'; WinOverlay = '1.34' }

function Get-KubeProxyGate {
    param([object]$Configuration)
    $release = [version]($Configuration.kubernetesVersion -replace '^v' -replace '-.*$')
    foreach ($gate in @(Get-Property $Configuration 'kubeProxyFeatureGates' @())) {
        $gateName = ($gate -split '=')[0]
        if ($gateGoneFrom.ContainsKey($gateName) -and $release -ge [version]$gateGoneFrom[$gateName]) { Write-NodeLine "left out gate ${gate}: gone or locked in $release" }
        else { $gate }
    }
}

function Get-KubeProxyArgument {
    param([object]$Configuration)
    '--v=3'
    '--proxy-mode=kernelspace'
    "--hostname-override=$("$env:COMPUTERNAME".ToLowerInvariant())"
    '--kubeconfig=c:\k\config'
    if (@(Get-Property $Configuration 'kubeProxyFeatureGates' @()) -contains 'WinDSR=true') { '--enable-dsr=true' }
    $gates = @(Get-KubeProxyGate $Configuration)
    if ($gates.Count) { "--feature-gates=$($gates -join ',')" }
    foreach ($argument in @(Get-Property $Configuration 'kubeProxyArgs' @())) { $argument }
}

# azure-vnet makes its network at the first pod. Longer than this nssm's next start waits on.
function Wait-PodNetwork {
    param([string]$Name)
    Assert-HnsPresent
    if (-not (Wait-Condition { $null -ne (Find-HnsNetwork $Name) } 90 5)) {
        throw "HNS network $Name is not there after 90 s: no pod has started on this node yet, or its CNI plugin failed (kubelet.err.log)"
    }
}

# Load balancers of an earlier kube-proxy make it fail on the same ports.
function Clear-LoadBalancer {
    $stale = @(Get-HnsPolicyList | Where-Object { $_ })
    if ($stale.Count) { $null = $stale | Remove-HnsPolicyList; Write-NodeLine "removed $($stale.Count) HNS policy lists of an earlier run" }
}

$code = 1
try {
    $configuration = Read-JsonFile $script:NodeConfiguration
    if ($null -eq $configuration) { throw "$script:NodeConfiguration is missing or damaged: run the extension again" }
    $arguments = [string[]]@(Get-KubeProxyArgument $configuration)
    if ($Check) { Write-NodeLine "$($arguments.Count) kube-proxy arguments"; exit 0 }
    $env:KUBE_NETWORK = Get-PodNetworkName $configuration
    Wait-PodNetwork $env:KUBE_NETWORK
    Clear-LoadBalancer
    Write-NodeLine "network $env:KUBE_NETWORK, kube-proxy $($configuration.kubernetesVersion): $($arguments -join ' ')"
    $code = Invoke-NodeProgram 'c:\k\kube-proxy.exe' $arguments
    Write-NodeLine "kube-proxy ended with exit code $code"
}
catch { Write-NodeLine "kube-proxy was not started: $($_.Exception.Message)" }
exit $code
