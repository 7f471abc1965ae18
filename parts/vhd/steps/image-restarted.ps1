# What follows needs the features of the phase before.

function Invoke-ImageRestarted {
    param($Context)
    $missing = @(Get-MissingFeature $Context)
    if ($missing.Count) { throw "not installed: $($missing -join ', '); run phase 2 and restart the machine first" }
}
