# Each day: of the logs nssm has rotated (name-20260131T235959.123.log) the five newest of each name stay. Logs that scripts
# append to are rotated here, under the same kind of name. docker has no log of its own in c:\k.
param([int]$Keep = 5, [long]$MostBytes = 5MB)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

function Move-GrownLog {
    foreach ($log in 'node-reset.log', 'hns-watch.log') {
        $item = Get-Item -LiteralPath "c:\k\$log" -ErrorAction SilentlyContinue
        if ($item -and $item.Length -gt $MostBytes) {
            $stamp = [System.DateTime]::UtcNow.ToString('yyyyMMddTHHmmss.fff', [System.Globalization.CultureInfo]::InvariantCulture)
            Move-Item -LiteralPath "c:\k\$log" -Destination "c:\k\$($item.BaseName)-$stamp.log"
        }
    }
}

# Returns how many it removed. The time in a name sorts as text.
function Remove-OldLog {
    $removed = 0
    $rotated = @(Get-ChildItem -LiteralPath 'c:\k' -Filter '*.log' | Where-Object { -not $_.PSIsContainer -and $_.Name -match '^.+-\d{8}T\d{6}\.\d{3}\.log$' })
    foreach ($group in @($rotated | Group-Object -Property { $_.Name -replace '-\d{8}T\d{6}\.\d{3}\.log$' })) {
        foreach ($old in @($group.Group | Sort-Object -Property Name -Descending | Select-Object -Skip $Keep)) {
            Remove-Item -LiteralPath "c:\k\$($old.Name)" -Force
            $removed++
        }
    }
    $removed
}

$code = 1
try {
    Move-GrownLog
    [System.Console]::Out.WriteLine("log-cleanup: $(Remove-OldLog) old logs removed")
    $code = 0
}
catch { [System.Console]::Out.WriteLine("log-cleanup failed: $($_.Exception.Message)") }
exit $code
