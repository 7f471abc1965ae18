# Runs the steps. A step is an id with up to three functions: Test-<function> returns a reason when nothing is to be done (else
# nothing), Invoke-<function> does it, Assert-<function> throws unless it was done. Each gets the context. Which steps there are is
# decided in the node configuration; none is asked here whether it is wanted.

# Steps that need what only the restart for a feature gives wait for it. Other reasons for a restart hold up no step; the step that
# has one is looked at again after it.
function Invoke-StepFunction {
    param($Step, $Context)
    $test, $invoke, $assert = 'Test', 'Invoke', 'Assert' | ForEach-Object { "$_-$($Step.function)" }
    if ($Step.afterRestart -and $Context.FeaturePending) { Set-Deferred $Context "after the restart for $($Context.RebootReasons -join ', ')"; return }
    $reason = if (Test-Path -LiteralPath "Function:$test") { "$(& $test $Context)" } else { '' }
    if ($reason) { Set-Decision $Context 'done already' $reason }
    else {
        Set-Decision $Context 'done'
        $null = & $invoke $Context
    }
    if (-not (Test-Path -LiteralPath "Function:$assert")) { return }
    if (-not $reason) { $null = & $assert $Context }
    $Context.Asserted.Add($assert)
}

# Returns the exit code.
function Invoke-Step {
    param($Step, $Context)
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    $script:Node.Step = $Step.id
    $code = $Step.exitCode
    try {
        if ((Get-TimeLeft) -le 0) { $code = 4; throw 'the deadline of the run was reached before this step: run the extension again, it goes on here' }
        Invoke-StepFunction $Step $Context
        $code = 0
    }
    catch {
        Set-Decision $Context 'failed' $_.Exception.Message
        Write-Event $Step.id 'note' ("$($_.ScriptStackTrace)" -split '\r?\n' | Select-Object -First 1)
    }
    $seconds = [System.Math]::Round($watch.Elapsed.TotalSeconds, 1)
    Write-Event $Step.id $Context.Decision $Context.Reason ([ordered]@{ seconds = $seconds; exitCode = $code })
    $Context.Steps.Add([ordered]@{ id = $Step.id; decision = ConvertTo-LogLine $Context.Decision; reason = ConvertTo-LogLine $Context.Reason; seconds = $seconds; exitCode = $code })
    $code
}
