BeforeAll { . "$PSScriptRoot/Load.ps1" }

Describe 'the words of a command line' {
    It 'writes <Text> as the C runtime reads it' -TestCases @(
        @{ Text = 'plain'; Wanted = 'plain' }
        @{ Text = ''; Wanted = '""' }
        @{ Text = 'a b'; Wanted = '"a b"' }
        @{ Text = 'say "x"'; Wanted = '"say \"x\""' }
        @{ Text = 'a b\'; Wanted = '"a b\\"' }
        @{ Text = 'c:\k\x'; Wanted = 'c:\k\x' }
    ) { ConvertTo-NativeArgument $Text | Should -BeExactly $Wanted }
}

Describe 'second tries' {
    BeforeAll {
        Mock Start-Sleep { }
        Mock Write-Event { }
    }
    BeforeEach {
        $script:Node.Clock = [System.Diagnostics.Stopwatch]::StartNew()
        $script:Node.Seconds = 600
    }
    It 'ends with the first success' {
        $tries = @{ n = 0 }
        Invoke-WithRetry 'step' { $tries['n']++; if ($tries['n'] -lt 3) { throw 'no' }; 'yes' } | Should -Be 'yes'
        $tries['n'] | Should -Be 3
    }
    It 'does not repeat what cannot be helped' {
        $tries = @{ n = 0 }
        { Invoke-WithRetry 'step' { $tries['n']++; throw (New-FinalError 'refused') } } | Should -Throw 'refused'
        $tries['n'] | Should -Be 1
    }
    It 'gives up after the given number' {
        $tries = @{ n = 0 }
        { Invoke-WithRetry 'step' { $tries['n']++; throw 'no' } -Times 4 } | Should -Throw 'no'
        $tries['n'] | Should -Be 4
    }
    It 'does not wait past the deadline' {
        $script:Node.Seconds = 1
        { Invoke-WithRetry 'step' { throw 'no' } -First 5 } | Should -Throw 'deadline of the run reached*'
        Should -Invoke Start-Sleep -Times 0 -Exactly
    }
    It 'gives a program at least a second' {
        $script:Node.Seconds = -5
        Get-RemainingSecond | Should -Be 1
    }
}

Describe 'waiting' {
    BeforeAll { Mock Start-Sleep { } }
    It 'ends by count where the clock stands still' {
        $asked = @{ n = 0 }
        Wait-Condition { $asked['n']++; $false } 10 2 | Should -BeFalse
        $asked['n'] | Should -Be 6
    }
    It 'says at once that it holds' { Wait-Condition { $true } 10 | Should -BeTrue }
}

Describe 'a limit for pulls at once' {
    BeforeEach {
        $script:Written = @{}
        Mock Set-TextFile { $script:Written[$Path] = $Text }
    }
    It 'is a file that the kubelet is told' {
        $configuration = [pscustomobject]@{ kubeletArgs = @('--v=2', '--serialize-image-pulls=false'); maxParallelImagePulls = 4 }
        Set-PullLimit $configuration | Should -BeExactly '--config=c:\k\kubelet-config.json'
        $file = ConvertFrom-Json $script:Written['c:\k\kubelet-config.json']
        $file.kind | Should -BeExactly 'KubeletConfiguration'
        $file.maxParallelImagePulls | Should -Be 4
        @($file.PSObject.Properties).Count | Should -Be 3
    }
    It 'is left out with <_>' -ForEach '--serialize-image-pulls=true', '--config=c:\k\own.yaml' {
        $configuration = [pscustomobject]@{ kubeletArgs = @($_, $(if ($_ -notmatch 'serialize') { '--serialize-image-pulls=false' })); maxParallelImagePulls = 4 }
        Set-PullLimit $configuration | Should -BeNullOrEmpty
        $script:Written.Count | Should -Be 0
    }
}
