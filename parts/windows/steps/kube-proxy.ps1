# Step `kube-proxy`: script, service and firewall rule; step finish starts it.

# load balancers probe it: on 10256, and on a port of its own for each service with externalTrafficPolicy Local
$script:KubeProxyRule = 'gen-cse-kube-proxy'

function Get-KubeProxyService {
    @{ Name = 'kubeproxy'; Script = 'kube-proxy-start.ps1'; DependsOn = @('kubelet') }
}

function Test-KubeProxy {
    param([object]$Context)
    if (Test-AllowRule $script:KubeProxyRule) { Test-ServiceStep $Context (Get-KubeProxyService) }
}

function Invoke-KubeProxy {
    param([object]$Context)
    Assert-Program 'c:\k\kube-proxy.exe'
    Set-AllowRule $script:KubeProxyRule @{ Program = 'c:\k\kube-proxy.exe' }
    Invoke-ServiceStep $Context (Get-KubeProxyService)
}

function Assert-KubeProxy {
    param([object]$Context)
    Assert-Program 'c:\k\kube-proxy.exe'
    Assert-AllowRule $script:KubeProxyRule
    Assert-ServiceStep $Context (Get-KubeProxyService)
}
