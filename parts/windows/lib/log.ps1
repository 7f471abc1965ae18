# What a run tells: one line for people on standard output, one JSON line for tools. Never a secret.

# Step: id of the step that runs, for functions that write events on its behalf. Deadline: UTC, of the run.
$script:Node = @{ EventFile = $null; Secrets = @(); Deadline = [System.DateTime]::MaxValue; Step = '' }

function Get-UtcStamp {
    [System.DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ss.fffZ', [System.Globalization.CultureInfo]::InvariantCulture)
}

# Longest first: a secret that is part of another must not leave the rest of it standing.
function Add-Secret {
    param([string[]]$Text)
    $all = @(@($script:Node.Secrets) + @($Text) | Where-Object { $_ -and $_.Length -ge 4 } | Select-Object -Unique)
    $script:Node.Secrets = @($all | Sort-Object -Property Length -Descending)
}

function Hide-Secret {
    param([string]$Text)
    foreach ($secret in $script:Node.Secrets) { $Text = $Text.Replace($secret, '***') }
    $Text
}

# Hidden first: a secret of several lines is known with its line ends.
function ConvertTo-LogLine {
    param([string]$Text)
    (Hide-Secret $Text) -replace '\s*[\r\n]+\s*', ' | '
}

function Add-EventLine {
    param([System.Collections.IDictionary]$Event)
    if (-not $script:Node.EventFile) { return }
    $json = ConvertTo-Json -InputObject $Event -Compress -Depth 5
    [System.IO.File]::AppendAllText((Resolve-NodePath $script:Node.EventFile), "$json`n", (New-Object System.Text.UTF8Encoding($false)))
}

# What happens within a step: id of the step, kind, text, further values. The result of a step is Write-StepResult's.
function Write-Event {
    param([string]$Step, [string]$Kind, [string]$Text = '', [hashtable]$Data = @{})
    $now = Get-UtcStamp
    $Text = ConvertTo-LogLine $Text
    [System.Console]::Out.WriteLine(('{0} {1,-28} {2,-12} {3}' -f $now, $Step, $Kind, $Text).TrimEnd())
    $line = [ordered]@{ time = $now; id = $Step; kind = $Kind; text = $Text }
    foreach ($key in @($Data.Keys | Sort-Object)) {
        $value = $Data[$key]
        $line[$key] = if ($value -is [string]) { Hide-Secret $value } else { $value }    # before JSON escapes it
    }
    Add-EventLine $line
}
