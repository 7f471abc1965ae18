# Container images and containers of the node's runtime, docker or containerd (through ctr), by one interface. -Runtime:
# 'docker' or 'containerd'.

$script:RegistryHosts = 'C:\ProgramData\containerd\certs.d'

# The words of ctr; those of docker are in lib/docker.ps1. List: names of all images. Pin: no image cleanup shall take it away.
# Remove: what is said of each container, one after the other.
function Get-RuntimeCommand {
    param([string]$Runtime)
    if ($Runtime -eq 'docker') { return Get-DockerCommand }
    # ctr knows the mirrors only when told, and knows how to since 1.5
    $mirrors = @(if (Test-Path -LiteralPath $script:RegistryHosts) { "--hosts-dir=$script:RegistryHosts" })
    @{ Program = "$env:ProgramFiles\containerd\ctr.exe"; Options = @('--namespace=k8s.io'); List = @('images', 'ls', '-q'); Pull = @('images', 'pull') + $mirrors
        Tag = @('images', 'tag', '--force'); Pin = @('images', 'label'); Containers = @('containers', 'list', '--quiet')
        Remove = @(@('tasks', 'delete', '--force'), @('containers', 'delete')) }
}

# The pause image: of this Windows build where the definition names none and its OS image does not tell the build.
function Get-PauseImage {
    param($Configuration)
    Get-ImageOfBuild (Get-Property $Configuration 'pauseImages' @()) (Get-OsBuild) $Configuration.pauseImage
}

# -Images: each with build and image.
function Get-ImageOfBuild {
    param([object[]]$Images, [string]$Build, [string]$Default)
    foreach ($one in $Images) { if ($one.build -eq $Build) { return $one.image } }
    $Default
}

# Output lines; ended when it takes too long: a stalled registry would hold the runtime for ever.
function Invoke-Runtime {
    param([string]$Runtime, [string[]]$Arguments, [int[]]$Allowed = @(0), [int]$Seconds = 120)
    $command = Get-RuntimeCommand $Runtime
    Invoke-Program $command['Program'] (@($command['Options']) + $Arguments) $Allowed -Seconds $Seconds
}

# Those of the images that are not on the node. Names are compared whole: pause:3.4 is not pause:3.4.1.
function Get-MissingImage {
    param([string]$Runtime, [string[]]$Images)
    $command = Get-RuntimeCommand $Runtime
    $listed = $command['Listed']
    $present = @(Invoke-Runtime $Runtime $command['List'])
    foreach ($image in $Images) {
        $name = if ($listed) { & $listed $image } else { $image }
        if ($present -cnotcontains $name) { $image }
    }
}

# Pulls, again and again within the run's time.
function Save-Image {
    param([string]$Runtime, [string]$Image)
    $pull = (Get-RuntimeCommand $Runtime)['Pull'] + $Image
    try { $null = Invoke-WithRetry 'images' { Invoke-Runtime $Runtime $pull -Seconds 900 } }
    catch { throw "image $Image could not be pulled: $($_.Exception.Message); allow outbound access to its registry, name a mirror, or use an OS image that has it" }
}
