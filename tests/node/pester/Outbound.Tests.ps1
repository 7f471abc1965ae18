BeforeAll { . "$PSScriptRoot/Load.ps1" }

Describe 'a node that gets nothing' {
    BeforeAll {
        function New-Job { param([hashtable]$Codes, [bool]$Done = $false) [pscustomobject]@{ Codes = $Codes; Done = $Done } }
    }
    It 'has no way out where no host is reached' {
        Get-OutageReason @((New-Job @{ a = 28; b = 28 }), (New-Job @{ c = 28 })) | Should -Match 'no way out'
    }
    It 'meets an inspection where no certificate is trusted' { Get-OutageReason @(New-Job @{ a = 60; b = 60 }) | Should -Match '--trusted-ca' }
    It 'is not cut off where one host answers, or hosts fail in different ways' {
        Get-OutageReason @((New-Job @{ a = 28 }), (New-Job @{ b = 0 } $true)) | Should -BeNullOrEmpty
        Get-OutageReason @((New-Job @{ a = 28; b = 22 })) | Should -BeNullOrEmpty
    }
    It 'is not cut off where a host refuses' { Get-OutageReason @(New-Job @{ a = 22 }) | Should -BeNullOrEmpty }
}

Describe 'what Defender leaves alone' {
    BeforeEach { Mock Get-MpPreference { [pscustomobject]@{ ExclusionProcess = @('c:\k\kubelet.exe'); ExclusionPath = $null } } }
    It 'is what is not excluded yet, and the layers' {
        $missing = Get-MissingExclusion $false
        $missing['ExclusionProcess'] | Should -Not -Contain 'c:\k\kubelet.exe'
        $missing['ExclusionProcess'] | Should -Contain 'c:\k\kube-proxy.exe'
        $missing['ExclusionPath'] | Should -Be @('C:\ProgramData\containerd\root\io.containerd.snapshotter.v1.windows\snapshots')
    }
    It 'is not the layers where they are to be scanned' { (Get-MissingExclusion $true).ContainsKey('ExclusionPath') | Should -BeFalse }
}

Describe 'dynamic ports' {
    BeforeEach {
        $script:PortRangeMark = 'TestDrive:\port-range.done'
        Remove-Item -LiteralPath $script:PortRangeMark -ErrorAction SilentlyContinue
        $script:Asked = @()
        $script:UdpRefused = $false
        Mock Write-Event { }
        Mock Invoke-Program {
            $script:Asked += "$Arguments"
            if ($script:UdpRefused -and $Arguments -contains 'udp') { throw 'netsh.exe ended with exit code 1' }
            if ($Arguments -contains 'show') { 'Start Port      : 33000', 'Number of Ports : 32536' }
        }
    }
    It 'are not done where the image has the TCP range alone' { Test-PortRange $null | Should -BeNullOrEmpty }
    It 'leave out the UDP port of Azure, once' {
        Invoke-PortRange $null
        $script:Asked | Should -Contain 'int ipv4 add excludedportrange udp 65330 1 persistent'
        Test-PortRange $null | Should -Be '33000 32536'
    }
    It 'are right without it: something may have the port' {
        $script:UdpRefused = $true
        Invoke-PortRange $null
        Test-PortRange $null | Should -Be '33000 32536'
        Should -Invoke Write-Event -Exactly 1 -ParameterFilter { $Decision -eq 'note' }
    }
}

Describe 'a proxy' {
    BeforeAll {
        function New-ProxyContext {
            param([object]$Secrets)
            $proxy = [pscustomobject]@{ https = 'http://proxy.contoso.example:3128'; noProxy = 'localhost,10.0.0.0/16,.svc,169.254.169.254' }
            [pscustomobject]@{ Secrets = $Secrets; Configuration = [pscustomobject]@{ proxy = $proxy } }
        }
    }
    It 'is told with who may use it, and to docker without' {
        $context = New-ProxyContext ([pscustomobject]@{ httpsProxyCredentials = 'me:p%40ss' })
        (Get-ProxyEnvironment $context)['https_proxy'] | Should -Be 'http://me:p%40ss@proxy.contoso.example:3128'
        (Get-ProxyEnvironment $context).Contains('http_proxy') | Should -BeFalse
        (Get-DockerProxy $context).Value | Should -Be @('https_proxy=http://proxy.contoso.example:3128', 'no_proxy=localhost,10.0.0.0/16,.svc,169.254.169.254')
    }
    It 'is left as it was written once the secrets are gone' { Get-ProxyFile (New-ProxyContext $null) | Should -BeNullOrEmpty }
    It 'is .NET''s, too, but for the exceptions' {
        $proxy = Get-NetProxy 'http://me:p%40ss@proxy.contoso.example:3128' 'localhost,10.0.0.0/16,.svc,169.254.169.254'
        $proxy.Credentials.Password | Should -Be 'p@ss'
        $proxy.IsBypassed([uri]'http://169.254.169.254/metadata') | Should -BeTrue
        $proxy.IsBypassed([uri]'https://a.svc/') | Should -BeTrue
        $proxy.IsBypassed([uri]'https://asvc/') | Should -BeTrue -Because 'a name without a dot is local'
        $proxy.IsBypassed([uri]'https://packages.aks.azure.com/x') | Should -BeFalse
    }
    It 'has no password in the log' {
        $script:ProxyFile = 'TestDrive:\proxy.json'
        Set-TextFile $script:ProxyFile (ConvertTo-FlatJson ([ordered]@{ no_proxy = 'localhost' ; http_proxy = 'http://me:p%40sword@proxy:1' }))
        try { Use-Proxy; ConvertTo-LogLine 'asked http://me:p%40sword@proxy:1 with p@sword' | Should -Be 'asked http://***@proxy:1 with ***' }
        finally { Remove-Item -Path 'Env:http_proxy', 'Env:no_proxy' -ErrorAction SilentlyContinue }
    }
}

Describe 'containerd''s files' {
    BeforeEach {
        Mock Get-ContainerdVersion { [version]'1.6.35' }
        Mock Get-OsBuild { '20348' }
        $configuration = [pscustomobject]@{ networkPlugin = 'azure'; pauseImage = 'pause:1'; windowsFeatures = @('Hyper-V'); hypervRuntimeHandlers = '17763'; containerDiskGB = 60
            registryMirrors = @([pscustomobject]@{ registry = 'mcr.microsoft.com'; url = 'https://registry.contoso.example/mcr'; ca = 'TUlJ' }) }
        $files = Get-ContainerdFile ([pscustomobject]@{ Configuration = $configuration })
    }
    It 'have the disk of containers, and of the machines around them' {
        $lines = $files["$script:Containerd\config.toml"] -split "`n"
        @($lines -eq 'DefaultContainerScratchSizeInGb = 60').Count | Should -Be 2
        @($lines -eq 'DefaultVmScratchSizeInGb = 60').Count | Should -Be 1
        $lines[[array]::IndexOf($lines, 'DefaultContainerScratchSizeInGb = 60') - 1] | Should -BeLike '*runhcs-wcow-process.options]'
    }
    It 'have the authority of a mirror' {
        $folder = "$script:RegistryHosts\mcr.microsoft.com"
        $files["$folder\ca.crt"] | Should -Be "-----BEGIN CERTIFICATE-----`nTUlJ`n-----END CERTIFICATE-----`n"
        $files["$folder\hosts.toml"] | Should -BeLike '*ca = "C:\\ProgramData\\containerd\\certs.d\\mcr.microsoft.com\\ca.crt"*'
    }
}

Describe 'docker''s disk' {
    BeforeAll { $configuration = [pscustomobject]@{ containerDiskGB = 60 } }
    It 'takes the place of another size, and of nothing else' {
        @(Get-MissingStorageOption $configuration ([pscustomobject]@{ 'storage-opts' = @('size=40GB', 'other=1') })) | Should -Be @('other=1', 'size=60GB')
        @(Get-MissingStorageOption $configuration ([pscustomobject]@{ 'storage-opts' = @('size=60GB') })).Count | Should -Be 0
    }
}

Describe 'an own authority' {
    It 'is a root when it signs itself' {
        $pem = Get-Content -Raw -Path "$PSScriptRoot/../certificate.pem"
        $text = $pem -replace '-----[A-Z ]+-----|\s'
        $context = [pscustomobject]@{ Configuration = [pscustomobject]@{ trustedCertificates = @($text) } }
        Get-AuthorityStore @(Get-TrustedCertificate $context)[0] | Should -Be 'Root'
        @(Get-MissingCertificate $context).Count | Should -Be 1
    }
}
