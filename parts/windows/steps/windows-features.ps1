# Windows features. What only a restart gives is waited for by the steps that need it.

# Installed, InstallPending, Available, ...
function Get-FeatureState {
    param([string]$Name)
    "$(Get-Property (Get-WindowsFeature -Name $Name | Select-Object -First 1) 'InstallState' 'unknown to Windows')"
}

function Test-WindowsFeatures {
    param([object]$Context)
    $missing = @($Context.Configuration.windowsFeatures | Where-Object { (Get-FeatureState $_) -ne 'Installed' })
    if (-not $missing.Count) { "installed: $($Context.Configuration.windowsFeatures -join ', ')" }
}

# Again where servicing is still busy, as it often is at the first start.
function Install-Feature {
    param([string]$Name)
    Invoke-WithRetry 'windows-features' {
        $outcome = Install-WindowsFeature -Name $Name -IncludeManagementTools
        if (-not $outcome.Success) { throw "feature $Name was not installed ($($outcome.ExitCode)): look at C:\Windows\Logs\CBS\CBS.log, or use an image that has it" }
        $outcome
    } -Times 4 -First 15
}

function Invoke-WindowsFeatures {
    param([object]$Context)
    foreach ($name in $Context.Configuration.windowsFeatures) {
        $state = Get-FeatureState $name
        if ($state -eq 'Installed') { continue }
        if ($state -eq 'InstallPending') {
            if ($Context.Resuming) { throw "feature $name is still pending after the restart: look at C:\Windows\Logs\CBS\CBS.log" }
            Add-RestartReason $Context "feature $name" -Feature
            continue
        }
        $outcome = Install-Feature $name
        if ("$($outcome.RestartNeeded)" -ne 'No') { Add-RestartReason $Context "feature $name" -Feature }
    }
    if ($Context.FeaturePending) { Set-Decision $Context 'done' 'a restart makes them usable' }
}

function Assert-WindowsFeatures {
    param([object]$Context)
    foreach ($name in $Context.Configuration.windowsFeatures) {
        $state = Get-FeatureState $name
        if ($state -ne 'Installed' -and -not ($state -eq 'InstallPending' -and $Context.FeaturePending)) { throw "feature $name is ${state}: look at C:\Windows\Logs\CBS\CBS.log" }
    }
}
