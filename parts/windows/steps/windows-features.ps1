# Windows features. What only a restart gives is waited for by the steps that need it.

# Installed, InstallPending, Available, ...
function Get-FeatureState {
    param([string]$Name)
    $feature = Get-WindowsFeature -Name $Name | Select-Object -First 1
    if ($null -eq $feature) { throw "Windows does not know the feature ${Name}: correct it in the definition" }
    "$($feature.InstallState)"
}

function Test-WindowsFeatures {
    param([object]$Context)
    $wanted = @(Get-Property $Context.Configuration 'windowsFeatures' @())
    if ($wanted.Count -eq 0) { return 'not asked for' }
    if (-not @($wanted | Where-Object { (Get-FeatureState $_) -ne 'Installed' }).Count) { "installed: $($wanted -join ', ')" }
}

function Install-Feature {
    param([object]$Context, [string]$Name)
    try { $outcome = Install-WindowsFeature -Name $Name -IncludeManagementTools }
    catch { throw "feature $Name was not installed: $($_.Exception.Message); look at C:\Windows\Logs\CBS\CBS.log, or use an image that has it" }
    if (-not $outcome.Success) { throw "feature $Name was not installed ($($outcome.ExitCode)): look at C:\Windows\Logs\CBS\CBS.log, or use an image that has it" }
    if ("$($outcome.RestartNeeded)" -ne 'No') { Add-RestartReason $Context "feature $Name" -Feature }
}

function Invoke-WindowsFeatures {
    param([object]$Context)
    foreach ($name in @($Context.Configuration.windowsFeatures)) {
        $state = Get-FeatureState $name
        if ($state -eq 'Installed') { continue }
        if ($state -ne 'InstallPending') { Install-Feature $Context $name; continue }
        if ($Context.Resuming) { throw "feature $name is still pending after the restart: look at C:\Windows\Logs\CBS\CBS.log" }
        Add-RestartReason $Context "feature $name" -Feature
    }
    if ($Context.FeaturePending) { Set-Decision $Context 'done' 'a restart makes them usable' }
}

function Assert-WindowsFeatures {
    param([object]$Context)
    foreach ($name in @($Context.Configuration.windowsFeatures)) {
        $state = Get-FeatureState $name
        $pending = $state -eq 'InstallPending' -and $Context.FeaturePending
        if ($state -ne 'Installed' -and -not $pending) { throw "feature $name is ${state}: look at C:\Windows\Logs\CBS\CBS.log" }
    }
}
