# Brings the scripts' functions into the scope that dot-sources this, without running anything. Commands that only Windows has get
# an empty stand-in elsewhere, so that a test can mock them.
$windows = "$PSScriptRoot/../../parts/windows"
foreach ($folder in 'lib', 'bootstrap', 'steps') {
    foreach ($file in Get-ChildItem -Path "$windows/$folder" -Filter '*.ps1') {
        if ($file.Name -ne 'customdata.ps1') { . $file.FullName }
    }
}
foreach ($name in 'Get-CimInstance', 'Get-Service', 'Get-NetRoute', 'Get-NetAdapter', 'Get-NetIPAddress', 'Get-NetFirewallRule', 'Remove-NetFirewallRule',
    'New-NetFirewallRule', 'Get-ScheduledTask', 'Get-WindowsFeature', 'Install-WindowsFeature', 'Get-Partition', 'Get-Disk', 'Restart-Service', 'Set-Service') {
    if (-not (Get-Command -Name $name -ErrorAction Ignore)) { Set-Item -Path "function:$name" -Value { } }
}

# The functions of a script that stays on the node and the tables beside them: it does its work when it is run whole.
function Get-NodeScriptText {
    param([string]$Name)
    $ast = [System.Management.Automation.Language.Parser]::ParseFile((Resolve-Path "$PSScriptRoot/../../parts/windows/node/$Name").Path, [ref]$null, [ref]$null)
    $wanted = @($ast.EndBlock.Statements | Where-Object {
            $_ -is [System.Management.Automation.Language.FunctionDefinitionAst] -or
            ($_ -is [System.Management.Automation.Language.AssignmentStatementAst] -and $_.Right.Extent.Text.StartsWith('@{')) })
    ($wanted | ForEach-Object { $_.Extent.Text }) -join "`n"
}
