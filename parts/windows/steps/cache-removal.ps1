# The image's cache is disk that pods could use. What was in it is installed by now.

function Test-CacheRemoval {
    param($Context)
    if (-not (Test-Path -LiteralPath $script:CacheFolder)) { 'no cache' }
}

function Invoke-CacheRemoval {
    param($Context)
    if ($Context.RebootReasons.Count) { Set-Deferred $Context 'not before the restart'; return }
    Remove-Item -LiteralPath $script:CacheFolder -Recurse -Force
}

function Assert-CacheRemoval {
    param($Context)
    if (-not $Context.RebootReasons.Count -and (Test-Path -LiteralPath $script:CacheFolder)) { throw "$script:CacheFolder is still there: see what holds a file in it open" }
}
