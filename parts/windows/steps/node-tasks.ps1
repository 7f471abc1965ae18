# Step `node-tasks`: scheduled tasks of a running node. A task's description says all that matters of it, so a task that reads
# alike is alike.

function Get-NodeTask {
    @(
        # longer than the script waits for a bootstrap that goes on after the same start
        @{ Name = 'k8s-restart-job'; Script = 'node-reset.ps1'; Minutes = 120; When = 'at startup' }
        @{ Name = 'hns-remediator-task'; Script = 'hns-watch.ps1'; Minutes = 5; When = 'every minute' }
        @{ Name = 'log-cleanup-task'; Script = 'log-cleanup.ps1'; Minutes = 10; When = 'every day' }
    )
}

function Get-TaskArgument {
    param([hashtable]$Task)
    "-NoProfile -NonInteractive -ExecutionPolicy Bypass -File c:\k\$($Task['Script'])"
}

function Get-TaskDescription {
    param([hashtable]$Task)
    "gen-cse: runs c:\k\$($Task['Script']) $($Task['When']) as SYSTEM, for at most $($Task['Minutes']) minutes, one at a time"
}

function Compare-NodeTask {
    param([hashtable]$Task)
    $found = Get-ScheduledTask -TaskName $Task['Name'] -ErrorAction SilentlyContinue
    if (-not $found) { return "task $($Task['Name']) is not registered" }
    if ("$($found.State)" -eq 'Disabled') { "task $($Task['Name']) is disabled" }
    if ($found.Description -ne (Get-TaskDescription $Task) -or @($found.Actions)[0].Arguments -ne (Get-TaskArgument $Task)) { "task $($Task['Name']) differs" }
}

function New-NodeTrigger {
    param([string]$When)
    switch ($When) {
        'at startup' { New-ScheduledTaskTrigger -AtStartup }
        'every day' { New-ScheduledTaskTrigger -Daily -At '00:00' }
        # without a duration it repeats for ever
        'every minute' { New-ScheduledTaskTrigger -Once -At '00:00' -RepetitionInterval (New-TimeSpan -Minutes 1) }
    }
}

function Register-NodeTask {
    param([hashtable]$Task)
    $action = New-ScheduledTaskAction -Execute 'powershell.exe' -Argument (Get-TaskArgument $Task)
    $principal = New-ScheduledTaskPrincipal -UserId 'SYSTEM' -LogonType ServiceAccount -RunLevel Highest
    $settings = New-ScheduledTaskSettingsSet -ExecutionTimeLimit (New-TimeSpan -Minutes $Task['Minutes']) -MultipleInstances IgnoreNew -StartWhenAvailable
    $null = Register-ScheduledTask -TaskName $Task['Name'] -Action $action -Trigger (New-NodeTrigger $Task['When']) -Principal $principal -Settings $settings -Description (Get-TaskDescription $Task) -Force
}

function Get-TaskDifference {
    param([object]$Context)
    foreach ($task in Get-NodeTask) {
        Compare-NodeFile (Get-NodeFile $Context $task['Script'])
        Compare-NodeTask $task
    }
}

function Test-NodeTask {
    param([object]$Context)
    if (@(Get-TaskDifference $Context).Count -eq 0) { "registered: $(@(Get-NodeTask | ForEach-Object { $_['Name'] }) -join ', ')" }
}

function Invoke-NodeTask {
    param([object]$Context)
    foreach ($task in Get-NodeTask) {
        Set-NodeFile (Get-NodeFile $Context $task['Script'])
        if (@(Compare-NodeTask $task).Count) { Register-NodeTask $task }
    }
}

function Assert-NodeTask {
    param([object]$Context)
    $different = @(Get-TaskDifference $Context)
    if ($different.Count) { throw "scheduled tasks: $($different -join '; ')" }
}
