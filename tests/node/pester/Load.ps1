# Dot-sourced by each test file: all functions of parts/windows, and stand-ins for what Windows has and this machine may not, to be
# mocked. Runs in Windows PowerShell 5.1 and in 7.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
foreach ($name in 'Get-CimInstance', 'Get-Disk', 'Get-NetIPAddress', 'Get-NetRoute', 'Get-NetAdapter', 'Get-WindowsFeature', 'Get-Service', 'Get-ScheduledTask', 'Unregister-ScheduledTask', 'Register-ScheduledTask', 'New-ScheduledTaskAction',
    'New-ScheduledTaskPrincipal', 'New-ScheduledTaskSettingsSet', 'New-ScheduledTaskTrigger', 'New-EventLog', 'Write-EventLog', 'Install-WindowsFeature',
    'Get-WindowsCapability', 'Remove-WindowsCapability', 'Add-WindowsCapability', 'Set-Service', 'New-NetFirewallRule', 'Remove-NetFirewallRule', 'Get-MpPreference', 'Add-MpPreference') {
    if (-not (Get-Command -Name $name -ErrorAction Ignore)) { Set-Item -Path "Function:$name" -Value ([scriptblock]::Create('$null = $args')) }
}
$windows = [System.IO.Path]::Combine($PSScriptRoot, '..', '..', '..', 'parts', 'windows')
foreach ($folder in 'lib', 'bootstrap', 'steps') {
    foreach ($file in @(Get-ChildItem -Path "$windows/$folder/*.ps1" | Where-Object { $_.Name -ne 'customdata.ps1' })) { . $file.FullName }
}

# The functions of a script that stays on the node and the tables beside them: it does its work when it is run whole.
function Get-NodeScriptText {
    param([string]$Name)
    $path = (Resolve-Path "$PSScriptRoot/../../../parts/windows/node/$Name").Path
    $ast = [System.Management.Automation.Language.Parser]::ParseFile($path, [ref]$null, [ref]$null)
    $wanted = @($ast.EndBlock.Statements | Where-Object {
            $_ -is [System.Management.Automation.Language.FunctionDefinitionAst] -or
            ($_ -is [System.Management.Automation.Language.AssignmentStatementAst] -and ($_.Left.Extent.Text.StartsWith('$script:') -or $_.Right.Extent.Text.StartsWith('@{'))) })
    ($wanted | ForEach-Object { $_.Extent.Text }) -join "`n"
}
