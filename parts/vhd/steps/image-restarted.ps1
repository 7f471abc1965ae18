# What follows needs the features of the phase before.

function Invoke-ImageRestarted {
    param([object]$Context)
    foreach ($name in $Context.Configuration.windowsFeatures) {
        $state = Get-FeatureState $name
        if ($state -ne 'Installed') { throw "feature $name is ${state}: run phase 2 and restart the machine first" }
    }
}
