# What steps and node scripts decide.
BeforeAll { . $PSScriptRoot/Load.ps1 }

Describe 'the kubelet''s health check' {
    It 'is none where the flags switch it off: the services'' state decides' {
        Mock Get-ServiceStatus { 'Running' }
        Mock Test-KubeletHealth { throw 'asked' }
        Get-FinishProblem ([pscustomobject]@{ Configuration = [pscustomobject]@{ healthCheck = ''; waitForKubelet = $true } }) | Should -BeNullOrEmpty
    }
    It 'is none of the kubelet that only registers a kubenet node' {
        $script:Asked = 0
        Mock Get-PodCidr { $script:Asked++; if ($script:Asked -gt 1) { '10.244.1.0/24' } }
        Mock Write-NodeLine { }
        Mock Stop-Process { }
        Mock Start-Process { $ended = [pscustomobject]@{ Id = 1; HasExited = $true }; $ended | Add-Member -MemberType ScriptMethod -Name WaitForExit -Value { $true } -PassThru }
        Wait-PodCidr $null @('--v=2') | Should -Be '10.244.1.0/24'
        Should -Invoke Start-Process -Exactly 1 -ParameterFilter { $ArgumentList -match '--healthz-port=0$' }
    }
}

Describe 'the proof of the kubelet' {
    It 'is not put off by a restart that is due' {
        $context = New-Context 'digest' $false
        $context.Configuration = [pscustomobject]@{ healthCheck = 'http://127.0.0.1:10248/healthz'; waitForKubelet = $true; kubeletTimeoutSeconds = 1 }
        $context.RebootReasons.Add('a page file of 8096 MB')
        Mock Start-NodeService { }
        Mock Start-Sleep { }
        Mock Get-ServiceStatus { 'Running' }
        Mock Test-KubeletHealth { $false }
        Mock Get-ServiceTail { 'failed to start ContainerManager' }
        Test-Finish $context | Should -BeNullOrEmpty
        Invoke-Finish $context
        Should -Invoke Start-NodeService -Exactly 2
        { Assert-Finish $context } | Should -Throw 'kubelet does not answer at*failed to start ContainerManager*'
    }
}

Describe 'the disk' {
    BeforeEach {
        Mock Get-ServiceStatus { '' }
        Mock Get-AvailableGigabyte { 4.2 }
        $context = New-Context 'digest' $false
        $context.Configuration = [pscustomobject]@{ stockImageFreeGB = 10; preparedImageFreeGB = 3 }
    }
    It 'of a prepared image may be nearly full: <_>' -ForEach 'vhd', 'vhd-manifest' {
        $context.Flavour = $_
        Get-DiskProblem $context | Should -BeNullOrEmpty
    }
    It 'of a stock image must hold what is still to come; both numbers are told' {
        $context.Flavour = 'stock'
        Get-DiskProblem $context | Should -Match '^4\.2 GB can be used on C:, 10 GB are needed \(a stock image: 10 GB, a prepared one: 3 GB\)'
    }
}

Describe 'sshd' {
    BeforeEach {
        Mock Set-Service { }
        Mock Write-Event { }
        Mock Invoke-Program { }
        Mock Add-WindowsCapability { }
        Mock Remove-WindowsCapability { }
        Mock Get-WindowsCapability { [pscustomobject]@{ Name = 'OpenSSH.Client~~~~0.0.1.0'; State = 'Installed' } }
        Mock Get-ServiceStatus { 'Stopped' }
        $script:SshFolder = Join-Path $TestDrive 'ssh'
        Remove-Item -LiteralPath $script:SshFolder -Recurse -ErrorAction Ignore
        $context = New-Context 'digest' $false
    }
    It 'is started before the bootstrap makes anything in its folder' {
        Mock Start-NodeService { if (Test-Path -LiteralPath $script:SshFolder) { throw 'the folder was made before' } }
        Initialize-SshServer $context
        Should -Invoke Invoke-Program -Exactly 0
        Should -Invoke Remove-WindowsCapability -Exactly 0
    }
    It 'gets its access list where something else made its folder' {
        $null = New-Item -ItemType Directory -Path $script:SshFolder
        $script:Closed = $false
        Mock Invoke-Program { if ($Arguments -contains '/inheritance:r') { $script:Closed = $true } }
        Mock Start-NodeService { if (-not $script:Closed) { throw 'error 1067' } }
        Initialize-SshServer $context
        Should -Invoke Remove-WindowsCapability -Exactly 0
    }
    It 'is installed anew, after what is there was removed, where it does not start' {
        $script:Added = $false
        Mock Add-WindowsCapability { $script:Added = $true }
        Mock Start-NodeService { if (-not $script:Added) { throw 'error 1053' } }
        Initialize-SshServer $context
        Should -Invoke Remove-WindowsCapability -Exactly 1
    }
}

Describe 'scripts' {
    It 'are those of the payload and no others' {
        $null = New-PSDrive -Name c -PSProvider FileSystem -Root $TestDrive -ErrorAction Ignore
        if ((Get-PSDrive c).Root -ne "$TestDrive") { Set-ItResult -Skipped -Because 'this machine has a drive C:'; return }
        Mock Initialize-ClosedFolder { }
        Set-TextFile 'C:\AzureData\k8s\lib\planted.ps1' 'bad'
        Save-Script @([pscustomobject]@{ path = 'lib\text.ps1'; text = 'good' }, [pscustomobject]@{ path = 'steps.json'; text = '{}' })
        @(Get-ChildItem -LiteralPath 'C:\AzureData\k8s' -Recurse -File | ForEach-Object { $_.Name } | Sort-Object) | Should -Be @('steps.json', 'text.ps1')
        Should -Invoke Initialize-ClosedFolder -Exactly 1
    }
    It 'lie in a folder that is taken from whoever made it' {
        $folder = Join-Path $TestDrive 'planted'
        $null = New-Item -ItemType Directory -Path $folder
        Mock Get-OpenAclReason { 'open to others' }
        Mock Invoke-Program { }
        Initialize-ClosedFolder $folder
        Should -Invoke Invoke-Program -Exactly 1 -ParameterFilter { $Arguments -contains '/setowner' -and $Arguments -contains '/T' }
    }
}

Describe 'network cleanup' {
    It 'removes lists and endpoints first, and waits after the network' {
        $script:Gone = New-Object 'System.Collections.Generic.List[string]'
        Mock Get-HnsObject {
            switch ($Kind) {
                'networks' { if (-not $script:Gone.Contains('networks')) { [pscustomobject]@{ Name = 'azure'; ID = 'n' } } }
                'endpoints' { [pscustomobject]@{ ID = 'ours'; VirtualNetwork = 'n' }, [pscustomobject]@{ ID = 'other'; VirtualNetwork = 'm' } }
                'policylists' { [pscustomobject]@{ ID = 'list' } }
            }
        }
        Mock Remove-HnsObject { $script:Gone.Add($Kind); foreach ($one in $Objects) { $script:Gone.Add($one.ID) } }
        Mock Start-Sleep { }
        Clear-PodNetwork 'azure'
        $script:Gone | Should -Be @('policylists', 'list', 'endpoints', 'ours', 'networks', 'n')
        Should -Invoke Start-Sleep -Exactly 1 -ParameterFilter { $Seconds -ge 10 }
    }
}

Describe 'HNS settings' {
    BeforeEach {
        Mock Get-ServiceStatus { 'Running' }
        Mock Stop-NodeService { }
        Mock Start-NodeService { }
        Mock Add-RestartReason { }
    }
    It 'restart HNS, not the machine again, after a restart' {
        Restart-Hns (New-Context 'digest' $true)
        Should -Invoke Start-NodeService -Exactly 1
        Should -Invoke Add-RestartReason -Exactly 0
    }
    It 'restart the machine where pods may run' {
        Restart-Hns (New-Context 'digest' $false)
        Should -Invoke Add-RestartReason -Exactly 1
    }
}

Describe 'what the steps before the services see to' {
    It 'starts HNS again where its flag was set' {
        Mock Get-WindowsSetting { }
        Mock Get-WrongSetting { [pscustomobject]@{ Name = 'HNSControlFlag'; Path = 'HKLM:\SYSTEM\CurrentControlSet\Services\hns\State'; Restart = $false } }
        Mock Set-RegistryValue { }
        Mock Restart-Hns { }
        Invoke-WindowsSetting (New-Context 'digest' $false)
        Should -Invoke Restart-Hns -Exactly 1
    }
    It 'closes the folder of kubelet''s key' {
        Mock Get-OpenAclReason { "$Path is open" }
        Mock Test-Path { $true }
        Get-FolderProblem ([pscustomobject]@{ Configuration = [pscustomobject]@{ name = 'win' } }) | Should -Contain 'C:\var\lib\kubelet\pki is open'
    }
    It 'keeps Defender from the plugin and the shim, too' {
        Mock Get-MpPreference { [pscustomobject]@{ ExclusionProcess = @('c:\k\kubelet.exe') } }
        $missing = (Get-MissingExclusion)['ExclusionProcess']
        $missing | Should -Contain 'c:\k\azurecni\bin\azure-vnet.exe'
        @($missing | Where-Object { $_ -like '*containerd-shim-runhcs-v1.exe' }).Count | Should -Be 1
        $missing | Should -Not -Contain 'c:\k\kubelet.exe'
    }
    It 'stops containerd before anything of it changes' {
        $script:Done = @()
        Mock Stop-NodeService { $script:Done += "stop $Name" }
        Mock Get-ArtifactEntry { [pscustomobject]@{ sha256 = 'hash' } }
        Mock Test-Installed { $true }
        Mock Get-ContainerdFile { [ordered]@{ 'c:\config.toml' = 'text' } }
        Mock Clear-Installed { $script:Done += 'clear' }
        Mock Set-TextFile { $script:Done += 'write' }
        Mock Set-Installed { }
        Mock Add-MachinePath { }
        Mock Invoke-ServiceStep { }
        Invoke-Containerd (New-Context 'digest' $false)
        $script:Done | Should -Be @('stop containerd', 'clear', 'write')
    }
    It 'waits out the pause of nssm before kubelet''s proof' {
        $context = New-Context 'digest' $false
        $context.Configuration = [pscustomobject]@{ waitForKubelet = $true; kubeletTimeoutSeconds = 60; healthCheck = '' }
        $script:Asked = 0
        Mock Start-NodeService { }
        Mock Start-Sleep { }
        Mock Get-ServiceStatus { $script:Asked++; if ($script:Asked -lt 3) { 'Paused' } else { 'Running' } }
        Invoke-Finish $context
        Get-FinishProblem $context | Should -BeNullOrEmpty
        Should -Invoke Start-Sleep -Exactly 2
    }
}

Describe 'a Windows feature' {
    It 'is tried again while servicing is busy' {
        $script:Tries = 0
        Mock Start-Sleep { }
        Mock Write-Event { }
        Mock Install-WindowsFeature { $script:Tries++; if ($script:Tries -lt 3) { throw '0x800f0902' }; [pscustomobject]@{ Success = $true; RestartNeeded = 'Yes' } }
        (Install-Feature 'Containers').RestartNeeded | Should -Be 'Yes'
    }
}

Describe 'a program that ends at once' {
    It 'runs again where its handle, and so its exit code, is lost' {
        $script:Tries = 0
        Mock Start-Process {
            $script:Tries++
            $process = [pscustomobject]@{ Id = 1 }
            $process | Add-Member -MemberType ScriptProperty -Name Handle -Value { if ($script:Tries -lt 2) { throw 'the process has exited' }; 7 } -PassThru
        }
        $null = Start-Program 'ctr.exe' 'images ls' (Join-Path $TestDrive 'log')
        Should -Invoke Start-Process -Exactly 2
    }
}

Describe 'the lock of azure-vnet' {
    BeforeEach {
        Mock Get-AzureCniState { 'TestDrive:\azure-vnet.json' }
        Mock Write-NodeLine { }
        $script:Lock = 'TestDrive:\azure-vnet.json.lock'
    }
    It 'goes when the process that took it is gone' {
        Set-Content -LiteralPath $script:Lock -Value '4711'
        Mock Get-Process { }
        Clear-AbandonedCniLock
        Test-Path -LiteralPath $script:Lock | Should -BeFalse
        Should -Invoke Write-NodeLine -Exactly 1 -ParameterFilter { $Text -match '4711, which is gone' }
    }
    It 'stays while that process runs' {
        Set-Content -LiteralPath $script:Lock -Value '4711'
        Mock Get-Process { [pscustomobject]@{ Id = 4711 } }
        Clear-AbandonedCniLock
        Test-Path -LiteralPath $script:Lock | Should -BeTrue
    }
    It 'stays where it tells no process: newer plugins lock the file itself' {
        Set-Content -LiteralPath $script:Lock -Value ''
        Mock Get-Process { throw 'asked' }
        Clear-AbandonedCniLock
        Test-Path -LiteralPath $script:Lock | Should -BeTrue
    }
}
