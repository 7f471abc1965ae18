# Who may use what, and what comes from where.
BeforeAll {
    . $PSScriptRoot/Load.ps1
    # with the parameters that are asked for here
    if (-not (Get-Command -Name 'Get-Acl' -CommandType Cmdlet -ErrorAction Ignore)) {
        function Get-Acl { param([string]$LiteralPath) $null = $LiteralPath }
        function Get-CimInstance { param([string]$ClassName) $null = $ClassName }
        function Set-CimInstance { param($InputObject, $Property) $null = $InputObject, $Property }
        function New-CimInstance { param([string]$ClassName, $Property) $null = $ClassName, $Property }
        function Remove-CimInstance { param($InputObject) $null = $InputObject }
        function Get-NetFirewallRule { param([string]$Name) $null = $Name }
    }
    # The functions of a script that does its work when it is dot-sourced.
    function Get-ScriptFunction {
        param([string]$Name)
        $tree = [System.Management.Automation.Language.Parser]::ParseFile("$PSScriptRoot/../../../parts/windows/node/$Name", [ref]$null, [ref]$null)
        $all = $tree.FindAll({ param($node) $node -is [System.Management.Automation.Language.FunctionDefinitionAst] }, $false)
        [scriptblock]::Create(@($all | ForEach-Object { $_.Extent.Text }) -join "`n")
    }
}

Describe 'an access list' {
    BeforeAll { Mock Test-Path { $true } }
    It 'is closed with SYSTEM and administrators only: <_>' -ForEach 'O:BAG:SYD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)', 'D:P(A;;FA;;;S-1-5-18)(A;;FA;;;S-1-5-32-544)S:AI(AU;SA;FA;;;WD)', 'O:SYG:SYD:' {
        $sddl = $_
        Mock Get-Acl { [pscustomobject]@{ Sddl = $sddl } }
        Get-OpenAclReason 'c:\k' | Should -BeNullOrEmpty
    }
    It 'is open: <sddl>' -ForEach @(
        @{ sddl = 'O:BAG:SYD:AI(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)'; why = '*the folder above' }
        @{ sddl = 'O:BAG:SYD:PAI(A;OICI;FA;;;WD)'; why = '*open to WD' }
        @{ sddl = 'D:PAI(A;;FA;;;S-1-5-21-1-2-3-1001)(A;;0x1200a9;;;BU)'; why = '*open to S-1-5-21-1-2-3-1001, BU' }
        @{ sddl = 'O:BAG:SYD:NO_ACCESS_CONTROL'; why = '*the folder above' }
        @{ sddl = 'O:BAG:SY'; why = '*the folder above' }
        @{ sddl = 'D:PAI(A;;X;;;S-1-5-93-2-2)(A;;FA;;;SY)'; why = '*open to S-1-5-93-2-2' }
    ) {
        Mock Get-Acl { [pscustomobject]@{ Sddl = $sddl } }
        Get-OpenAclReason 'c:\k' | Should -BeLike $why
    }
    It 'of c:\k may have the containers'' user where the cloud node manager runs as it' {
        Mock Get-Acl { [pscustomobject]@{ Sddl = 'D:PAI(A;;X;;;S-1-5-93-2-2)(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)' } }
        $context = [pscustomobject]@{ Configuration = [pscustomobject]@{ containerUserFiles = @('c:\k\config') } }
        Get-OpenAclReason 'c:\k' (Get-FolderGuest $context 'c:\k') | Should -BeNullOrEmpty
        Get-OpenAclReason 'C:\AzureData\k8s' (Get-FolderGuest $context 'C:\AzureData\k8s') | Should -BeLike '*open to S-1-5-93-2-2'
        Get-FolderGuest ([pscustomobject]@{ Configuration = [pscustomobject]@{ name = 'win' } }) 'c:\k' | Should -BeNullOrEmpty
    }
}

Describe 'the files of the cloud node manager' {
    BeforeAll { $context = [pscustomobject]@{ Configuration = [pscustomobject]@{ containerUserFiles = @('c:\k\config', 'c:\k\certoc.exe') } } }
    It 'are read by ContainerUser, and nothing else is' {
        $script:Granted = @()
        Mock Invoke-Program { $script:Granted += $Arguments -join ' ' }
        Invoke-ContainerAccess $context
        $script:Granted | Should -Be @('c:\k /grant *S-1-5-93-2-2:(X)', 'c:\k\config /grant *S-1-5-93-2-2:(R)', 'c:\k\certoc.exe /grant *S-1-5-93-2-2:(RX)')
    }
    It 'are asked for by SID' {
        Mock Test-Path { $true }
        Mock Get-Acl { [pscustomobject]@{ Sddl = "D:AI(A;;FR;;;S-1-5-93-2-$(if ($LiteralPath -like '*exe') { 1 } else { 2 }))(A;ID;FA;;;SY)" } }
        Get-ContainerAccessProblem $context | Should -Be 'containers may not use c:\k\certoc.exe'
    }
}

Describe 'an administrator' {
    It 'has a token of high or system level: <level>' -ForEach @(@{ level = 'S-1-16-16384'; is = $true }, @{ level = 'S-1-16-12288'; is = $true }, @{ level = 'S-1-16-8192'; is = $false }) {
        Mock Invoke-Program { 'BUILTIN\Administrators Alias S-1-5-32-544', "Mandatory Label Label $level" }
        Test-Administrator | Should -Be $is
    }
}

Describe 'the pause image' {
    BeforeAll {
        Mock Get-OsBuild { '20348' }
        $images = @([pscustomobject]@{ build = '20348'; image = 'pause:3.8' })
        $old = [pscustomobject]@{ build = '17763'; image = 'pause:3.4.1-windows-1809-amd64' }
    }
    It 'is that of the machine''s build' {
        Get-PauseImage ([pscustomobject]@{ pauseImage = 'pause:3.4.1'; pauseImages = $images }) | Should -Be 'pause:3.8'
        Get-PauseImage ([pscustomobject]@{ pauseImage = 'pause:3.4.1' }) | Should -Be 'pause:3.4.1'
    }
    It 'of a Hyper-V guest has a build''s name only where there is such an image' {
        $configuration = [pscustomobject]@{ pauseImage = 'pause:3.4.1'; hypervPauseImages = @($old) }
        Get-SandboxImage $configuration '17763' | Should -Be 'SandboxImage = "pause:3.4.1-windows-1809-amd64"'
        Get-SandboxImage $configuration '20348' | Should -Be 'SandboxImage = "pause:3.4.1"'
        Get-SandboxImage ([pscustomobject]@{ pauseImage = 'pause:3.10.2'; hypervPauseImages = @() }) '17763' | Should -Be 'SandboxImage = "pause:3.10.2"'
    }
}

Describe 'a file with several URLs' {
    BeforeEach {
        $script:Asked = @()
        $script:Downloads = 'TestDrive:\downloads'
        $script:Artifacts = 'TestDrive:\artifacts'
        Mock Start-Sleep { }
        Mock Start-Program { $script:Asked += ($Line -split '"')[-2]; [pscustomobject]@{ Process = [pscustomobject]@{ HasExited = $true }; Url = ($Line -split '"')[-2]; Part = "$Log" } }
        Mock Wait-Program {
            if ($Started.Url -notlike '*good*') { return [pscustomobject]@{ ExitCode = 22; Output = '404'; ErrorText = 'refused' } }
            [System.IO.File]::WriteAllText($Started.Part, 'right')
            [pscustomobject]@{ ExitCode = 0; Output = '200'; ErrorText = '' }
        }
        $context = [pscustomobject]@{ Secrets = $null; Manifest = $null; Cache = @{}; Bytes = [ordered]@{ downloaded = [long]0; cached = [long]0 } }
        $hash = Get-Digest 'right'
    }
    It 'comes from the first that has it, without a pause' {
        Get-ComponentFile $context @([pscustomobject]@{ id = 'a'; urls = @('https://gone/a.zip', 'https://good/b.zip', 'https://good/c.zip'); sha256 = @($hash) })
        $script:Asked | Should -Be @('https://gone/a.zip', 'https://good/b.zip')
        (Get-ArtifactEntry 'a').url | Should -Be 'https://good/b.zip'
        Should -Invoke Start-Sleep -Exactly 0
    }
    It 'is told with each URL and its reason' {
        { Get-ComponentFile $context @([pscustomobject]@{ id = 'none'; urls = @('https://gone/a.zip', 'https://away/b.zip'); sha256 = @($hash) }) } |
            Should -Throw 'https://gone/a.zip: *404*https://away/b.zip: *404*'
    }
    It 'of the image''s cache may be any of them' {
        Set-TextFile 'TestDrive:\cache\b.zip' 'right'
        $context.Cache = @{ 'b.zip' = @('TestDrive:\cache\b.zip') }
        Get-ComponentFile $context @([pscustomobject]@{ id = 'cached'; urls = @('https://gone/a.zip', 'https://gone/b.zip'); sha256 = @($hash) })
        $script:Asked | Should -BeNullOrEmpty
        (Get-ArtifactEntry 'cached').url | Should -Be 'https://gone/b.zip'
    }
}

Describe 'the page file' {
    BeforeEach {
        $context = New-Context 'digest' $false
        $context.Configuration = [pscustomobject]@{ pageFileMB = 8096 }
        $script:PageFiles = $null
        Mock Get-CimInstance { [pscustomobject]@{ AutomaticManagedPagefile = $false } } -ParameterFilter { $ClassName -eq 'Win32_ComputerSystem' }
        Mock Get-CimInstance { [pscustomobject]@{ Name = 'D:\pagefile.sys'; InitialSize = 8096; MaximumSize = 8096 } } -ParameterFilter { $ClassName -eq 'Win32_PageFileSetting' }
    }
    It 'is not one on a drive that is not there' {
        Mock Test-Path { $false }
        Mock Add-RestartReason { }
        Mock Remove-CimInstance { }
        Mock New-CimInstance { }
        Test-PageFile $context | Should -BeNullOrEmpty
        Invoke-PageFile $context
        Should -Invoke Remove-CimInstance -Exactly 1
        Should -Invoke New-CimInstance -Exactly 1 -ParameterFilter { $Property['Name'] -eq 'C:\pagefile.sys' }
    }
    It 'goes to C: where its drive has no room for it' {
        Mock Test-Path { $true }
        Mock Get-PSDrive { [pscustomobject]@{ Free = 4GB } }
        $small = [pscustomobject]@{ Name = 'D:\pagefile.sys'; InitialSize = 1024 }
        Test-PageFileDrive $small 8096 | Should -BeFalse
        Test-PageFileDrive $small 5000 | Should -BeTrue
        $small.Name = 'C:\pagefile.sys'
        Test-PageFileDrive $small 8096 | Should -BeTrue
    }
    It 'is looked up after the restart' {
        Mock Test-Path { $true }
        Mock Get-PSDrive { [pscustomobject]@{ Free = 0 } }
        Mock Get-CimInstance { [pscustomobject]@{ Name = 'C:\pagefile.sys'; AllocatedBaseSize = 1024 } } -ParameterFilter { $ClassName -eq 'Win32_PageFileUsage' }
        Mock Write-Event { }
        $context.Resuming = $true
        Test-PageFile $context | Should -Be '8096 MB, in use: C:\pagefile.sys with 1024 MB'
        Should -Invoke Write-Event -Exactly 1 -ParameterFilter { $Decision -eq 'note' }
    }
}

Describe 'the address of a node' {
    BeforeAll { . (Get-ScriptFunction 'kubelet-start.ps1') }
    BeforeEach {
        Mock Start-Sleep { }
        Mock Get-DefaultRoute { [pscustomobject]@{ ifIndex = 1 } }
        Mock Get-InterfaceAddress { '10.240.0.4' }
    }
    It 'is of both families where the cluster has both' {
        Mock Get-DhcpAddressV6 { 'fd00::4' }
        Wait-NodeAddress ([pscustomobject]@{ dualStack = $true }) | Should -Be '10.240.0.4,fd00::4'
        Wait-NodeAddress ([pscustomobject]@{ dualStack = $false }) | Should -Be '10.240.0.4'
    }
}

Describe 'firewall rules' {
    It 'are made anew when their ports change' {
        $script:AllowRules = $null
        Mock Get-NetFirewallRule { [pscustomobject]@{ Name = 'gen-cse-kubelet'; Enabled = 'True'; Description = 'LocalPort 10250' } }
        Test-AllowRule 'gen-cse-kubelet' @{ LocalPort = [string[]]@('10250') } | Should -BeTrue
        Test-AllowRule 'gen-cse-kubelet' @{ LocalPort = [string[]]@('10250', '9182') } | Should -BeFalse
    }
    It 'have the ports of the catalog' {
        $context = [pscustomobject]@{ Configuration = [pscustomobject]@{ containerRuntime = 'containerd'; inboundPorts = @(9182) } }
        (Get-KubeletService $context)['Rule']['LocalPort'] | Should -Be @('10250', '9182')
    }
}

Describe 'aks-engine rotate-certs' {
    BeforeAll { . (Get-ScriptFunction 'rotate-certificates.ps1') }
    It 'finds its functions' {
        $base64 = ConvertTo-Base64Text '-----BEGIN CERTIFICATE-----'
        Write-CACert -CACertificate $base64 -KubeDir 'TestDrive:\k'
        Write-KubeConfig -CACertificate $base64 -KubeDir 'TestDrive:\k' -MasterFQDNPrefix 'rg' -MasterIP '10.255.255.5' -AgentKey 'a2V5' -AgentCertificate $base64
        Get-TextFile 'TestDrive:\k\ca.crt' | Should -Be '-----BEGIN CERTIFICATE-----'
        Get-TextFile 'TestDrive:\k\config' | Should -Match 'server: "https://10\.255\.255\.5:443"[\s\S]*client-key-data: "a2V5"'
        { Assert-FileExists 'TestDrive:\none' } | Should -Throw '*none is missing*'
    }
    It 'is told whether the reset worked' {
        Mock Start-Sleep { }
        Mock Write-NodeLine { }
        Set-Content -Path 'TestDrive:\good.ps1' -Value '1'
        Set-Content -Path 'TestDrive:\bad.ps1' -Value 'throw "no"'
        Retry-Command -Command 'TestDrive:\good.ps1' -Args @{ Foo = 'Bar' } -Retries 1 -RetryDelaySeconds 10 | Should -BeTrue
        Retry-Command -Command 'TestDrive:\bad.ps1' -Args @{ Foo = 'Bar' } -Retries 1 -RetryDelaySeconds 10 | Should -BeFalse
        Should -Invoke Start-Sleep -Exactly 1
    }
    It 'is led to our scripts' {
        $files = Add-RotationFile ([ordered]@{})
        @($files.Keys) | Should -Be @('C:\AzureData\k8s\windowskubeletfunc.ps1', 'C:\AzureData\k8s\kuberneteswindowsfunctions.ps1', 'c:\k\windowsnodereset.ps1')
        $files['c:\k\windowsnodereset.ps1'] | Should -Not -Match 'AtStart'
    }
}
