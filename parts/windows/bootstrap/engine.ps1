# Runs the steps. A step is an id with up to three functions: Test-<function> returns a reason when nothing is to be done (else
# nothing), Invoke-<function> does it, Assert-<function> throws unless it is so. Each gets the context. A reason that begins
# with 'not ' says that the step is not asked for.

function New-StepResult {
    param([object]$Step, [string]$Decision, [string]$Reason = '', [int]$ExitCode = 0, [string]$At = '')
    [pscustomobject]@{ id = $Step.id; decision = ConvertTo-LogLine $Decision; reason = ConvertTo-LogLine $Reason; seconds = 0.0; exitCode = $ExitCode; at = $At }
}

# The line for people and the line for tools.
function Write-StepResult {
    param([object]$Result)
    $now = Get-UtcStamp
    $seconds = $Result.seconds.ToString('0.0', [System.Globalization.CultureInfo]::InvariantCulture)
    $end = if ($Result.exitCode) { " (exit code $($Result.exitCode))" } else { '' }
    [System.Console]::Out.WriteLine(('{0} {1,-28} {2,-12} {3,6} s  {4}' -f $now, $Result.id, $Result.decision, $seconds, "$($Result.reason)$end").TrimEnd())
    $line = [ordered]@{ time = $now; id = $Result.id; decision = $Result.decision; reason = $Result.reason; seconds = $Result.seconds }
    if ($Result.exitCode) { $line['exitCode'] = $Result.exitCode; $line['at'] = $Result.at }
    Add-EventLine $line
}

# Steps that need what only the restart for a feature gives wait for it. Other reasons for a restart hold up no step.
function Get-DeferReason {
    param([object]$Step, [object]$Context)
    if ((Get-Property $Step 'afterRestart' $false) -and $Context.FeaturePending) { "after the restart for $($Context.RebootReasons -join ', ')" }
}

# Does the step and returns its result; throws what the step throws.
function Invoke-StepFunction {
    param([object]$Step, [object]$Context)
    $known = @('Test', 'Invoke', 'Assert' | Where-Object { Test-Path -LiteralPath "Function:$_-$($Step.function)" })
    if ($known.Count -eq 0) { return New-StepResult $Step 'skipped: no pool of this cluster needs it' }
    $test, $invoke, $assert = "Test-$($Step.function)", "Invoke-$($Step.function)", "Assert-$($Step.function)"
    $reason = if ($known -contains 'Test') { "$(& $test $Context)" } else { '' }
    if ($reason -match '^not ') { return New-StepResult $Step "skipped: $reason" }
    if ($reason) { Set-Decision $Context 'done already' $reason } else { Set-Decision $Context 'done' }
    if (-not $reason -and $known -contains 'Invoke') { $null = & $invoke $Context }
    $result = New-StepResult $Step $Context.Decision $Context.Reason
    if ($known -contains 'Assert') { $null = & $assert $Context }
    $result
}

function Invoke-Step {
    param([object]$Step, [object]$Context)
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    $script:Node.Step = $Step.id
    $deferred = Get-DeferReason $Step $Context
    if ([System.DateTime]::UtcNow -ge $script:Node.Deadline) {
        $result = New-StepResult $Step 'failed' 'the deadline of the run was reached before this step: run the extension again, it goes on here' 4
    }
    elseif ($deferred) { $result = New-StepResult $Step "deferred: $deferred" }
    else {
        try { $result = Invoke-StepFunction $Step $Context }
        catch {
            $at = "$($_.ScriptStackTrace)" -split '\r?\n' | Select-Object -First 1
            $result = New-StepResult $Step 'failed' $_.Exception.Message $Step.exitCode $at
        }
    }
    $result.seconds = [System.Math]::Round($watch.Elapsed.TotalSeconds, 1)
    Write-StepResult $result
    $result
}

# One pass in the order of the table, up to the first failure. Returns the exit code.
function Invoke-StepTable {
    param([object[]]$Steps, [object]$Context)
    foreach ($step in $Steps) {
        $result = Invoke-Step $step $Context
        $Context.Steps.Add($result)
        if ($result.exitCode -ne 0) { return $result.exitCode }
    }
    0
}
