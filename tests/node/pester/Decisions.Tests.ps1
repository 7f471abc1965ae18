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
    It 'have the address where the configuration asks for it' {
        Mock Wait-NodeAddress { '10.0.0.4' }
        $configuration = [pscustomobject]@{ kubeletArgs = @('--a=1'); nodeLabels = 'x=y'; nodeAddressFlag = $true }
        @(Get-KubeletArgument $configuration)[-1] | Should -Be '--node-ip=10.0.0.4'
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
