# with: hyperv
# Hyper-V handlers of containerd, for definitions that name builds or make Hyper-V the default.

# Builds for which there is a handler: as configured, and the machine's own where Hyper-V is the default.
function Get-HypervBuild {
    param($Configuration)
    $builds = @("$(Get-Property $Configuration 'hypervRuntimeHandlers' '')" -split '[,\s]+' | Where-Object { $_ })
    if ((Get-Property $Configuration 'defaultRuntimeHandler' 'process') -eq 'hyperv') { $builds = @("$(Get-OsBuild)") + $builds }
    $builds | Select-Object -Unique
}

# The pause image of one build, for a guest that is older than the machine; where there is none, the one for several builds.
function Get-SandboxImage {
    param($Configuration, [string]$Build)
    $image = Get-ImageOfBuild (Get-Property $Configuration 'hypervPauseImages' @()) $Build (Get-PauseImage $Configuration)
    "SandboxImage = $(ConvertTo-QuotedText $image)"
}

# Lines of config.toml. -Table: that of the runtime's settings.
function Get-HypervSetting {
    param($Configuration, [string]$Table)
    foreach ($build in @(Get-HypervBuild $Configuration)) {
        $name = "$Table.containerd.runtimes.runhcs-wcow-hypervisor-$build"
        "[$name]", 'runtime_type = "io.containerd.runhcs.v1"', 'pod_annotations = ["io.microsoft.virtualmachine.*"]'
        'container_annotations = ["io.microsoft.container.*", "io.microsoft.wcow.processdump*"]', '', "[$name.options]", 'SandboxIsolation = 1', 'SandboxPlatform = "windows/amd64"'
        Get-SandboxImage $Configuration $build
        if (Get-Property $Configuration 'containerDiskGB') { Get-DiskSetting $Configuration -Vm }
        ''
    }
}
