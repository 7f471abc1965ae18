# What a run tells: one line for people on standard output, one JSON line for tools. Never a secret.

# Step: id of the step that runs, for functions that write events on its behalf. Clock and Seconds: how long the run lasts and may
# last, by a stopwatch, which no correction of the time moves.
$script:Node = @{ EventFile = ''; Secrets = @(); Clock = [System.Diagnostics.Stopwatch]::StartNew(); Seconds = 1e9; Step = '' }

function Get-UtcStamp {
    [System.DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ss.fffZ', [System.Globalization.CultureInfo]::InvariantCulture)
}

# Longest first: a secret that is part of another must not leave the rest of it standing.
function Add-Secret {
    param([string[]]$Text)
    $all = @(@($script:Node.Secrets) + $Text | Where-Object { $_ -and $_.Length -ge 4 } | Select-Object -Unique)
    $script:Node.Secrets = @($all | Sort-Object -Property Length -Descending)
}

# Hidden first: a secret of several lines is known with its line ends.
function ConvertTo-LogLine {
    param([string]$Text)
    foreach ($secret in $script:Node.Secrets) { $Text = $Text.Replace($secret, '***') }
    $Text -replace '\s*[\r\n]+\s*', ' | '
}

# Id of the step, what was decided or done, why; further values are numbers.
function Write-Event {
    param([string]$Id, [string]$Decision, [string]$Reason = '', [System.Collections.IDictionary]$Data = @{})
    $line = [ordered]@{ time = Get-UtcStamp; id = $Id; decision = ConvertTo-LogLine $Decision; reason = ConvertTo-LogLine $Reason }
    $shown = '{0} {1,-28} {2,-12} {3}' -f @($line.Values)
    foreach ($key in $Data.Keys) {
        $line[$key] = $Data[$key]
        $shown += " $key=$($Data[$key])"
    }
    [System.Console]::Out.WriteLine($shown.TrimEnd())
    if (-not $script:Node.EventFile) { return }
    $json = ConvertTo-Json -InputObject $line -Compress -Depth 5
    [System.IO.File]::AppendAllText((Resolve-NodePath $script:Node.EventFile), "$json`n")
}
