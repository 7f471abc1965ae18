# Scheduled tasks that run a script of c:\k. A task is a hashtable: Name, Script, Option, Minutes (at most), When. Its description says
# what matters of it, so a task that reads alike is alike.

function Get-TaskDescription {
    param([hashtable]$Task)
    "gen-cse: runs c:\k\$($Task['Script'])$($Task['Option']) $($Task['When']) as SYSTEM, for at most $($Task['Minutes']) minutes"
}

function Register-NodeTask {
    param([hashtable]$Task)
    $trigger = switch ($Task['When']) {
        'at startup' { New-ScheduledTaskTrigger -AtStartup }
        'every day' { New-ScheduledTaskTrigger -Daily -At '00:00' }
        # without a duration it repeats for ever
        'every minute' { New-ScheduledTaskTrigger -Once -At '00:00' -RepetitionInterval (New-TimeSpan -Minutes 1) }
    }
    $action = New-ScheduledTaskAction -Execute 'powershell.exe' -Argument "-NoProfile -NonInteractive -ExecutionPolicy Bypass -File c:\k\$($Task['Script'])$($Task['Option'])"
    $principal = New-ScheduledTaskPrincipal -UserId 'SYSTEM' -LogonType ServiceAccount -RunLevel Highest
    $settings = New-ScheduledTaskSettingsSet -ExecutionTimeLimit (New-TimeSpan -Minutes $Task['Minutes']) -MultipleInstances IgnoreNew -StartWhenAvailable
    $null = Register-ScheduledTask -TaskName $Task['Name'] -Action $action -Trigger $trigger -Principal $principal -Settings $settings -Description (Get-TaskDescription $Task) -Force
}
