# Ends the extension's PowerShell in the middle of a step: at the second thing that its Invoke- function does, else behind it.
# Each run is cut in the first step that none was cut in before; state/cuts lists them. For -Cuts.
$global:LabCuts = "$env:LAB_ROOT/state/cuts"
$global:LabCutStep = ''
$global:LabCutCount = 0
function global:Stop-LabPower {
    [IO.File]::AppendAllText($global:LabCuts, "$global:LabCutStep`n")
    [Lab.Node]::Trace('power', 'cut', $global:LabCutStep, $null)
    [Environment]::Exit(137)
}
function global:Test-LabCut { [IO.File]::Exists($global:LabCuts) -and [IO.File]::ReadAllLines($global:LabCuts) -contains $args[0] }
$null = Set-PSBreakpoint -Command Invoke-Step -Action {
    if ($global:LabCutCount) { Stop-LabPower }
    $labStep = $Step.function
    if (-not (Test-LabCut $labStep) -and -not (Get-PSBreakpoint | Where-Object Command -eq "Invoke-$labStep")) {
        $null = Set-PSBreakpoint -Command "Invoke-$labStep" -Action ([scriptblock]::Create("`$global:LabCutStep = '$labStep'; `$global:LabCutCount = 1"))
    }
}
$null = Set-PSBreakpoint -Command Set-TextFile, Invoke-Program, Start-Program, Move-Tree, LabTrace -Action {
    if ($global:LabCutCount -and ++$global:LabCutCount -gt 2) { Stop-LabPower }
}
