# The owner's private fixes, in the order of their list.

function Invoke-ImageFixes {
    param($Context)
    $folder = "$script:WorkFolder\private-fixes"
    $text = Get-TextFile "$folder\private-fixes.json"
    if (-not $text) { Set-Decision $Context 'done' 'no list of private fixes'; return }
    try { $fixes = @(Get-Property (ConvertFrom-Json $text) 'fixes' @()) } catch { throw "private-fixes.json cannot be read: $($_.Exception.Message)" }
    foreach ($fix in $fixes) {
        if ($fix.file -match '[\\/]') { throw "private fix $($fix.file) does not lie beside its list" }
        Install-Update $fix.file "$folder\$($fix.file)" "$($fix.sha256)".ToLowerInvariant() @(Get-Property $fix 'exitCodes' @(0, 3010)) @(Get-Property $fix 'arguments' @())
    }
    Set-Decision $Context 'done' "$($fixes.Count) private fixes"
}
