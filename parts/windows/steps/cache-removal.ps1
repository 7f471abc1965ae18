# The image's cache is disk that pods could use. What of it a later run may need is kept: a component that is not installed file
# by file.

function Test-CacheRemoval {
    param([object]$Context)
    if (Get-Property $Context.Configuration 'keepCache' $false) { return 'not asked for: the definition keeps the cache' }
    if ($Context.RebootReasons.Count) { return 'not before the restart' }
    if (-not (Test-Path -LiteralPath $script:CacheFolder)) { 'no cache' }
}

# Cached files that only the index knows move to the downloads.
function Save-CachedComponent {
    param([object]$Context)
    foreach ($component in @(Get-NeededComponent $Context)) {
        $entry = Get-ArtifactEntry $component.id
        $cached = $entry.from -eq 'cache' -and (Test-Path -LiteralPath $entry.path)
        if (-not $cached -or (Test-SourceInstalled $entry.sha256)) { continue }
        $target = Get-DownloadPath $component
        $null = [System.IO.Directory]::CreateDirectory([System.IO.Path]::GetDirectoryName($target))
        Copy-Item -LiteralPath $entry.path -Destination $target -Force
        Set-ArtifactEntry $component $target $entry.sha256 'earlier'
    }
}

function Invoke-CacheRemoval {
    param([object]$Context)
    Save-CachedComponent $Context
    Remove-Item -LiteralPath $script:CacheFolder -Recurse -Force
    $Context.Cache = @{}
    Set-Decision $Context 'done' "$script:CacheFolder is removed"
}

function Assert-CacheRemoval {
    param([object]$Context)
    if (Test-Path -LiteralPath $script:CacheFolder) { throw "$script:CacheFolder is still there: see what holds a file in it open" }
}
