# Tries again, within the deadline of the run.

# Seconds until the deadline.
function Get-TimeLeft {
    $script:Node.Seconds - $script:Node.Clock.Elapsed.TotalSeconds
}

# The same, at least 1 and at most -Most: a time limit for what is started now.
function Get-RemainingSecond {
    param([int]$Most = 600)
    [int][System.Math]::Max(1.0, [System.Math]::Min([double]$Most, (Get-TimeLeft)))
}

# An error that trying again does not help.
function New-FinalError {
    param([string]$Message)
    $exception = New-Object System.InvalidOperationException($Message)
    $exception.Data['final'] = $true
    $exception
}

# Waits before the next try: delays double from -First up to -Most seconds, each shortened by up to a fifth so that a thousand
# nodes do not come back at once. False when the deadline of the run would come first.
function Wait-NextTry {
    param([int]$Try, [double]$First = 2, [double]$Most = 60)
    $pause = [System.Math]::Min($Most, $First * [System.Math]::Pow(2, $Try - 1)) * (Get-Random -Minimum 0.8 -Maximum 1.0)
    if ($pause -ge (Get-TimeLeft)) { return $false }
    Start-Sleep -Milliseconds ([int]($pause * 1000))
    $true
}

# Tries until it works or the run's deadline has passed.
function Invoke-WithRetry {
    param([string]$Step, [scriptblock]$Action, [int]$Times = 6, [double]$First = 2, [double]$Most = 60)
    for ($try = 1; ; $try++) {
        try { return & $Action }
        catch {
            if ($_.Exception.Data.Contains('final') -or $try -ge $Times) { throw }
            $message = "try $try of ${Times}: $($_.Exception.Message)"
            Write-Event $Step 'retry' $message
            if (-not (Wait-NextTry $try $First $Most)) { throw "deadline of the run reached, $message" }
        }
    }
}
