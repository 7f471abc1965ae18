# The image's cache is disk that pods could use. What was in it is installed by now.

function Test-CacheRemoval {
    param([object]$Context)
    if ($Context.Configuration.keepCache) { return 'not asked for: the definition keeps the cache' }
    if ($Context.RebootReasons.Count) { return 'not before the restart' }
    if (-not (Test-Path -LiteralPath $script:CacheFolder)) { 'no cache' }
}

function Invoke-CacheRemoval {
    param([object]$Context)
    Remove-Item -LiteralPath $script:CacheFolder -Recurse -Force
}

function Assert-CacheRemoval {
    param([object]$Context)
    if (Test-Path -LiteralPath $script:CacheFolder) { throw "$script:CacheFolder is still there: see what holds a file in it open" }
}
