# Step `kubelet`: script, service and firewall rule; step finish starts it.

# the API server reaches the kubelet for logs, exec and metrics
$script:KubeletRule = 'gen-cse-kubelet'

function Get-KubeletService {
    param([object]$Context)
    $configuration = $Context.Configuration
    $needs = @($configuration.containerRuntime)
    if (Get-Property $configuration 'enableCsiProxy' $false) { $needs += 'csi-proxy' }
    if (Get-Property $configuration 'enableHostsConfigAgent' $false) { $needs += 'hosts-config-agent' }
    @{ Name = 'kubelet'; Script = 'kubelet-start.ps1'; DependsOn = $needs }
}

function Test-Kubelet {
    param([object]$Context)
    if ((Test-AllowRule $script:KubeletRule) -and (Test-Path -LiteralPath 'c:\k\volumeplugins')) { Test-ServiceStep $Context (Get-KubeletService $Context) }
}

function Invoke-Kubelet {
    param([object]$Context)
    Assert-Program 'c:\k\kubelet.exe'
    Set-AllowRule $script:KubeletRule @{ LocalPort = '10250' }
    $null = New-Item -ItemType Directory -Path 'c:\k\volumeplugins' -Force
    Invoke-ServiceStep $Context (Get-KubeletService $Context)
}

function Assert-Kubelet {
    param([object]$Context)
    Assert-Program 'c:\k\kubelet.exe'
    Assert-AllowRule $script:KubeletRule
    Assert-ServiceStep $Context (Get-KubeletService $Context)
}
