BeforeAll {
    . "$PSScriptRoot/Load.ps1"
    . ([scriptblock]::Create((Get-NodeScriptText 'kubelet-start.ps1')))
    function New-SampleContext { param([object]$Configuration) [pscustomobject]@{ Configuration = $Configuration; Secrets = $null; Resuming = $false; FeaturePending = $false; RebootReasons = New-Object 'System.Collections.Generic.List[string]'; Waiting = New-Object 'System.Collections.Generic.List[string]'; Decision = ''; Reason = '' } }
}

Describe 'arguments of kubelet' {
    It 'are those of the configuration, with the labels' {
        $configuration = [pscustomobject]@{ kubeletArgs = @('--a=1', '--resolv-conf='); nodeLabels = 'x=y'; nodeAddressFlag = $false }
        @(Get-KubeletArgument $configuration) | Should -Be @('--a=1', '--resolv-conf=', '--node-labels=x=y')
    }
    It 'reserve memory by the size of the machine where nobody says how much' {
        $configuration = [pscustomobject]@{ kubeletArgs = @('--a=1'); nodeLabels = 'x=y'; nodeAddressFlag = $false; memoryReservation = $true }
        foreach ($size in @(4, 1024), @(8, 1844), @(16, 2663), @(64, 5612), @(256, 12166)) {
            Mock Get-CimInstance { [pscustomobject]@{ TotalPhysicalMemory = [long]($size[0] * 1GB) } }
            @(Get-KubeletArgument $configuration)[-1] | Should -Be "--system-reserved=memory=$($size[1])Mi"
        }
        Mock Get-CimInstance { [pscustomobject]@{ Name = 'x' } }
        @(Get-KubeletArgument $configuration)[-1] | Should -Be '--system-reserved=memory=2048Mi'
    }
    It 'have the address where the configuration asks for it' {
        Mock Wait-NodeAddress { '10.0.0.4' }
        $configuration = [pscustomobject]@{ kubeletArgs = @('--a=1'); nodeLabels = 'x=y'; nodeAddressFlag = $true }
        @(Get-KubeletArgument $configuration)[-1] | Should -Be '--node-ip=10.0.0.4'
    }
}

Describe 'registry settings of Windows' {
    BeforeEach {
        Mock Get-OsBuild { '20348' }
        Mock Get-OsPatch { 2113 }
    }
    It 'are those of every build and of this one, at its patch level' {
        $list = foreach ($rest in '"name": "all"', '"name": "other", "build": "26100"', '"name": "since", "since": 2113', '"name": "later", "since": 2114',
            '"name": "over", "until": 2113', '"name": "still", "until": 2114, "restart": true, "kind": "Bits"') { '{"path": "HKLM:\\K", "value": 1, ' + $rest + '}' }
        $settings = @(Get-WindowsSetting (ConvertFrom-Json ('{"windowsSettings": [' + ($list -join ', ') + ']}')))
        $settings.Name | Should -Be @('all', 'since', 'still')
        $settings.Kind | Should -Be @('DWord', 'DWord', 'Bits')
        $settings.Restart | Should -Be @($false, $false, $true)
    }
    It 'are none where nothing is listed' {
        @(Get-WindowsSetting ([pscustomobject]@{})).Count | Should -Be 0
    }
}

Describe 'a component of one build' {
    It 'takes the place of the usual one on that build' {
        Mock Get-OsBuild { '26100' }
        $configuration = ConvertFrom-Json '{"components": [{"id": "kubernetes"}, {"id": "containerd", "urls": ["old"]}], "componentsOfBuilds": [{"id": "containerd", "urls": ["other"], "build": "20348"}, {"id": "containerd", "urls": ["new"], "build": "26100"}]}'
        Set-ComponentOfBuild $configuration
        @($configuration.components | Where-Object { $_.id -eq 'containerd' }).urls | Should -Be @('new')
        @($configuration.components).Count | Should -Be 2
        Mock Get-OsBuild { '17763' }
        $usual = ConvertFrom-Json '{"components": [{"id": "containerd", "urls": ["old"]}], "componentsOfBuilds": [{"id": "containerd", "urls": ["new"], "build": "26100"}]}'
        Set-ComponentOfBuild $usual
        $usual.components[0].urls | Should -Be @('old')
    }
}

Describe 'a new disk' {
    BeforeEach {
        Mock Get-ServiceStatus { }
        function Get-CimInstance { param([string]$ClassName, [string]$Filter) [pscustomobject]@{ SCSILogicalUnit = $(if ("$ClassName $Filter" -eq 'Win32_DiskDrive Index=5') { 1 } else { 2 }) } }
        $context = New-SampleContext ([pscustomobject]@{ remoteNvmeDisks = @('Virtual_Disk NVME*') })
    }
    It 'is a data disk unless it is local, in the order of the LUNs' {
        Mock Get-Disk {
            [pscustomobject]@{ Number = 1; FriendlyName = 'Microsoft NVMe Direct Disk v2'; BusType = 'NVMe'; PartitionStyle = 'RAW' }
            [pscustomobject]@{ Number = 2; FriendlyName = 'Some New Disk'; BusType = 'NVMe'; PartitionStyle = 'RAW' }
            [pscustomobject]@{ Number = 4; FriendlyName = 'Virtual_Disk NVMe Premium'; BusType = 'NVMe'; PartitionStyle = 'RAW' }
            [pscustomobject]@{ Number = 5; FriendlyName = 'Virtual_Disk NVMe Premium'; BusType = 'NVMe'; PartitionStyle = 'RAW' }
            [pscustomobject]@{ Number = 6; FriendlyName = 'Msft Virtual Disk'; PartitionStyle = 'GPT' }
        }
        @(Get-NewDisk $context).Number | Should -Be @(5, 4)
    }
    It 'is what has no file system where nothing else is told of it' {
        Mock Get-Disk { [pscustomobject]@{ Number = 2; FriendlyName = 'Msft Virtual Disk'; PartitionStyle = 'RAW' } }
        @(Get-NewDisk $context).Number | Should -Be @(2)
    }
    It 'is nothing of ours once there is a kubelet' {
        Mock Get-ServiceStatus { 'Stopped' }
        Mock Get-Disk { [pscustomobject]@{ Number = 2; FriendlyName = 'Msft Virtual Disk'; PartitionStyle = 'RAW' } }
        @(Get-NewDisk $context).Count | Should -Be 0
    }
}

Describe 'a step' {
    BeforeEach {
        $context = New-SampleContext ([pscustomobject]@{})
        $context | Add-Member -NotePropertyName Asserted -NotePropertyValue (New-Object 'System.Collections.Generic.List[string]')
        $context | Add-Member -NotePropertyName Steps -NotePropertyValue (New-Object 'System.Collections.Generic.List[object]')
        $step = [pscustomobject]@{ id = 'sample'; function = 'Sample'; exitCode = 77; afterRestart = $false }
        $script:Node.Seconds = 1e9
        function Test-Sample { param([object]$Context) }
        function Invoke-Sample { param([object]$Context) }
        function Assert-Sample { param([object]$Context) }
        Mock Write-Event { }
        Mock Invoke-Sample { }
        Mock Assert-Sample { }
    }
    It 'that is as wanted has proved itself' {
        Mock Test-Sample { 'as wanted' }
        Invoke-Step $step $context | Should -Be 0
        Should -Invoke Invoke-Sample -Times 0 -Exactly
        Should -Invoke Assert-Sample -Times 0 -Exactly
    }
    It 'that is not as wanted is done and proved' {
        Mock Test-Sample { }
        Invoke-Step $step $context | Should -Be 0
        Should -Invoke Invoke-Sample -Times 1 -Exactly
        Should -Invoke Assert-Sample -Times 1 -Exactly
    }
    It 'that fails ends with its own code and its reason' {
        Mock Test-Sample { }
        Mock Assert-Sample { throw 'the proof does not hold' }
        Invoke-Step $step $context | Should -Be 77
        $context.Reason | Should -Be 'the proof does not hold'
    }
    It 'that needs a feature waits for the restart' {
        $step.afterRestart = $true
        $context.FeaturePending = $true
        Mock Test-Sample { }
        Mock Set-TextFile { }
        Invoke-Step $step $context | Should -Be 0
        Should -Invoke Invoke-Sample -Times 0 -Exactly
        $context.Decision | Should -Match '^deferred'
        $context.Waiting | Should -Be @('sample')
    }
    It 'does not begin behind the deadline' {
        $script:Node.Seconds = -1
        Mock Test-Sample { }
        Invoke-Step $step $context | Should -Be 4
        Should -Invoke Invoke-Sample -Times 0 -Exactly
    }
}

Describe 'a run after the restart' {
    BeforeEach {
        $context = New-SampleContext ([pscustomobject]@{ steps = @('image-flavour', 'page-file', 'containerd', 'cache-removal', 'finish') })
        $context.Resuming = $true
    }
    It 'does what waited, what that goes by, and the proof' {
        $context.Waiting.Add('page-file')
        @(Get-DueStep $context) | Should -Be @('image-flavour', 'page-file', 'finish')
    }
    It 'does everything where nobody wrote down what waits' { @(Get-DueStep $context).Count | Should -Be 5 }
}

Describe 'two tasks at one start of Windows' {
    It 'node-reset ends where the bootstrap has reset the node since' {
        Mock Get-TextFile { '1000' }
        Mock Get-CimInstance { [pscustomobject]@{ LastBootUpTime = [datetime]::new(500, [System.DateTimeKind]::Utc) } }
        Test-ResetStamp | Should -BeTrue
    }
    It 'a stamp of the boot before does not count' {
        Mock Get-TextFile { '1000' }
        Mock Get-CimInstance { [pscustomobject]@{ LastBootUpTime = [datetime]::new(5000, [System.DateTimeKind]::Utc) } }
        Test-ResetStamp | Should -BeFalse
    }
    It 'no stamp does not count' {
        Mock Get-TextFile { }
        Test-ResetStamp | Should -BeFalse
    }
    It 'a resume is due only with its record and its task' {
        Mock Test-Path { $true }
        Mock Get-ScheduledTask { }
        Test-ResumeDue | Should -BeFalse
        Mock Get-ScheduledTask { [pscustomobject]@{ TaskName = 'gen-cse-resume' } }
        Test-ResumeDue | Should -BeTrue
    }
}

Describe 'Windows features' {
    BeforeAll { Mock Start-Sleep { }; Mock Write-Event { }; Mock Add-RestartReason { $Context.FeaturePending = $true } }
    BeforeEach { $script:Node.Seconds = 1e9 }
    It 'still pending after the restart are an error' {
        Mock Get-WindowsFeature { [pscustomobject]@{ Name = 'Containers'; InstallState = 'InstallPending' } }
        $context = New-SampleContext ([pscustomobject]@{ windowsFeatures = @('Containers') })
        $context.Resuming = $true
        { Invoke-WindowsFeature $context } | Should -Throw '*still pending after the restart*'
    }
}
