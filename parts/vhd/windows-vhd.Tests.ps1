# The report of test-windows-vhd.ps1 as Pester tests, for pipelines that show them:
#   Invoke-Pester -Container (New-PesterContainer -Path windows-vhd.Tests.ps1 -Data @{ Report = 'report.json' })
param([string]$Report = 'report.json')

BeforeDiscovery {
    $answer = ConvertFrom-Json ([System.IO.File]::ReadAllText((Resolve-Path -LiteralPath $Report).ProviderPath))
    $checks = @($answer.checks | ForEach-Object { @{ Name = $_.name; Passed = $_.passed; Problems = @($_.problems) } })
}

Describe "image <image>" -ForEach @{ image = $answer.image } {
    It '<Name> holds' -ForEach $checks {
        $Problems -join "`n" | Should -BeNullOrEmpty
        $Passed | Should -BeTrue
    }
}
