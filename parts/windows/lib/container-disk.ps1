# with: container-disk
# Clusters whose containers have a larger disk than the 20 GB of Windows. Not for builds of images: those are not made by kubelet.

# Lines for a handler's options in config.toml, by the names of hcsshim's Options: of the container, and, -Vm, of the machine around it.
function Get-DiskSetting {
    param($Configuration, [switch]$Vm)
    $names = @('DefaultContainerScratchSizeInGb')
    if ($Vm) { $names += 'DefaultVmScratchSizeInGb' }
    foreach ($name in $names) { "$name = $($Configuration.containerDiskGB)" }
}

# docker's: what of its storage-opts is to be set, or nothing where it is.
function Get-MissingStorageOption {
    param($Configuration, $Settings)
    $wanted = "size=$($Configuration.containerDiskGB)GB"
    $now = @(Get-Property $Settings 'storage-opts' @())
    if ($now -notcontains $wanted) { [string[]](@($now | Where-Object { $_ -notlike 'size=*' }) + $wanted) }
}
