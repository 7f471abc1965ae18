# Windows features. What only a restart gives is waited for by the steps that need it.

# name -> Installed, InstallPending, Available, ... Asked once in a run: Windows takes seconds for the answer.
$script:Features = @{}

function Get-MissingFeature {
    param($Context)
    $wanted = @($Context.Configuration.windowsFeatures)
    if (-not $script:Features.Count) { foreach ($feature in @(Get-WindowsFeature -Name $wanted)) { $script:Features[$feature.Name] = "$($feature.InstallState)" } }
    $wanted | Where-Object { $script:Features[$_] -ne 'Installed' }
}

function Test-WindowsFeature {
    param($Context)
    if (-not @(Get-MissingFeature $Context).Count) { "installed: $($Context.Configuration.windowsFeatures -join ', ')" }
}

# Again where servicing is still busy, as it often is at the first start.
function Install-Feature {
    param([string[]]$Names)
    Invoke-WithRetry 'windows-features' {
        $outcome = Install-WindowsFeature -Name $Names -IncludeManagementTools
        if (-not $outcome.Success) { throw "feature $($Names -join ', ') was not installed ($($outcome.ExitCode)): look at C:\Windows\Logs\CBS\CBS.log, or use an image that has it" }
        $outcome
    } -Times 4 -First 15
}

function Invoke-WindowsFeature {
    param($Context)
    $missing = @(Get-MissingFeature $Context)
    $pending = @($missing | Where-Object { $script:Features[$_] -eq 'InstallPending' })
    $absent = @($missing | Where-Object { $pending -notcontains $_ })
    if ($pending.Count -and $Context.Resuming) { throw "feature $($pending -join ', ') is still pending after the restart: look at C:\Windows\Logs\CBS\CBS.log" }
    $restart = $pending
    if ($absent.Count -and "$((Install-Feature $absent).RestartNeeded)" -ne 'No') { $restart += $absent }
    foreach ($name in $restart) { Add-RestartReason $Context "feature $name" -Feature }
    if ($Context.FeaturePending) { Set-Decision $Context 'done' 'a restart makes them usable' }
}
