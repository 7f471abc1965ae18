# What is on the image: gathered for the manifest, and held against manifest and model. The form of the manifest is
# docs/images.md; its version is the first field.

$script:ManifestFile = "$script:CacheFolder\manifest.json"
$script:NotesFile = "$script:CacheFolder\release-notes.json"

# ---- the runtime, which answers what images there are --------------------------------------------------------------------

# docker has its service from the step that installed it.
function Start-ImageRuntime {
    param($Context)
    $runtime = $Context.Configuration.containerRuntime
    if (-not (Get-ServiceStatus $runtime)) { $null = Invoke-Program "$env:ProgramFiles\containerd\containerd.exe" @('--register-service') }
    if ((Get-ServiceStatus $runtime) -ne 'Running') { Start-NodeService $runtime }
    $null = Invoke-WithRetry 'runtime' { Invoke-Runtime $runtime @('version') } -Times 12 -First 1 -Most 5
}

function Stop-ImageRuntime {
    param($Context)
    if ($Context.Configuration.containerRuntime -ne 'containerd' -or -not (Get-ServiceStatus 'containerd')) { return }
    Stop-NodeService 'containerd'
    $null = Invoke-Program "$env:ProgramFiles\containerd\containerd.exe" @('--unregister-service')
}

# Name -> digest of every image that is there.
function Get-ImageDigest {
    param($Context)
    $arguments = if ($Context.Configuration.containerRuntime -eq 'docker') { @('image', 'ls', '--digests', '--format', '{{.Repository}}:{{.Tag}} {{.Digest}}') } else { @('images', 'ls') }
    $digests = @{}
    foreach ($line in @(Invoke-Runtime $Context.Configuration.containerRuntime $arguments)) {
        if ($line -match '^(\S+)\s.*?(sha256:[0-9a-f]{64})') { $digests[$Matches[1]] = $Matches[2] }
    }
    $digests
}

function Get-RuntimeVersion {
    param($Context)
    $runtime = $Context.Configuration.containerRuntime
    $program = if ($runtime -eq 'docker') { 'docker\dockerd.exe' } else { 'containerd\containerd.exe' }
    if ("$(Invoke-Program "$env:ProgramFiles\$program" @('--version'))" -match 'v?(\d+\.\d+\.\d+)') { $Matches[1] } else { '' }
}

# ---- gather -------------------------------------------------------------------------------------------------------------

# Every setting that the build made, by the tables of the steps that made it.
function Get-ImageSetting {
    param($Context)
    @(Get-WindowsSetting $Context.Configuration) + @(Get-UpdateSetting)
}

function Get-FileEntry {
    param($File)
    $entry = Get-ArtifactEntry $File.id
    $path = Get-ImageFilePath $File $entry
    [ordered]@{ path = $path; url = $entry.url; sha256 = Get-Sha256 $path; bytes = (Get-Item -LiteralPath $path).Length }
}

# What the manifest says, field by field.
function Get-ImageContent {
    param($Context, [string]$Id)
    $model = $Context.Configuration
    $windows = Get-ItemProperty -LiteralPath 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion'
    $digests = Get-ImageDigest $Context
    [ordered]@{
        schema = 1
        id = $Id
        name = $model.name
        generator = $model.generator
        catalog = $model.catalog
        wanted = $model.wanted
        built = Get-UtcStamp
        buildId = "$env:VHD_BUILD_ID"
        commit = "$env:VHD_COMMIT"
        os = [ordered]@{ name = $model.osName; build = "$($windows.CurrentBuildNumber)"; revision = [int]$windows.UBR; installationType = "$($windows.InstallationType)" }
        runtime = [ordered]@{ name = $model.containerRuntime; version = Get-RuntimeVersion $Context }
        kubernetesVersions = [object[]]@($model.kubernetesVersions)
        features = [object[]]@(Get-WindowsFeature | Where-Object { "$($_.InstallState)" -eq 'Installed' } | ForEach-Object { "$($_.Name)" })
        capabilities = [object[]]@(Get-WindowsCapability -Online | Where-Object { "$($_.State)" -eq 'Installed' } | ForEach-Object { "$($_.Name)" })
        hotfixes = [object[]]@(Get-CimInstance -ClassName Win32_QuickFixEngineering | ForEach-Object { "$($_.HotFixID)" })
        updates = [object[]]@(Get-InstalledUpdate)
        files = [object[]]@($model.components | ForEach-Object { Get-FileEntry $_ })
        images = [object[]]@($model.containerImages | ForEach-Object { [ordered]@{ name = $_; digest = "$($digests[(Get-ListedImage $model.containerRuntime $_)])" } })
        settings = [object[]]@(Get-ImageSetting $Context | ForEach-Object { [ordered]@{ path = $_.Path; name = $_.Name; kind = $_.Kind -replace 'Bits', 'DWord'; value = "$(Get-RegistryValue $_.Path $_.Name)" } })
    }
}

# The name under which the runtime lists an image.
function Get-ListedImage {
    param([string]$Runtime, [string]$Image)
    $listed = (Get-RuntimeCommand $Runtime)['Listed']
    if ($listed) { & $listed $Image } else { $Image }
}

# ---- hold against -------------------------------------------------------------------------------------------------------

# The rule by which a node takes a cached file for a component.
function Test-CachedFor {
    param($File, $Component)
    if (@($Component.urls | ForEach-Object { Get-UrlFileName $_ }) -notcontains ($File.path -split '[\\/]')[-1]) { return $false }
    $known = @(Get-AcceptedHash $Component)
    if ($known.Count) { $known -contains $File.sha256 } else { $Component.urls -contains $File.url }
}

# What the model wants and the manifest does not have.
function Get-ModelProblem {
    param($Context, $Manifest)
    $model = $Context.Configuration
    foreach ($component in $model.components) { if (-not @($Manifest.files | Where-Object { Test-CachedFor $_ $component }).Count) { "the manifest has no file for $($component.id), $($component.urls[0])" } }
    foreach ($name in $model.containerImages) { if (@($Manifest.images | ForEach-Object { $_.name }) -notcontains $name) { "the manifest lacks the image $name" } }
    foreach ($name in $model.windowsFeatures) { if (@($Manifest.features) -notcontains $name) { "the manifest lacks the feature $name" } }
    foreach ($name in $model.windowsCapabilities) { if (@($Manifest.capabilities) -notcontains $name) { "the manifest lacks the capability $name" } }
    if ($model.osBuilds -notcontains $Manifest.os.build) { "the manifest is of Windows build $($Manifest.os.build)" }
}

# What of a manifest cannot be: an image without a digest, a file without a hash.
function Get-ManifestProblem {
    param($Manifest)
    foreach ($image in $Manifest.images) { if ($image.digest -notmatch '^sha256:[0-9a-f]{64}$') { "no digest of the image $($image.name)" } }
    foreach ($file in $Manifest.files) { if ($file.sha256 -notmatch '^[0-9a-f]{64}$') { "no SHA-256 of $($file.path)" } }
}

# Files of the cache that are not as the manifest says, and those it does not know.
function Get-FileProblem {
    param($Manifest)
    foreach ($file in $Manifest.files) {
        if (-not (Test-Path -LiteralPath $file.path)) { "$($file.path) is missing" }
        elseif ((Get-Sha256 $file.path) -ne $file.sha256) { "$($file.path) is damaged: SHA-256 is $(Get-Sha256 $file.path), not $($file.sha256)" }
    }
    $known = @(@($Manifest.files | ForEach-Object { $_.path }) + @($script:ManifestFile, $script:NotesFile) | ForEach-Object { Resolve-NodePath $_ })
    foreach ($file in @(Get-ChildItem -LiteralPath $script:CacheFolder -Recurse -File)) { if ($known -notcontains (Resolve-NodePath $file.FullName)) { "$($file.FullName) is not in the manifest" } }
}

function Get-ImageProblem {
    param($Context, $Manifest)
    Start-ImageRuntime $Context
    $digests = Get-ImageDigest $Context
    foreach ($image in $Manifest.images) {
        $found = $digests[(Get-ListedImage $Context.Configuration.containerRuntime $image.name)]
        if ($found -ne $image.digest) { "image $($image.name) is '$found', not $($image.digest)" }
    }
    Stop-ImageRuntime $Context
}

function Get-FeatureProblem {
    param($Manifest)
    $features = @(Get-WindowsFeature | Where-Object { "$($_.InstallState)" -eq 'Installed' } | ForEach-Object { "$($_.Name)" })
    foreach ($name in $Manifest.features) { if ($features -notcontains $name) { "feature $name is not installed" } }
    $installed = @(Get-WindowsCapability -Online | Where-Object { "$($_.State)" -eq 'Installed' } | ForEach-Object { "$($_.Name)" })
    foreach ($name in $Manifest.capabilities) { if ($installed -notcontains $name) { "capability $name is not installed" } }
}

# The host's services that nodes need, and no service of a cluster.
function Get-ServiceProblem {
    param($Context)
    $needed = @('hns', 'vmcompute', 'sshd') + @(if ($Context.Configuration.containerRuntime -eq 'docker') { 'docker' })
    foreach ($name in $needed) { if (-not (Get-ServiceStatus $name)) { "service $name is missing" } }
    if ((Get-ServiceStatus 'sshd') -eq 'Running') { 'sshd runs: it has made host keys' }
}

function Get-SettingProblem {
    param($Context, $Manifest)
    foreach ($setting in $Manifest.settings) {
        $found = "$(Get-RegistryValue $setting.path $setting.name)"
        if ($found -ne $setting.value) { "$($setting.path) $($setting.name) is '$found', not '$($setting.value)'" }
    }
    foreach ($setting in @(Get-WrongSetting @(Get-ImageSetting $Context))) { "$($setting.Path) $($setting.Name) is not as the table says" }
}
