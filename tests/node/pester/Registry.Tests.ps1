# Who pulls an image of one's own when an image is built.
BeforeAll {
    . $PSScriptRoot/Load.ps1
    . $PSScriptRoot/../../../parts/vhd/lib/registry.ps1
    function Get-Base64 { param([string]$Text) [System.Convert]::ToBase64String([System.Text.Encoding]::UTF8.GetBytes($Text)) }
}

Describe 'logins of registries' {
    AfterEach { $env:DOCKER_AUTH_CONFIG = ''; $script:Node.Secrets = @() }
    It 'are found by the host of the image: <image>' -ForEach @(
        @{ image = 'contoso.azurecr.io/team/app:1.0'; key = 'contoso.azurecr.io' }
        @{ image = 'localhost:5000/app:1'; key = 'http://localhost:5000' }
        @{ image = 'docker.io/contoso/app:1'; key = 'https://index.docker.io/v1/' }
    ) {
        $env:DOCKER_AUTH_CONFIG = ConvertTo-Json @{ auths = @{ 'other.example' = @{ auth = 'eDp5' }; $key = @{ auth = Get-Base64 'reader:pass:word' } } } -Depth 3
        $found = Get-RegistryLogin $image
        $found.Login | Should -Be 'reader:pass:word'
        $found.Key | Should -Be $key
        ConvertTo-LogLine 'pass:word, reader:pass:word' | Should -Be '***, ***'
    }
    It 'are read from name and password, too' {
        $env:DOCKER_AUTH_CONFIG = '{"auths":{"a.example":{"username":"u","password":"p w"}}}'
        (Get-RegistryLogin 'a.example/x:1').Login | Should -Be 'u:p w'
    }
    It 'are none where none is given' {
        Get-RegistryLogin 'a.example/x:1' | Should -BeNullOrEmpty
        $env:DOCKER_AUTH_CONFIG = '{"auths":{"b.example":{"auth":"eDp5"}}}'
        Get-RegistryLogin 'a.example/x:1' | Should -BeNullOrEmpty
        (Get-PullCommand 'containerd' 'a.example/x:1') -join ' ' | Should -Be 'images pull a.example/x:1'
    }
    It 'that cannot be read are not shown: <text>' -ForEach @{ text = 'Marker-secret' }, @{ text = '{"auths":{"a.example":{"auth":"Marker-secret!"}}}' }, @{ text = '{"auths":{"a.example":{}}}' }, @{ text = '{"x":"Marker-secret"}' } {
        $env:DOCKER_AUTH_CONFIG = $text
        $message = try { Get-RegistryLogin 'a.example/x:1'; '' } catch { $_.Exception.Message }
        $message | Should -Match 'DOCKER_AUTH_CONFIG|a\.example'
        $message | Should -Not -Match 'Marker'
    }
    It 'go to ctr beside the name' {
        $env:DOCKER_AUTH_CONFIG = '{"auths":{"a.example":{"auth":"eDp5"}}}'
        (Get-PullCommand 'containerd' 'a.example/x:1') -join ' ' | Should -Be 'images pull --user x:y a.example/x:1'
    }
}
