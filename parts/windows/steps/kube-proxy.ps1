# Step `kube-proxy`: script, service and firewall rule; step finish starts it.

# Load balancers probe it: on 10256, and on a port of its own for each service with externalTrafficPolicy Local.
function Get-KubeProxyService {
    @{ Name = 'kubeproxy'; Script = 'kube-proxy-start.ps1'; DependsOn = @('kubelet'); Start = 'demand'; Rule = @{ Program = 'c:\k\kube-proxy.exe' } }
}

function Test-KubeProxy {
    param($Context)
    Test-ServiceStep $Context (Get-KubeProxyService)
}

function Invoke-KubeProxy {
    param($Context)
    Invoke-ServiceStep $Context (Get-KubeProxyService)
}

function Assert-KubeProxy {
    param($Context)
    Assert-ServiceStep $Context (Get-KubeProxyService)
}
