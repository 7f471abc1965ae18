# Components: what the node needs from outside, where its file is, what was installed of it.

$script:Downloads = 'C:\AzureData\gen-cse\downloads'
$script:Artifacts = 'C:\AzureData\gen-cse\artifacts'
$script:Installed = 'C:\AzureData\gen-cse\installed'

# ---- what is needed -----------------------------------------------------------------------------------------------------

# An own image does not tell its build before a node runs: some components are others there.
function Set-ComponentOfBuild {
    param($Configuration)
    $ours = @(Get-Property $Configuration 'componentsOfBuilds' @() | Where-Object { $_.build -eq (Get-OsBuild) })
    if ($ours.Count) { $Configuration.components = @($ours) + @($Configuration.components | Where-Object { $ours.id -notcontains $_.id }) }
}

function Get-Component {
    param($Context, [string]$Id)
    $Context.Configuration.components | Where-Object { $_.id -eq $Id }
}

# Some images bring a component themselves.
function Test-PresentComponent {
    param($Context, [string]$Id)
    switch ($Id) {
        'docker' { [bool](Get-PresentDocker $Context) }
        'credential-provider' { [bool](Get-PresentCredentialProvider $Context) }
        default { $false }
    }
}

# The components whose files this machine does need.
function Get-NeededComponent {
    param($Context)
    foreach ($component in $Context.Configuration.components) { if (-not (Test-PresentComponent $Context $component.id)) { $component } }
}

function Get-MissingComponent {
    param($Context)
    foreach ($component in @(Get-NeededComponent $Context)) { if (-not (Test-Artifact $component)) { $component } }
}

# ---- where its file is --------------------------------------------------------------------------------------------------

function Get-AcceptedHash {
    param($Component)
    @(Get-Property $Component 'sha256' @()) | Where-Object { $_ }
}

# A file's name, in the image's cache and among the downloads, is the last part of its URL.
function Get-UrlFileName {
    param([string]$Url)
    $Url.Substring($Url.LastIndexOf('/') + 1)
}

# The file of a component is here and right: the one of this URL. From: downloaded, cached, kept.
function Add-Artifact {
    param($Context, $Component, [string]$Url, [string]$Path, [string]$Sha256, [string]$From)
    Set-TextFile "$script:Artifacts\$($Component.id).json" (ConvertTo-FlatJson ([ordered]@{ url = $Url; path = $Path; sha256 = $Sha256 }))
    $bytes = (Get-Item -LiteralPath $Path).Length
    if ($Context.Bytes.Contains($From)) { $Context.Bytes[$From] += $bytes }
    Write-Event $script:Node.Step $From "$($Component.id): $Path, SHA-256 $Sha256" @{ bytes = $bytes }
}

# What is known of the file of a component (url, path, sha256), or nothing.
function Find-ArtifactEntry {
    param([string]$Id)
    Read-JsonFile "$script:Artifacts\$Id.json"
}

function Get-ArtifactEntry {
    param([string]$Id)
    $entry = Find-ArtifactEntry $Id
    if ($null -eq $entry) { throw "component $Id is not here: the configuration does not list it" }
    $entry
}

# The file of a component. Brought anew when it is gone: the image's cache may have been removed since.
function Get-ComponentPath {
    param($Context, [string]$Id)
    $path = (Get-ArtifactEntry $Id).path
    if (Test-Path -LiteralPath $path) { return $path }
    Get-ComponentFile $Context @(Get-Component $Context $Id)
    (Get-ArtifactEntry $Id).path
}

# The entry holds for this component (one of its URLs, accepted hash), and its file is what it was, or is installed already.
function Test-Artifact {
    param($Component)
    $entry = Find-ArtifactEntry $Component.id
    if ($null -eq $entry -or $Component.urls -notcontains $entry.url) { return $false }
    $accepted = @(Get-AcceptedHash $Component)
    if ($accepted.Count -and $accepted -notcontains $entry.sha256) { return $false }
    ((Test-Path -LiteralPath $entry.path) -and (Get-Sha256 $entry.path) -eq $entry.sha256) -or (Test-SourceInstalled $entry.sha256)
}

# ---- what was installed of it -------------------------------------------------------------------------------------------

# A marker per installation: the hashes of its sources, and of every file as it was put down. A run that broke off leaves none
# that holds, so the next installs again; a file changed or lost later is noticed.

# What is wrong with the files of a marker, or nothing.
function Get-MarkerDamage {
    param($Marker)
    foreach ($file in @($Marker.PSObject.Properties | Where-Object { $_.Name -ne 'source' })) {
        if (-not (Test-Path -LiteralPath $file.Name) -or (Get-Sha256 $file.Name) -ne $file.Value) { return "$($file.Name) is gone or not as it was installed" }
    }
}

function Test-Installed {
    param([string]$Id, [string]$Source)
    $marker = Read-JsonFile "$script:Installed\$Id.json"
    if ((Get-Property $marker 'source') -ne $Source) { return $false }
    $damage = Get-MarkerDamage $marker
    if ($damage) { Write-Event $Id 'damaged' $damage }
    -not $damage
}

# Is what came from the file with this hash installed, and whole?
function Test-SourceInstalled {
    param([string]$Sha256)
    foreach ($file in @(Get-ChildItem -Path "$script:Installed\*.json" -ErrorAction SilentlyContinue)) {
        $marker = Read-JsonFile "$script:Installed\$($file.Name)"
        if ("$(Get-Property $marker 'source')".Contains($Sha256) -and -not (Get-MarkerDamage $marker)) { return $true }
    }
    $false
}

# Before the first change. The paths stay: what the next version does not have is removed by Set-Installed.
function Clear-Installed {
    param([string]$Id)
    $marker = Read-JsonFile "$script:Installed\$Id.json"
    if ($null -eq $marker) { return }
    $marker.source = ''
    Set-TextFile "$script:Installed\$Id.json" (ConvertTo-Json -InputObject $marker -Depth 2)
}

# -Source: the SHA-256 of the archive or archives it came from. A program that still runs cannot be removed.
function Set-Installed {
    param([string]$Id, [string]$Source, [string[]]$Paths)
    $former = Read-JsonFile "$script:Installed\$Id.json"
    $marker = [ordered]@{ source = $Source }
    foreach ($path in $Paths) { $marker[$path] = Get-Sha256 $path }
    if ($null -ne $former) {
        foreach ($file in @($former.PSObject.Properties)) { if (-not $marker.Contains($file.Name)) { Remove-Item -LiteralPath $file.Name -Force -ErrorAction SilentlyContinue } }
    }
    Set-TextFile "$script:Installed\$Id.json" (ConvertTo-FlatJson $marker)
    Remove-Item -LiteralPath "$script:Downloads\$Id\unpacked" -Recurse -Force -ErrorAction SilentlyContinue
}
