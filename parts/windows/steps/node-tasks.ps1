# Step `node-tasks`: scheduled tasks of a running node.

# node-reset may wait for a bootstrap that goes on after the same start.
$script:NodeTasks = @(
    @{ Name = 'k8s-restart-job'; Script = 'node-reset.ps1'; Option = ' -AtStart'; Minutes = 120; When = 'at startup' }
    @{ Name = 'hns-remediator-task'; Script = 'hns-watch.ps1'; Minutes = 5; When = 'every minute' }
    @{ Name = 'log-cleanup-task'; Script = 'log-cleanup.ps1'; Minutes = 10; When = 'every day' }
)

# Names of those that are not as wanted.
function Get-DifferentTask {
    $all = @(Get-ScheduledTask -TaskPath '\')
    foreach ($task in $script:NodeTasks) {
        $found = $all | Where-Object { $_.TaskName -eq $task['Name'] } | Select-Object -First 1
        if (-not $found -or "$($found.State)" -eq 'Disabled' -or $found.Description -ne (Get-TaskDescription $task)) { $task['Name'] }
    }
}

# The files through which `aks-engine rotate-certs` finds ours.
function Add-RotationFile {
    param([System.Collections.IDictionary]$Files)
    foreach ($name in 'windowskubeletfunc', 'kuberneteswindowsfunctions') { $Files["C:\AzureData\k8s\$name.ps1"] = ". c:\k\rotate-certificates.ps1`r`n" }
    $Files['c:\k\windowsnodereset.ps1'] = "powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File c:\k\node-reset.ps1`r`nif (`$LASTEXITCODE) { throw 'see c:\k\node-reset.log' }`r`n"
    $Files
}

function Get-TaskFile {
    param($Context)
    Add-RotationFile (Get-NodeFile $Context (@($script:NodeTasks | ForEach-Object { $_['Script'] }) + 'rotate-certificates.ps1'))
}

function Test-NodeTask {
    param($Context)
    if ((Test-RecordedFile 'node-tasks' (Get-TaskFile $Context)) -and @(Get-DifferentTask).Count -eq 0) { 'the tasks are registered' }
}

function Invoke-NodeTask {
    param($Context)
    Set-RecordedFile 'node-tasks' (Get-TaskFile $Context)
    foreach ($task in $script:NodeTasks) { Register-NodeTask $task }
}

# Registering one fails where it cannot be made.
function Assert-NodeTask {
    param($Context)
    Assert-RecordedFile 'node-tasks' (Get-TaskFile $Context)
}
