# The run: its deadline, the restart, what goes on after it.
BeforeAll { . $PSScriptRoot/Load.ps1 }

Describe 'a run that goes on after the restart' {
    BeforeEach {
        Mock Start-Sleep { }
        Mock Get-Digest { 'digest' }
        Mock Unregister-ScheduledTask { }
        Mock New-EventLog { }
        Mock Write-EventLog { }
        $script:Codes = New-Object 'System.Collections.Generic.Queue[int]'
        Mock Start-Run { $Context.Failure = 'images: no registry'; $script:Codes.Dequeue() }
        $script:Node.Seconds = 3600
    }
    It 'is tried again, and no more is said when that works' {
        24, 24, 0 | ForEach-Object { $script:Codes.Enqueue($_) }
        Start-Bootstrap '' '' $true '' | Should -Be 0
        Should -Invoke Start-Run -Exactly 3
        Should -Invoke Write-EventLog -Exactly 0
    }
    It 'ends after five tries, says so in the event log and does not start again by itself' {
        1..9 | ForEach-Object { $script:Codes.Enqueue(24) }
        Start-Bootstrap '' '' $true '' | Should -Be 24
        Should -Invoke Start-Run -Exactly 5
        Should -Invoke Unregister-ScheduledTask -Exactly 1
        Should -Invoke Write-EventLog -Exactly 1 -ParameterFilter { "$args" -match 'Application' -and "$args" -match 'gen-cse' -and "$args" -match '24' -and "$args" -match 'images: no registry' }
    }
    It 'ends when its time is over' {
        1..9 | ForEach-Object { $script:Codes.Enqueue(24) }
        $script:Node.Seconds = $script:Node.Clock.Elapsed.TotalSeconds + 10
        Start-Bootstrap '' '' $true '' | Should -Be 24
        Should -Invoke Start-Run -Exactly 1
        Should -Invoke Write-EventLog -Exactly 1
    }
    It 'is not tried again where the extension runs it: Azure is told' {
        $script:Codes.Enqueue(24)
        Start-Bootstrap '' '' $false '' | Should -Be 24
        Should -Invoke Start-Run -Exactly 1
        Should -Invoke Write-EventLog -Exactly 0
    }
}

Describe 'the deadline' {
    BeforeEach { Mock Start-Sleep { } }
    It 'is kept by a stopwatch: no correction of the clock ends a run' {
        $script:Node.Seconds = $script:Node.Clock.Elapsed.TotalSeconds + 100
        Mock Get-Date { (New-Object System.DateTime 2040, 1, 1) }
        Wait-NextTry 1 2 60 | Should -BeTrue
        Get-RemainingSecond 600 | Should -BeGreaterThan 90
    }
    It 'ends tries' {
        $script:Node.Seconds = $script:Node.Clock.Elapsed.TotalSeconds + 1
        Wait-NextTry 1 30 60 | Should -BeFalse
    }
    It 'holds the wait for another run, too' {
        Mock Initialize-StateFolder { }
        Mock Read-Input { $Context.Configuration = [pscustomobject]@{ deadlineMinutes = 60 } }
        Mock Use-SingleInstance { 0 }
        $null = Start-Run (New-Context 'digest' $false) '' ''
        $script:Node.Seconds | Should -Be 3600
        Should -Invoke Use-SingleInstance -Exactly 1 -ParameterFilter { $WaitSeconds -le 3600 }
    }
}

Describe 'the restart' {
    It 'is planned where Windows says that it has begun' {
        foreach ($name in 'Copy-Item', 'New-ScheduledTaskAction', 'New-ScheduledTaskPrincipal', 'New-ScheduledTaskSettingsSet', 'New-ScheduledTaskTrigger', 'Register-ScheduledTask', 'Write-Event') { Mock $name { } }
        Mock Invoke-Program { }
        $context = New-Context 'digest' $false
        $context.Configuration = [pscustomobject]@{ deadlineMinutes = 60 }
        Request-Restart $context
        Should -Invoke Invoke-Program -Exactly 1 -ParameterFilter { $Path -eq 'shutdown.exe' -and $Allowed -contains 1115 -and $Allowed -contains 1190 }
        # from the closed folder, into the log for people
        Should -Invoke New-ScheduledTaskAction -Exactly 1 -ParameterFilter { "$args" -match 'gen-cse\\bootstrap\.ps1 -Resume yes >> C:\\AzureData\\gen-cse\.log' }
    }
}

Describe 'the reset after a start of Windows' {
    BeforeEach {
        $script:ResetStamp = Join-Path $TestDrive 'reset.stamp'
        Remove-Item -LiteralPath $script:ResetStamp -ErrorAction Ignore
        Mock Get-ServiceStatus { 'Stopped' }
        Mock Clear-Node { $true }
    }
    It 'is done by the bootstrap first, and once' {
        Mock Test-SinceStart { $true }
        Invoke-FirstReset $null
        Invoke-FirstReset $null
        Should -Invoke Clear-Node -Exactly 1
        Test-ResetStamp | Should -BeTrue
    }
    It 'is done anew at another start' {
        Mock Test-SinceStart { $false }
        Invoke-FirstReset $null
        Test-ResetStamp | Should -BeFalse
        Invoke-FirstReset $null
        Should -Invoke Clear-Node -Exactly 2
    }
    It 'has nothing to do where no kubelet was' {
        Mock Get-ServiceStatus { '' }
        Invoke-FirstReset $null
        Should -Invoke Clear-Node -Exactly 0
    }
    It 'tells a time of this start from one before it' {
        Mock Get-CimInstance { [pscustomobject]@{ LastBootUpTime = [System.DateTime]::Now.AddMinutes(-5) } }
        Test-SinceStart (Get-Tick) | Should -BeTrue
        Test-SinceStart "$([System.DateTime]::UtcNow.AddMinutes(-6).Ticks)" | Should -BeFalse
    }
}

Describe 'what is known as a secret' {
    It 'is the text in every form; one that is no base64 leaves no error record' {
        $before = $global:Error.Count
        $forms = @(Get-SecretForm ([pscustomobject]@{ password = 'not-base64!'; key = (ConvertTo-Base64Text "line one`nline two"); four = 'abcd' }))
        $forms | Should -Contain 'not-base64!'
        $forms | Should -Contain 'line two'
        $global:Error.Count | Should -Be $before
    }
}
