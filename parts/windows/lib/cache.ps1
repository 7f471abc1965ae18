# What the image brings in c:\akse-cache. A name alone proves nothing: the hash of the file decides.

$script:CacheFolder = 'c:\akse-cache'

# What the builder of the image wrote down of its cache, or nothing.
function Read-CacheManifest {
    param([string]$Root)
    $path = "$Root\manifest.json"
    if (-not (Test-Path -LiteralPath $path)) { return }
    $manifest = Read-JsonFile $path
    if ($null -ne $manifest -and $null -ne (Get-Property $manifest 'files')) { return $manifest }
    Write-Event $script:Node.Step 'note' "$path cannot be read: the files beside it are taken by hash only"
}

# Name -> every file of that name: two folders may hold different ones. The folder is walked once.
function Get-CacheIndex {
    param([string]$Root)
    $index = @{}
    if (-not (Test-Path -LiteralPath $Root)) { return $index }
    foreach ($file in @(Get-ChildItem -LiteralPath $Root -Recurse -File)) {
        if (-not $index.ContainsKey($file.Name)) { $index[$file.Name] = New-Object 'System.Collections.Generic.List[string]' }
        $index[$file.Name].Add($file.FullName)
    }
    $index
}

# Hashes the manifest gives for exactly this URL: what stands in for a component of which nobody else knows a hash.
function Get-ManifestHash {
    param([object]$Context, [object]$Component)
    foreach ($file in @(Get-Property $Context.Manifest 'files' @())) {
        if ((Get-Property $file 'url' '') -eq $Component.url) { "$(Get-Property $file 'sha256' '')".ToLowerInvariant() }
    }
}

# Path, Sha256 and Bytes of the cached file of a component, or nothing; says why a file of that name is not used.
function Find-CachedFile {
    param([object]$Context, [object]$Component)
    if (-not $Context.Cache.ContainsKey($Component.fileName)) { return }
    $accepted = @(Get-AcceptedHash $Component)
    if ($accepted.Count -eq 0) { $accepted = @(Get-ManifestHash $Context $Component | Where-Object { $_ }) }
    foreach ($path in @($Context.Cache[$Component.fileName])) {
        if (-not [System.IO.File]::Exists((Resolve-NodePath $path))) { continue }
        $found = Get-Sha256 $path
        if ($accepted -contains $found) { return [pscustomobject]@{ Path = $path; Sha256 = $found; Bytes = (Get-Item -LiteralPath $path).Length } }
        $why = if ($accepted.Count) { "its SHA-256 $found is not the expected one" } else { 'no SHA-256 is known for it' }
        Write-Event $script:Node.Step 'bad-cache' "$($Component.id): $path is not used, $why"
    }
}
