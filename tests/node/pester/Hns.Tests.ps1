# The layer over HNSCall, and which network is the host's.
BeforeAll { . $PSScriptRoot/Load.ps1 }

Describe 'what HNS answers' {
    It 'gives what is listed, one by one' {
        @(ConvertFrom-HnsAnswer 'GET /networks/' 0 '{"Success":true,"Output":[{"Name":"a"},{"Name":"b"}]}' | ForEach-Object { $_.Name }) | Should -Be @('a', 'b')
    }
    It 'gives nothing for <_>' -ForEach '{"Success":true}', '{"Success":true,"Output":null}', '{"Success":true,"Output":[]}' {
        @(ConvertFrom-HnsAnswer 'GET /networks/' 0 $_).Count | Should -Be 0
    }
    It 'is an error where HNS refuses, or says nothing' -ForEach '{"Success":false,"Error":"not found"}', '' {
        { ConvertFrom-HnsAnswer 'DELETE /networks/1' -2147024809 $_ } | Should -Throw 'HNS refused DELETE /networks/1: 0x80070057*'
    }
}

Describe 'the network of the host' {
    BeforeEach {
        Mock Get-ServiceStatus { 'Running' }
        Mock Get-NetIPAddress { [pscustomobject]@{ IPAddress = '10.240.0.4' }, [pscustomobject]@{ IPAddress = '127.0.0.1' } }
    }
    It 'is ext' {
        Mock Get-HnsObject { [pscustomobject]@{ Name = 'azure'; ManagementIP = '10.240.0.4' }, [pscustomobject]@{ Name = 'ext'; ManagementIP = '10.240.0.4' } }
        (Find-ExternalNetwork).Name | Should -Be 'ext'
    }
    It 'is any that has an address of this machine, once ext is gone' {
        Mock Get-HnsObject { [pscustomobject]@{ Name = 'nat'; Type = 'nat' }, [pscustomobject]@{ Name = 'azure'; ManagementIP = '10.240.0.4' } }
        Test-HnsNetwork $null | Should -Match 'network azure exists'
    }
    It 'is none that has another address' {
        Mock Get-HnsObject { [pscustomobject]@{ Name = 'azure'; ManagementIP = '10.240.0.9' } }
        Test-HnsNetwork $null | Should -BeNullOrEmpty
    }
    It 'is none where there are none' {
        Mock Get-HnsObject { }
        Test-HnsNetwork $null | Should -BeNullOrEmpty
    }
}
