# Invoke-ScriptAnalyzer -Path parts/windows -Recurse -Settings parts/windows/PSScriptAnalyzerSettings.psd1
@{
    Severity     = @('Error', 'Warning')
    IncludeRules = @('*')
    ExcludeRules = @(
        # functions of the bootstrap, not commands for people: nobody calls them with -WhatIf, and a step that only pretends proves nothing
        'PSUseShouldProcessForStateChangingFunctions'
        # the engine hands the context to every Test-, Invoke- and Assert- function, whether it needs it or not; and the rule does not
        # see a parameter that is used in a script block only
        'PSReviewUnusedParameter'
        # the rule takes Status, Address, Kubernetes, Tls, Hns and News for plurals; what is one is not used as a name
        'PSUseSingularNouns'
    )
    Rules        = @{
        PSUseCompatibleSyntax   = @{ Enable = $true; TargetVersions = @('5.1') }
        PSUseCompatibleCommands = @{ Enable = $true; TargetProfiles = @('win-8_x64_10.0.17763.0_5.1.17763.316_x64_4.0.30319.42000_framework') }
        PSUseCompatibleTypes    = @{ Enable = $true; TargetProfiles = @('win-8_x64_10.0.17763.0_5.1.17763.316_x64_4.0.30319.42000_framework') }
    }
}
