# Components: what the node needs from outside, where its file is, what was installed of it.

$script:Downloads = 'C:\AzureData\gen-cse\downloads'
$script:Installed = 'C:\AzureData\gen-cse\installed'

# ---- what is needed -----------------------------------------------------------------------------------------------------

function Get-Component {
    param([object]$Context, [string]$Id)
    foreach ($component in @(Get-Property $Context.Configuration 'components' @())) {
        if ($component.id -eq $Id) { return $component }
    }
}

# Machines that bring a component themselves: id -> function that says why its file is not needed, or nothing.
$script:PresentComponents = @{
    'docker' = 'Get-PresentDocker'
    'credential-provider' = 'Get-PresentCredentialProvider'
}

# The reason why no file of this component is needed, or nothing.
function Test-ComponentPresent {
    param([object]$Context, [string]$Id)
    if (-not $script:PresentComponents.ContainsKey($Id)) { return }
    $function = $script:PresentComponents[$Id]
    & $function $Context
}

# The engine's own version, '' when there is none.
function Get-DockerVersion {
    $program = "$env:ProgramFiles\docker\dockerd.exe"
    if (-not (Test-Path -LiteralPath $program) -or -not (Get-Service -Name 'docker' -ErrorAction SilentlyContinue)) { return '' }
    $said = "$(Invoke-Program $program @('--version') -Seconds 60)"
    if ($said -match '(\d+\.\d+\.\d+)') { $Matches[1] } else { '' }
}

# Unless the definition names a version, the engine of the image is as good as any.
function Get-PresentDocker {
    param([object]$Context)
    $found = Get-DockerVersion
    if (-not $found) { return }
    $wanted = Get-Property $Context.Configuration 'dockerVersion' ''
    if ($found -eq $wanted) { return "docker $found is on the machine" }
    if (-not (Get-Property $Context.Configuration 'dockerVersionPinned' $false)) { "docker $found is on the machine and the definition names no version" }
}

# The image of aks-engine-azurestack has one program for each minor version.
function Get-PresentCredentialProvider {
    param([object]$Context)
    if ($Context.Flavour -eq 'stock') { return }
    $minor = "$(Get-Property $Context.Configuration 'kubernetesVersion' '')" -replace '^v?(\d+\.\d+).*$', '$1'
    $found = @(Get-ChildItem -Path "c:\k\credential-provider\azure-acr-credential-provider*-v$minor.exe" -ErrorAction SilentlyContinue)
    if ($found.Count) { "$($found[0].Name) is on the image" }
}

# The components whose files this machine does need.
function Get-NeededComponent {
    param([object]$Context)
    foreach ($component in @(Get-Property $Context.Configuration 'components' @())) {
        if (-not (Test-ComponentPresent $Context $component.id)) { $component }
    }
}

# ---- where its file is --------------------------------------------------------------------------------------------------

function Get-AcceptedHash {
    param([object]$Component)
    @(Get-Property $Component 'sha256' @()) | Where-Object { $_ }
}

function Read-ArtifactIndex {
    $index = Read-JsonFile "$script:Downloads\index.json"
    foreach ($entry in @(Get-Property $index 'files' @())) { if ($null -ne $entry) { $entry } }
}

function Save-ArtifactIndex {
    param([object[]]$Entries)
    $files = [object[]]@($Entries | Where-Object { $null -ne $_ })
    Set-TextFile "$script:Downloads\index.json" (ConvertTo-Json -InputObject ([ordered]@{ schema = 1; files = $files }) -Depth 4)
}

# From: cache, network.
function Set-ArtifactEntry {
    param([object]$Component, [string]$Path, [string]$Sha256, [string]$From)
    $entry = [pscustomobject]@{ id = $Component.id; url = $Component.url; path = $Path; sha256 = $Sha256
        bytes = (Get-Item -LiteralPath $Path).Length; from = $From }
    Save-ArtifactIndex (@(Read-ArtifactIndex | Where-Object { $_.id -ne $Component.id }) + @($entry))
}

# What the index says of a component (id, url, path, sha256, bytes, from), or nothing.
function Find-ArtifactEntry {
    param([string]$Id)
    foreach ($entry in @(Read-ArtifactIndex)) { if ($entry.id -eq $Id) { return $entry } }
}

function Get-ArtifactEntry {
    param([string]$Id)
    $entry = Find-ArtifactEntry $Id
    if ($null -eq $entry) { throw "component '$Id' was not made available: step artifacts has not run, or the configuration does not list it" }
    $entry
}

# The file of a component. Brought anew when it is gone: the image's cache may have been removed since.
function Get-ComponentPath {
    param([object]$Context, [string]$Id)
    $entry = Get-ArtifactEntry $Id
    if (Test-Path -LiteralPath $entry.path) { return $entry.path }
    Write-Event $Id 'note' "$($entry.path) is gone and brought anew"
    $null = Get-ComponentFile $Context @(Get-Component $Context $Id)
    (Get-ArtifactEntry $Id).path
}

# The index holds for this component (same URL, accepted hash), and its file is what it was, or is installed already.
function Test-Artifact {
    param([object]$Component)
    $entry = Find-ArtifactEntry $Component.id
    if ($null -eq $entry -or $entry.url -ne $Component.url) { return $false }
    $accepted = @(Get-AcceptedHash $Component)
    if ($accepted.Count -and $accepted -notcontains $entry.sha256) { return $false }
    if ((Test-Path -LiteralPath $entry.path) -and (Get-Sha256 $entry.path) -eq $entry.sha256) { return $true }
    Test-SourceInstalled $entry.sha256
}

# ---- what was installed of it -------------------------------------------------------------------------------------------

# A marker per installation: the hashes of its sources, and of every file as it was put down. Written last, removed first, so
# a run that broke off installs again; a file changed or lost later is noticed.
function Read-InstalledMarker {
    param([string]$Id)
    Read-JsonFile "$script:Installed\$Id.json"
}

function Get-MarkerFile {
    param([object]$Marker)
    foreach ($file in @(Get-Property $Marker 'files' @())) { if ($null -ne $file) { $file } }
}

# What is wrong with the files of a marker, or nothing.
function Get-MarkerDamage {
    param([object]$Marker)
    foreach ($file in @(Get-MarkerFile $Marker)) {
        if (-not (Test-Path -LiteralPath $file.path)) { return "$($file.path) is gone" }
        if ((Get-Sha256 $file.path) -ne $file.sha256) { return "$($file.path) is not as it was installed" }
    }
}

function Test-Installed {
    param([string]$Id, [string]$Source)
    $marker = Read-InstalledMarker $Id
    if ($null -eq $marker -or (Get-Property $marker 'source') -ne $Source) { return $false }
    $damage = Get-MarkerDamage $marker
    if ($damage) { Write-Event $Id 'damaged' $damage }
    -not $damage
}

function Get-InstalledId {
    if (Test-Path -LiteralPath $script:Installed) {
        foreach ($file in @(Get-ChildItem -LiteralPath $script:Installed -File | Where-Object { $_.Name -like '*.json' })) { $file.Name -replace '\.json$' }
    }
}

# Is what came from the file with this hash installed, and whole?
function Test-SourceInstalled {
    param([string]$Sha256)
    foreach ($id in @(Get-InstalledId)) {
        $marker = Read-InstalledMarker $id
        if ("$(Get-Property $marker 'source' '')".Contains($Sha256) -and -not (Get-MarkerDamage $marker)) { return $true }
    }
    $false
}

# Keeps the paths: what the next version does not have is removed by Set-Installed.
function Clear-Installed {
    param([string]$Id)
    $marker = Read-InstalledMarker $Id
    if ($null -eq $marker) { return }
    $paths = @(@(Get-MarkerFile $marker | ForEach-Object { $_.path }) + @(Read-FormerPath $Id) | Select-Object -Unique)
    Set-TextFile "$script:Installed\$Id.former" ($paths -join "`n")
    Remove-Item -LiteralPath "$script:Installed\$Id.json" -Force
}

function Read-FormerPath {
    param([string]$Id)
    "$(Get-TextFile "$script:Installed\$Id.former")" -split "`n" | Where-Object { $_ }
}

# -Source: the SHA-256 of the archive or archives it came from.
function Set-Installed {
    param([string]$Id, [string]$Source, [string[]]$Paths)
    $files = [object[]]@(foreach ($path in $Paths) { [pscustomobject]@{ path = $path; sha256 = Get-Sha256 $path } })
    Set-TextFile "$script:Installed\$Id.json" (ConvertTo-Json -InputObject ([ordered]@{ source = $Source; files = $files }) -Depth 4)
    Remove-FormerFile $Id
    if (Test-Path -LiteralPath "$script:Downloads\$Id\unpacked") { Remove-Item -LiteralPath "$script:Downloads\$Id\unpacked" -Recurse -Force }
}

# Files of the version before that no installation has any more.
function Remove-FormerFile {
    param([string]$Id)
    $former = @(Read-FormerPath $Id)
    if ($former.Count) {
        $kept = @(foreach ($other in @(Get-InstalledId)) { Get-MarkerFile (Read-InstalledMarker $other) | ForEach-Object { $_.path } })
        foreach ($path in @($former | Where-Object { $kept -notcontains $_ -and (Test-Path -LiteralPath $_) })) {
            Write-Event $Id 'removed' "$path is not part of the new version"
            Remove-Item -LiteralPath $path -Force -ErrorAction SilentlyContinue
        }
    }
    if (Test-Path -LiteralPath "$script:Installed\$Id.former") { Remove-Item -LiteralPath "$script:Installed\$Id.former" -Force }
}

# Stops those of the services that run and returns their names: what the caller starts again, in reverse order.
function Stop-RunningService {
    param([string[]]$Name)
    foreach ($service in $Name) {
        $found = Get-Service -Name $service -ErrorAction SilentlyContinue
        if ($found -and "$($found.Status)" -eq 'Running') {
            $null = Stop-NodeService $service
            $service
        }
    }
}
