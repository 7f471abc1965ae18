# Step `kubelet`: script, service and firewall rule; step finish starts it.

# The API server reaches the kubelet for logs, exec and metrics. Pods with the host's network get the ports of the catalog.
function Get-KubeletService {
    param($Context)
    $needs = @($Context.Configuration.containerRuntime)
    if (Get-Property $Context.Configuration 'enableCsiProxy' $false) { $needs += 'csi-proxy' }
    if (Get-Property $Context.Configuration 'enableHostsConfigAgent' $false) { $needs += 'hosts-config-agent' }
    @{ Name = 'kubelet'; Script = 'kubelet-start.ps1'; DependsOn = $needs; Start = 'demand'; Rule = @{ LocalPort = [string[]](@('10250') + @(Get-Property $Context.Configuration 'inboundPorts' @())) } }
}

function Test-Kubelet {
    param($Context)
    Test-ServiceStep $Context (Get-KubeletService $Context)
}

function Invoke-Kubelet {
    param($Context)
    Invoke-ServiceStep $Context (Get-KubeletService $Context)
}

function Assert-Kubelet {
    param($Context)
    Assert-ServiceStep $Context (Get-KubeletService $Context)
}
