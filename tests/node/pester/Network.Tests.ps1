BeforeAll { . "$PSScriptRoot/Load.ps1" }

Describe 'ranges' {
    It 'takes one family out of a list' {
        @(Split-Cidr '10.0.0.0/8, fd00::/8,10.1.0.0/16') | Should -Be @('10.0.0.0/8', '10.1.0.0/16')
        @(Split-Cidr '10.0.0.0/8, fd00::/8' -IPv6) | Should -Be @('fd00::/8')
    }
    It 'keeps the widest of ranges that begin alike on build 17763' {
        @(Get-NatException @('10.240.0.0/12', '10.240.0.0/16', '10.0.0.0/8') 17763) | Should -Be @('10.240.0.0/12', '10.0.0.0/8')
    }
    It 'keeps every range on later builds' { @(Get-NatException @('10.240.0.0/12', '10.240.0.0/16') 20348).Count | Should -Be 2 }
}

Describe 'rules of an endpoint' {
    BeforeAll {
        $configuration = [pscustomobject]@{ clusterCidr = '10.240.0.0/12,fc00::/48'; masterSubnet = '10.240.0.0/16'; vnetCidr = '10.0.0.0/8'; serviceCidr = '10.0.0.0/16,fd00::/108'; dualStack = $true }
    }
    It 'has no NAT for IPv6 on build 17763' {
        @(Get-EndpointPolicy $configuration 17763 | Where-Object { $_['Type'] -eq 'OutBoundNAT' }).Count | Should -Be 1
        @(Get-EndpointPolicy $configuration 20348 | Where-Object { $_['Type'] -eq 'OutBoundNAT' }).Count | Should -Be 2
    }
    It 'keeps pods from the agent of the host' {
        $blocked = @(Get-EndpointPolicy $configuration 20348 | Where-Object { $_['Type'] -eq 'ACL' -and $_['Action'] -eq 'Block' })
        @($blocked | ForEach-Object { $_['RemotePorts'] }) | Should -Be @('80', '32526')
        @($blocked | ForEach-Object { $_['RemoteAddresses'] } | Select-Object -Unique) | Should -Be @('168.63.129.16/32')
    }
    It 'routes each family of services' { @(Get-EndpointPolicy $configuration 20348 | Where-Object { $_['Type'] -eq 'ROUTE' } | ForEach-Object { $_['DestinationPrefix'] }) | Should -Be @('10.0.0.0/16', 'fd00::/108') }
}

Describe 'kubenet' {
    It 'takes sdnbridge only for containerd with its package' {
        Get-KubenetPlugin ([pscustomobject]@{ containerRuntime = 'containerd'; sdnPluginUrl = 'https://x/sdn.zip' }) | Should -Be 'sdnbridge'
        Get-KubenetPlugin ([pscustomobject]@{ containerRuntime = 'docker'; sdnPluginUrl = 'https://x/sdn.zip' }) | Should -Be 'win-bridge'
        Get-KubenetPlugin ([pscustomobject]@{ containerRuntime = 'containerd' }) | Should -Be 'win-bridge'
    }
    It 'refuses two families on build 17763' {
        Mock Get-OsBuild { '17763' }
        Get-DualStackProblem ([pscustomobject]@{ dualStack = $true; containerRuntime = 'containerd'; sdnPluginUrl = 'x' }) | Should -Match 'Windows Server 2022 or later'
    }
    It 'finds no fault in two families on 2022' {
        Mock Get-OsBuild { '20348' }
        Get-DualStackProblem ([pscustomobject]@{ dualStack = $true; containerRuntime = 'containerd'; sdnPluginUrl = 'x' }) | Should -BeNullOrEmpty
    }
    It 'waits for both ranges of a node with two families' {
        Mock Invoke-Program { '10.244.1.0/24' }
        Get-PodCidr ([pscustomobject]@{ dualStack = $true }) | Should -BeNullOrEmpty
        Mock Invoke-Program { 'fd00:1::/64 10.244.1.0/24' }
        Get-PodCidr ([pscustomobject]@{ dualStack = $true }) | Should -Be @('10.244.1.0/24', 'fd00:1::/64')
    }
}
