# What the image brings. A hint for people and for the order in which things are looked for; every step goes by what it finds.

# vhd-manifest: the image lists its cache; vhd: it has one, or was made by aks-engine; stock: neither.
function Get-ImageFlavour {
    param([object]$Context)
    if ($null -ne $Context.Manifest) { return 'vhd-manifest' }
    if ((Test-Path -LiteralPath $script:CacheFolder) -or (Test-Path -LiteralPath 'c:\vhd-id.txt')) { 'vhd' } else { 'stock' }
}

function Get-FlavourText {
    param([object]$Context)
    $files = 0
    foreach ($name in @($Context.Cache.Keys)) { $files += $Context.Cache[$name].Count }
    $id = "$(Get-TextFile 'c:\vhd-id.txt')".Trim()
    $Context.Flavour + $(if ($id) { ", image $id" }) + $(if ($files) { ", $files files in $script:CacheFolder" })
}

function Invoke-ImageFlavour {
    param([object]$Context)
    $Context.Manifest = Read-CacheManifest $script:CacheFolder
    $Context.Cache = Get-CacheIndex $script:CacheFolder
    $Context.Flavour = Get-ImageFlavour $Context
    $build = Get-Property $Context.Manifest 'build'
    if ($build -and "$build" -notmatch "\b$(Get-OsBuild)\b") { Write-Event 'image-flavour' 'note' "the manifest was written on build $build, this is $(Get-OsBuild)" }
    Set-Decision $Context 'done' (Get-FlavourText $Context)
}

function Assert-ImageFlavour {
    param([object]$Context)
    if ($Context.Flavour -notin 'vhd-manifest', 'vhd', 'stock') { throw "image flavour '$($Context.Flavour)' is none: report this as a defect of gen-cse" }
}
