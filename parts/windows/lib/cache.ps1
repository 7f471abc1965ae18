# What the image brings in c:\akse-cache.

$script:CacheFolder = 'c:\akse-cache'

# What the builder of the image wrote down of its cache, or nothing.
function Read-CacheManifest {
    $manifest = Read-JsonFile "$script:CacheFolder\manifest.json"
    if ($null -ne (Get-Property $manifest 'files')) { return $manifest }
    if (Test-Path -LiteralPath "$script:CacheFolder\manifest.json") { Write-Event $script:Node.Step 'note' 'manifest.json cannot be read: cached files are taken by hash only' }
}

# Name -> every file of that name: two folders may hold different ones. The folder is walked once.
function Get-CacheIndex {
    $index = @{}
    if (-not (Test-Path -LiteralPath $script:CacheFolder)) { return $index }
    foreach ($file in @(Get-ChildItem -LiteralPath $script:CacheFolder -Recurse -File)) { $index[$file.Name] = @($index[$file.Name] | Where-Object { $_ }) + $file.FullName }
    $index
}

# Hashes of this component's file. Where nobody knows one, what the manifest gives for exactly these URLs stands in.
function Get-CachedHash {
    param($Context, $Component)
    $accepted = @(Get-AcceptedHash $Component)
    if ($accepted.Count) { return $accepted }
    foreach ($file in @(Get-Property $Context.Manifest 'files' @())) { if ($Component.urls -contains (Get-Property $file 'url')) { Get-Property $file 'sha256' } }
}

# Path -> URL of each cached file that has the name of one of the component's URLs.
function Find-CachedFile {
    param($Context, $Component)
    $found = [ordered]@{}
    foreach ($url in $Component.urls) {
        foreach ($path in $Context.Cache[(Get-UrlFileName $url)]) { if (-not $found.Contains($path)) { $found[$path] = $url } }
    }
    $found
}

# True when the cache has the file of this component. A name alone proves nothing: the hash decides.
function Use-CachedFile {
    param($Context, $Component)
    $accepted = @(Get-CachedHash $Context $Component)
    $cached = Find-CachedFile $Context $Component
    foreach ($path in $cached.Keys) {
        $found = Get-Sha256 $path
        if ($accepted -contains $found) {
            Add-Artifact $Context $Component $cached[$path] $path $found 'cached'
            return $true
        }
        Write-Event $script:Node.Step 'bad-cache' "$path is not used: no known SHA-256 of $($Component.id) is $found"
    }
    $false
}
