# Step `containerd`: programs, configuration, mirrors, PATH, service; done when the runtime answers. Facts of the
# configuration: containerd docs/cri/config.md and docs/hosts.md; RELEASES.md for what was renamed when.

$script:Containerd = "$env:ProgramFiles\containerd"

# Automatic, unlike the others: it may run before the node is reset, and images may be looked at without kubelet. Its priority is
# that of kubelet and kube-proxy, above normal (0x8000): pods that take the whole processor must not hold up the start of others.
function Get-ContainerdService {
    param($Context)
    $service = @{ Name = 'containerd'; DependsOn = @(); Start = 'auto'; Runs = $true; Priority = 0x8000 }
    if (Get-Property $Context.Configuration 'proxy') { $service['Script'] = 'containerd-start.ps1' } else { $service['Program'] = "$script:Containerd\containerd.exe" }
    $service
}

function Get-ContainerdVersion {
    $said = "$(Invoke-Program "$script:Containerd\containerd.exe" @('--version'))"
    if ($said -notmatch '\sv?(\d+\.\d+\.\d+)') { throw "containerd.exe does not tell its version: '$said'" }
    [version]$Matches[1]
}

# Version 3 of the file for containerd 2 and later, version 2 for 1.x: the same settings under other table names.
function Get-ContainerdConfiguration {
    param($Configuration)
    $version = Get-ContainerdVersion
    $two = $version -ge [version]'2.0'
    $images = 'plugins."io.containerd.grpc.v1.cri"'
    $runtime = $images
    if ($two) { $images = 'plugins."io.containerd.cri.v1.images"'; $runtime = 'plugins."io.containerd.cri.v1.runtime"' }
    $unpack = @('snapshotter = "windows"', 'discard_unpacked_layers = true')
    $pause = ConvertTo-QuotedText (Get-PauseImage $Configuration)
    $bin = 'c:/k/cni'
    $conf = 'c:/k/cni/config'
    if ($Configuration.networkPlugin -eq 'azure') { $bin = 'c:/k/azurecni/bin'; $conf = 'c:/k/azurecni/netconf' }
    $handler = 'runhcs-wcow-process'
    if ((Get-Property $Configuration 'defaultRuntimeHandler' 'process') -eq 'hyperv') { $handler = "runhcs-wcow-hypervisor-$(Get-OsBuild)" }

    "version = $(if ($two) { 3 } else { 2 })"
    "root = 'C:\ProgramData\containerd\root'"
    "state = 'C:\ProgramData\containerd\state'"
    '[grpc]', "address = '\\.\pipe\containerd-containerd'"
    "[$images]"
    if ($two) { $unpack } else { "sandbox_image = $pause" }
    # without it 2.1 and later pull through another service, which neither discards layers nor reads config_path here
    if ($version -ge [version]'2.1') { 'use_local_image_pull = true' }
    if ($two) { "[$images.pinned_images]", "sandbox = $pause" }
    "[$images.registry]", "config_path = '$script:RegistryHosts'"
    "[$runtime.cni]"
    # 2.1 takes a list of folders, and 2.3 no longer takes one folder
    if ($version -ge [version]'2.1') { "bin_dirs = [`"$bin`"]" } else { "bin_dir = `"$bin`"" }
    "conf_dir = `"$conf`""
    "[$runtime.containerd]"
    if (-not $two) { $unpack }
    "default_runtime_name = `"$handler`""
    "[$runtime.containerd.runtimes.runhcs-wcow-process]", 'runtime_type = "io.containerd.runhcs.v1"'
    'container_annotations = ["io.microsoft.container.*", "io.microsoft.wcow.processdump*"]', 'pod_annotations = ["io.microsoft.container.processdumplocation", "io.microsoft.wcow.processdump*"]'
    if (Get-Property $Configuration 'containerDiskGB') { "[$runtime.containerd.runtimes.runhcs-wcow-process.options]"; Get-DiskSetting $Configuration }
    if ($Configuration.windowsFeatures -contains 'Hyper-V') { Get-HypervSetting $Configuration $runtime }
}

# config.toml, and what mirrored registries need: path -> text.
function Get-ContainerdFile {
    param($Context)
    $configuration = $Context.Configuration
    $files = [ordered]@{ "$script:Containerd\config.toml" = @(Get-ContainerdConfiguration $configuration) -join "`n" }
    if (Get-Property $configuration 'registryMirrors') { Add-MirrorFile $configuration.registryMirrors $files }
    $files
}

# The files count as an installation, whose source is what is in them: those of mirrors no longer configured go with the next.
function Get-ContainerdDigest {
    param([System.Collections.IDictionary]$Files)
    Get-Digest (@($Files.Values) -join "`n")
}

function Test-Containerd {
    param($Context)
    if (-not (Test-Installed 'containerd' (Get-ArtifactEntry 'containerd').sha256)) { return }
    if (-not (Test-Installed 'containerd-files' (Get-ContainerdDigest (Get-ContainerdFile $Context)))) { return }
    if (-not (Test-ServiceStep $Context (Get-ContainerdService $Context))) { return }
    try { $null = Invoke-Runtime 'containerd' @('version') } catch { return }
    'installed, configured, answers'
}

# Whatever changes below containerd, it is stopped before: were the run to break off after the change, nobody would know that
# a restart is due. kubelet and kube-proxy stop with it; step finish starts them.
function Invoke-Containerd {
    param($Context)
    Stop-NodeService 'containerd'
    if (-not (Test-Installed 'containerd' (Get-ArtifactEntry 'containerd').sha256)) {
        $package = Get-PackageFolder $Context 'containerd' @('containerd.exe', 'ctr.exe', 'containerd-shim-runhcs-v1.exe')
        Clear-Installed 'containerd'
        Set-Installed 'containerd' (Get-ArtifactEntry 'containerd').sha256 @(Move-Tree $package $script:Containerd)
    }
    $files = Get-ContainerdFile $Context
    Clear-Installed 'containerd-files'
    foreach ($path in $files.Keys) { Set-TextFile $path $files[$path] }
    Set-Installed 'containerd-files' (Get-ContainerdDigest $files) @($files.Keys)
    Add-MachinePath $script:Containerd
    Invoke-ServiceStep $Context (Get-ContainerdService $Context)
}

function Assert-Containerd {
    param($Context)
    Assert-ServiceStep $Context (Get-ContainerdService $Context)
    try { $null = Invoke-WithRetry 'containerd' { Invoke-Runtime 'containerd' @('version') } -Times 12 -First 1 -Most 5 }
    catch { throw "containerd does not answer: $($_.Exception.Message); $(Get-ServiceTail 'containerd')" }
}
