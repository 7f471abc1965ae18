# Registry values that Windows needs for containers and does not have by itself: the catalog's table of this build, dumps of programs that
# crash, and the id under which it reports telemetry. Before a restart for a feature, so that the restart is theirs, too.

function Test-WindowsSetting {
    param($Context)
    if (-not @(Get-WrongSetting @(Get-WindowsSetting $Context.Configuration)).Count) { 'all values are set' }
}

# HNS reads its values when it starts. While no kubelet has networks there, starting it again is enough, and after a restart they were
# cleared; docker, whose network is made anew when it starts, is started by its own step.
function Restart-Hns {
    param($Context)
    if ((Get-ServiceStatus 'hns') -ne 'Running') { return }
    if ((Get-ServiceStatus 'kubelet') -and -not $Context.Resuming) { Add-RestartReason $Context 'HNS settings'; return }
    try {
        foreach ($name in 'docker', 'hns') { Stop-NodeService $name }
        Start-NodeService 'hns'
    }
    catch { Add-RestartReason $Context 'HNS settings' }
}

# A feature that is to come may bring its own values: they are looked at again after its restart.
function Invoke-WindowsSetting {
    param($Context)
    $wrong = @(Get-WrongSetting @(Get-WindowsSetting $Context.Configuration))
    foreach ($setting in $wrong) {
        Set-RegistryValue $setting
        if ($setting.Name -eq 'DumpFolder') { $null = New-Item -ItemType Directory -Path $setting.Value -Force }
    }
    if (@($wrong | Where-Object { $_.Path -like '*\Services\hns\*' }).Count) { Restart-Hns $Context }
    if ($Context.FeaturePending -or @($wrong | Where-Object { $_.Restart }).Count) { Add-RestartReason $Context 'Windows settings' }
    Set-Decision $Context 'done' "set: $(@($wrong | ForEach-Object { $_.Name } | Select-Object -Unique) -join ', ')"
}

function Assert-WindowsSetting {
    param($Context)
    Assert-Setting @(Get-WindowsSetting $Context.Configuration)
}
