# Step `containerd`: programs, configuration, mirrors, PATH, service; done when the runtime answers. Facts of the
# configuration: containerd docs/cri/config.md and docs/hosts.md; RELEASES.md for what was renamed when.

$script:Containerd = "$env:ProgramFiles\containerd"
$script:ContainerdPrograms = @('containerd.exe', 'ctr.exe', 'containerd-shim-runhcs-v1.exe')
$script:HostsMark = '# written by gen-cse'

# Automatic, unlike the others: it may run before the node is reset, and images may be looked at without kubelet.
function Get-ContainerdService {
    @{ Name = 'containerd'; Program = "$script:Containerd\containerd.exe"; Start = 'SERVICE_AUTO_START'; Priority = 'ABOVE_NORMAL_PRIORITY_CLASS' }
}

# ---- config.toml --------------------------------------------------------------------------------------------------------

# Names of the tables: version 3 of the file for containerd 2 and later, version 2 for 1.x.
function Get-ConfigTable {
    param([version]$Version)
    if ($Version.Major -ge 2) { @{ File = 3; Images = 'plugins."io.containerd.cri.v1.images"'; Runtime = 'plugins."io.containerd.cri.v1.runtime"' } }
    else { @{ File = 2; Images = 'plugins."io.containerd.grpc.v1.cri"'; Runtime = 'plugins."io.containerd.grpc.v1.cri"' } }
}

# Builds for which there is a Hyper-V handler: as configured, and the machine's own where Hyper-V is the default.
function Get-HypervBuild {
    param([object]$Configuration)
    $builds = @("$(Get-Property $Configuration 'hypervRuntimeHandlers' '')" -split '[,\s]+' | Where-Object { $_ })
    if ((Get-Property $Configuration 'defaultRuntimeHandler' 'process') -eq 'hyperv') { $builds = @("$(Get-OsBuild)") + $builds }
    $builds | Select-Object -Unique
}

function Get-DefaultHandler {
    param([object]$Configuration)
    if ((Get-Property $Configuration 'defaultRuntimeHandler' 'process') -eq 'hyperv') { "runhcs-wcow-hypervisor-$(Get-OsBuild)" } else { 'runhcs-wcow-process' }
}

# What containerd needs to pull, and which image holds a pod together.
function Get-ImageSetting {
    param([object]$Configuration, [version]$Version, [hashtable]$Table)
    $pause = ConvertTo-QuotedText $Configuration.pauseImage
    "[$($Table['Images'])]"
    if ($Version.Major -lt 2) { "sandbox_image = $pause" }
    else {
        'snapshotter = "windows"', 'discard_unpacked_layers = true'
        # without it 2.1 and later pull through another service, which neither discards layers nor reads config_path here
        if ($Version -ge [version]'2.1') { 'use_local_image_pull = true' }
        '', "[$($Table['Images']).pinned_images]", "sandbox = $pause"
    }
    ''
    # config_path: since 1.5
    if ($Version -ge [version]'1.5') { "[$($Table['Images']).registry]", "config_path = '$script:RegistryHosts'", '' }
    else {
        foreach ($mirror in @(Get-Property $Configuration 'registryMirrors' @())) {
            "[$($Table['Images']).registry.mirrors.$(ConvertTo-QuotedText $mirror.registry)]", "endpoint = [$(ConvertTo-QuotedText $mirror.url)]", ''
        }
    }
}

# 2.1 takes a list of folders, and 2.3 no longer takes one folder.
function Get-CniSetting {
    param([object]$Configuration, [version]$Version, [hashtable]$Table)
    $bin = 'c:/k/cni'; $conf = 'c:/k/cni/config'
    if ($Configuration.networkPlugin -eq 'azure') { $bin = 'c:/k/azurecni/bin'; $conf = 'c:/k/azurecni/netconf' }
    "[$($Table['Runtime']).cni]"
    if ($Version -ge [version]'2.1') { "bin_dirs = [`"$bin`"]" } else { "bin_dir = `"$bin`"" }
    "conf_dir = `"$conf`"", ''
}

# A pause image of one build, for a guest that is older than the machine. Of builds not listed no such name is known; the
# runtime then takes the image for several builds.
function Get-SandboxImage {
    param([object]$Configuration, [string]$Build)
    $names = @{ '17763' = '1809'; '18362' = '1903'; '18363' = '1909'; '19041' = '2004'; '19042' = '20H2'; '20348' = 'ltsc2022' }
    if ($names.ContainsKey($Build)) { "SandboxImage = $(ConvertTo-QuotedText "$($Configuration.pauseImage)-windows-$($names[$Build])-amd64")" }
}

function Get-HandlerSetting {
    param([object]$Configuration, [version]$Version, [hashtable]$Table)
    "[$($Table['Runtime']).containerd]"
    if ($Version.Major -lt 2) { 'snapshotter = "windows"', 'discard_unpacked_layers = true' }
    "default_runtime_name = `"$(Get-DefaultHandler $Configuration)`"", ''
    "[$($Table['Runtime']).containerd.runtimes.runhcs-wcow-process]", 'runtime_type = "io.containerd.runhcs.v1"'
    'container_annotations = ["io.microsoft.container.*"]', ''
    foreach ($build in @(Get-HypervBuild $Configuration)) {
        $name = "$($Table['Runtime']).containerd.runtimes.runhcs-wcow-hypervisor-$build"
        "[$name]", 'runtime_type = "io.containerd.runhcs.v1"', 'pod_annotations = ["io.microsoft.virtualmachine.*"]'
        'container_annotations = ["io.microsoft.container.*"]', '', "[$name.options]", 'SandboxIsolation = 1', 'SandboxPlatform = "windows/amd64"'
        Get-SandboxImage $Configuration $build
        ''
    }
}

function Get-ContainerdConfiguration {
    param([object]$Context, [version]$Version)
    $table = Get-ConfigTable $Version
    $lines = @("version = $($table['File'])"
        "root = 'C:\ProgramData\containerd\root'", "state = 'C:\ProgramData\containerd\state'", ''
        '[grpc]', "address = '\\.\pipe\containerd-containerd'", ''
        Get-ImageSetting $Context.Configuration $Version $table
        Get-CniSetting $Context.Configuration $Version $table
        Get-HandlerSetting $Context.Configuration $Version $table)
    ($lines -join "`n")
}

# ---- mirrors ------------------------------------------------------------------------------------------------------------

# hosts.toml of each mirrored registry: path -> text. containerd reads them at every pull, so a change needs no restart.
function Get-HostsFile {
    param([object]$Context)
    $files = [ordered]@{}
    foreach ($mirror in @(Get-Property $Context.Configuration 'registryMirrors' @())) {
        $server = if ($mirror.registry -eq 'docker.io') { 'registry-1.docker.io' } else { $mirror.registry }
        $lines = @($script:HostsMark, "server = $(ConvertTo-QuotedText "https://$server")", '', "[host.$(ConvertTo-QuotedText $mirror.url)]", '  capabilities = ["pull", "resolve"]')
        # a path with its own v2 is taken as it is
        if ($mirror.url -match '^https?://[^/]+/.*\bv2\b') { $lines += '  override_path = true' }
        # containerd looks for host_port_ on Windows, where a name cannot have a colon
        $files["$script:RegistryHosts\$($mirror.registry -replace ':(\d+)$', '_$1_')\hosts.toml"] = ($lines -join "`n") + "`n"
    }
    $files
}

# Ours, of mirrors no longer configured; others' files stay.
function Get-FormerHostsFile {
    param([System.Collections.IDictionary]$Files)
    if (-not (Test-Path -LiteralPath $script:RegistryHosts)) { return }
    foreach ($folder in @(Get-ChildItem -LiteralPath $script:RegistryHosts | Where-Object { $_.PSIsContainer })) {
        $path = "$script:RegistryHosts\$($folder.Name)\hosts.toml"
        if (-not $Files.Contains($path) -and "$(Get-TextFile $path)".StartsWith($script:HostsMark)) { $path }
    }
}

function Test-HostsFile {
    param([System.Collections.IDictionary]$Files)
    foreach ($path in $Files.Keys) { if ((Get-TextFile $path) -cne $Files[$path]) { return $false } }
    @(Get-FormerHostsFile $Files).Count -eq 0
}

function Set-HostsFile {
    param([System.Collections.IDictionary]$Files)
    foreach ($path in $Files.Keys) { Set-TextFile $path $Files[$path] }
    foreach ($path in @(Get-FormerHostsFile $Files)) { Remove-Item -LiteralPath $path -Force }
}

# ---- the step -----------------------------------------------------------------------------------------------------------

function Test-ContainerdConfiguration {
    param([object]$Context)
    (Get-TextFile "$script:Containerd\config.toml") -ceq (Get-ContainerdConfiguration $Context (Get-ContainerdVersion))
}

function Test-Containerd {
    param([object]$Context)
    if (-not (Test-Installed 'containerd' (Get-ArtifactEntry 'containerd').sha256)) { return }
    if (-not (Test-ContainerdConfiguration $Context) -or -not (Test-HostsFile (Get-HostsFile $Context))) { return }
    if (@(Compare-NodeService (Get-ContainerdService)).Count) { return }
    try { Assert-Containerd $Context } catch { return }
    'installed, configured, answers'
}

function Install-Containerd {
    param([object]$Context)
    $source = Get-ArtifactEntry 'containerd'
    $package = Get-PackageFolder $Context 'containerd' 'containerd.exe'
    foreach ($program in $script:ContainerdPrograms) {
        if (-not (Test-Path -LiteralPath "$package\$program")) { throw "$($source.url) has no ${program}: windowsContainerdURL must name a containerd package for Windows" }
    }
    Clear-Installed 'containerd'
    Stop-NodeService 'containerd'
    Set-Installed 'containerd' $source.sha256 @(Move-Tree $package $script:Containerd)
}

# Whatever changes below containerd, it is stopped before: were the run to break off after the change, nobody would know that
# a restart is due. kubelet and kube-proxy stop with it; step finish starts them.
function Invoke-Containerd {
    param([object]$Context)
    if (-not (Test-Installed 'containerd' (Get-ArtifactEntry 'containerd').sha256)) { Install-Containerd $Context }
    if (-not (Test-ContainerdConfiguration $Context)) {
        Stop-NodeService 'containerd'
        Set-TextFile "$script:Containerd\config.toml" (Get-ContainerdConfiguration $Context (Get-ContainerdVersion))
    }
    Set-HostsFile (Get-HostsFile $Context)
    Add-MachinePath $script:Containerd
    if (@(Compare-NodeService (Get-ContainerdService)).Count) {
        Stop-NodeService 'containerd'
        Set-NodeService (Get-ContainerdService)
    }
    Start-NodeService 'containerd'
    try { $null = Invoke-WithRetry 'containerd' { Invoke-Runtime 'containerd' @('version') } -Times 12 -First 1 -Most 5 }
    catch { throw "containerd does not answer: $($_.Exception.Message); $(Get-ServiceTail 'containerd')" }
}

function Assert-Containerd {
    param([object]$Context)
    if ((Get-ServiceStatus 'containerd') -ne 'Running') { throw "service containerd does not run; $(Get-ServiceTail 'containerd')" }
    $null = Invoke-Runtime 'containerd' @('version')
}
