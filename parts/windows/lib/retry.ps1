# Tries again, within the deadline of the run.

# Seconds until the deadline, at least 1 and at most -Most: a time limit for what is started now.
function Get-RemainingSecond {
    param([int]$Most = 600)
    $left = ($script:Node.Deadline - [System.DateTime]::UtcNow).TotalSeconds
    [int][System.Math]::Max(1.0, [System.Math]::Min([double]$Most, $left))
}

# An error that trying again does not help.
function New-FinalError {
    param([string]$Message)
    $exception = New-Object System.InvalidOperationException($Message)
    $exception.Data['final'] = $true
    $exception
}

# Tries until it works or the run's deadline has passed. Delays double from -First up to -Most seconds, each shortened by up
# to a fifth so that a thousand nodes do not come back at once.
function Invoke-WithRetry {
    param([string]$Step, [scriptblock]$Action, [int]$Times = 6, [double]$First = 2, [double]$Most = 60)
    $delay = $First
    for ($try = 1; ; $try++) {
        try { return & $Action }
        catch {
            $message = $_.Exception.Message
            if ($_.Exception.Data.Contains('final') -or $try -ge $Times) { throw }
            $pause = $delay * (Get-Random -Minimum 0.8 -Maximum 1.0)
            if ([System.DateTime]::UtcNow.AddSeconds($pause) -ge $script:Node.Deadline) { throw "deadline of the run reached after $try tries: $message" }
            Write-Event $Step 'retry' "try $try of ${Times}: $message" @{ pauseSeconds = [System.Math]::Round($pause, 1) }
            Start-Sleep -Milliseconds ([int]($pause * 1000))
            $delay = [System.Math]::Min($delay * 2.0, $Most)
        }
    }
}
