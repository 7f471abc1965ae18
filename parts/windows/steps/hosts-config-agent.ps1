# Step `hosts-config-agent`: the service that keeps the API server's address of a private cluster in the hosts file.

function Get-HostsAgentService {
    @{ Name = 'hosts-config-agent'; Script = 'hosts-config-agent.ps1'; DependsOn = @(); Start = 'demand'; Runs = $true }
}

function Test-HostsConfigAgent {
    param($Context)
    Test-ServiceStep $Context (Get-HostsAgentService)
}

function Invoke-HostsConfigAgent {
    param($Context)
    Invoke-ServiceStep $Context (Get-HostsAgentService)
}

function Assert-HostsConfigAgent {
    param($Context)
    Assert-ServiceStep $Context (Get-HostsAgentService)
}
