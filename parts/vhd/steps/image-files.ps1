# Every file of the model is in c:\akse-cache under the name a node looks for, and is what it should be.

# Where it is: a component may have several URLs, and the name is that of the one it came from.
function Get-ImageFilePath {
    param($File, $Entry)
    "$($File.folder)\$(Get-UrlFileName $Entry.url)"
}

# It came from where the model says and is what came. Where no hash is known, that is all that can be said.
function Test-ImageFile {
    param($File)
    $entry = Find-ArtifactEntry $File.id
    if ($null -eq $entry -or $File.urls -notcontains $entry.url) { return $false }
    $known = @(Get-AcceptedHash $File)
    if ($known.Count -and $known -notcontains $entry.sha256) { return $false }
    $path = Get-ImageFilePath $File $entry
    (Test-Path -LiteralPath $path) -and (Get-Sha256 $path) -eq $entry.sha256
}

function Get-WrongImageFile {
    param($Context)
    foreach ($file in $Context.Configuration.components) { if (-not (Test-ImageFile $file)) { $file } }
}

function Test-ImageFiles {
    param($Context)
    if (-not @(Get-WrongImageFile $Context).Count) { "$(@($Context.Configuration.components).Count) files are in $script:CacheFolder" }
}

# What an earlier run has brought is in the cache or among the downloads; the rest comes from the network.
function Invoke-ImageFiles {
    param($Context)
    $Context.Cache = Get-CacheIndex
    $wrong = @(Get-WrongImageFile $Context)
    Get-ComponentFile $Context $wrong
    foreach ($file in $wrong) {
        $entry = Get-ArtifactEntry $file.id
        $path = Get-ImageFilePath $file $entry
        if ((Resolve-NodePath $entry.path) -ne (Resolve-NodePath $path)) {
            $null = [System.IO.Directory]::CreateDirectory([System.IO.Path]::GetDirectoryName((Resolve-NodePath $path)))
            Move-Item -LiteralPath $entry.path -Destination $path -Force
        }
        Add-Artifact $Context $file $entry.url $path $entry.sha256 'kept'
    }
}

function Assert-ImageFiles {
    param($Context)
    $wrong = @(Get-WrongImageFile $Context | ForEach-Object { $_.id })
    if ($wrong.Count) { throw "missing or damaged: $($wrong -join ', ')" }
}
