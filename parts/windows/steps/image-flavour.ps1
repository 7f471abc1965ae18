# What the image brings. A hint for people and for the order in which things are looked for; every step goes by what it finds.
# vhd-manifest: the image lists its cache; vhd: it has one, or was made by aks-engine; stock: neither.

function Invoke-ImageFlavour {
    param($Context)
    $Context.Manifest = Read-CacheManifest
    $Context.Cache = Get-CacheIndex
    $id = "$(Get-TextFile 'c:\vhd-id.txt')".Trim()
    $Context.Flavour = if ($Context.Manifest) { 'vhd-manifest' } elseif ($id -or $Context.Cache.Count) { 'vhd' } else { 'stock' }
    Set-Decision $Context 'done' "$($Context.Flavour), image id '$id', $($Context.Cache.Count) file names in $script:CacheFolder"
}
