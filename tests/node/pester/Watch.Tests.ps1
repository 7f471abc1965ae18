# What the task that looks at HNS each minute does.
BeforeAll {
    . $PSScriptRoot/Load.ps1
    . ([scriptblock]::Create((Get-NodeScriptText 'hns-watch.ps1')))
}

Describe 'a restart of HNS' {
    BeforeEach {
        $script:Noted = '100'
        $script:Calls = @()
        Mock Get-TextFile { $script:Noted } -ParameterFilter { $Path -eq 'c:\k\hns.pid' }
        Mock Set-TextFile { $script:Noted = $Text } -ParameterFilter { $Path -eq 'c:\k\hns.pid' }
        Mock Write-NodeLine { }
        Mock Stop-NodeService { $script:Calls += "stop $Name" }
        Mock Start-NodeService { $script:Calls += "start $Name" }
        Mock Get-ServiceStatus { 'Running' }
    }
    It 'restarts kube-proxy, once' {
        Mock Get-CimInstance { [pscustomobject]@{ ProcessId = 200 } }
        Watch-Hns
        Watch-Hns
        $script:Calls | Should -Be @('stop kubeproxy', 'start kubeproxy')
        $script:Noted | Should -Be '200'
    }
    It 'is not seen while HNS has process <_>' -ForEach 0, 100 {
        $process = $_
        Mock Get-CimInstance { [pscustomobject]@{ ProcessId = $process } }
        Watch-Hns
        $script:Calls.Count | Should -Be 0
        $script:Noted | Should -Be '100'
    }
    It 'is not seen at the first look' {
        $script:Noted = $null
        Mock Get-CimInstance { [pscustomobject]@{ ProcessId = 200 } }
        Watch-Hns
        $script:Calls.Count | Should -Be 0
        $script:Noted | Should -Be '200'
    }
    It 'leaves a kube-proxy alone that somebody stopped' {
        Mock Get-CimInstance { [pscustomobject]@{ ProcessId = 200 } }
        Mock Get-ServiceStatus { 'Stopped' }
        Watch-Hns
        $script:Calls.Count | Should -Be 0
    }
    It 'is no matter where there is no HNS' {
        Mock Get-CimInstance { }
        Watch-Hns
        $script:Calls.Count | Should -Be 0
    }
}

Describe 'a kube-proxy that does not run' {
    BeforeEach {
        $script:Status = @{ kubelet = 'Running'; kubeproxy = 'Stopped' }
        Mock Get-ServiceStatus { $script:Status[$Name] }
        Mock Start-NodeService { }
        Mock Write-NodeLine { }
        Mock Use-SingleInstance { & $Action }
    }
    It 'is started where kubelet runs: whoever stopped kubelet has stopped both' {
        Watch-KubeProxy
        Should -Invoke Start-NodeService -Exactly 1 -ParameterFilter { $Name -eq 'kubeproxy' }
        Should -Invoke Use-SingleInstance -Exactly 1 -ParameterFilter { $WaitSeconds -eq 0 }
    }
    It 'stays so where kubelet does not run' {
        $script:Status['kubelet'] = 'Stopped'
        Watch-KubeProxy
        Should -Invoke Start-NodeService -Exactly 0
    }
    It 'stays so while another holds the node' {
        Mock Use-SingleInstance { throw 'another run did not end' }
        { Watch-KubeProxy } | Should -Throw 'another run*'
        Should -Invoke Start-NodeService -Exactly 0
    }
    It 'is not touched when it runs' {
        $script:Status['kubeproxy'] = 'Running'
        Watch-KubeProxy
        Should -Invoke Use-SingleInstance -Exactly 0
    }
}
