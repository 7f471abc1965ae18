# Each day: of the logs nssm has rotated (name-20260131T235959.123.log) the five newest of each name stay. Logs that scripts
# append to are rotated here, under the same kind of name. docker has no log of its own in c:\k. Of dumps the newest 4 GB stay: Windows
# keeps two of each program, whatever their size.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

foreach ($log in @(Get-ChildItem -Path 'c:\k\node-reset.log', 'c:\k\hns-watch.log' -ErrorAction SilentlyContinue | Where-Object { $_.Length -gt 5MB })) {
    $stamp = [System.DateTime]::UtcNow.ToString('yyyyMMddTHHmmss.fff', [System.Globalization.CultureInfo]::InvariantCulture)
    Move-Item -LiteralPath "c:\k\$($log.Name)" -Destination "c:\k\$($log.BaseName)-$stamp.log"
}

# The time in a name sorts as text.
$rotated = @(Get-ChildItem -Path 'c:\k\*.log' | Where-Object { $_.Name -match '-\d{8}T\d{6}\.\d{3}\.log$' })
foreach ($group in @($rotated | Group-Object -Property { $_.Name -replace '-\d{8}T\d{6}\.\d{3}\.log$' })) {
    foreach ($old in @($group.Group | Sort-Object -Property Name -Descending | Select-Object -Skip 5)) { Remove-Item -LiteralPath "c:\k\$($old.Name)" -Force }
}

$room = 4GB
foreach ($dump in @(Get-ChildItem -Path 'c:\k\dumps' -Recurse -File -ErrorAction SilentlyContinue | Sort-Object -Property LastWriteTimeUtc -Descending)) {
    $room -= $dump.Length
    if ($room -lt 0) { Remove-Item -LiteralPath $dump.FullName -Force }
}
