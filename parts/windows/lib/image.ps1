# Container images of the node's runtime, docker or containerd (through ctr), by one interface. -Runtime: 'docker' or 'containerd'.

$script:RegistryHosts = 'C:\ProgramData\containerd\certs.d'

function Get-RuntimeProgram {
    param([string]$Runtime)
    if ($Runtime -eq 'docker') { "$env:ProgramFiles\docker\docker.exe" } else { "$env:ProgramFiles\containerd\ctr.exe" }
}

# Output lines of docker or ctr; both end, docker only because it is made to.
function Invoke-Runtime {
    param([string]$Runtime, [string[]]$Arguments, [int[]]$Allowed = @(0))
    if ($Runtime -eq 'docker') { Invoke-Program (Get-RuntimeProgram $Runtime) $Arguments $Allowed -Seconds 120 }
    else { Invoke-Program (Get-RuntimeProgram $Runtime) (@('--timeout=60s', '--namespace=k8s.io') + $Arguments) $Allowed }
}

function Get-ContainerdVersion {
    $said = "$(Invoke-Program "$env:ProgramFiles\containerd\containerd.exe" @('--version'))"
    if ($said -notmatch '\sv?(\d+\.\d+\.\d+)') { throw "containerd.exe does not tell its version: '$said'" }
    [version]$Matches[1]
}

# Names of all images on the node, as the runtime lists them.
function Get-LocalImage {
    param([string]$Runtime)
    if ($Runtime -eq 'docker') { Invoke-Runtime $Runtime @('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}') }
    else { Invoke-Runtime $Runtime @('images', 'ls', '-q') }
}

# A name as the runtime lists it: docker adds the tag and leaves out its own registry, containerd changes nothing.
function Get-ListedName {
    param([string]$Runtime, [string]$Image)
    if ($Runtime -ne 'docker') { return $Image }
    $short = $Image -replace '^(index\.)?docker\.io/' -replace '^library/'
    if ($short -match ':[^/]+$') { $short } else { "${short}:latest" }
}

# Those of the images that are not on the node. Names are compared whole: pause:3.4 is not pause:3.4.1.
function Get-MissingImage {
    param([string]$Runtime, [string[]]$Images)
    $present = @(Get-LocalImage $Runtime)
    foreach ($image in $Images) { if ($present -cnotcontains (Get-ListedName $Runtime $image)) { $image } }
}

function Get-RegistryName {
    param([string]$Image)
    $first = ($Image -split '/')[0]
    if ($Image.Contains('/') -and $first -match '[.:]|^localhost$') { $first } else { 'docker.io' }
}

# Pulls, again and again within the run's time.
function Save-Image {
    param([string]$Step, [string]$Runtime, [string]$Image)
    try { $null = Invoke-WithRetry $Step { Save-ImageOnce $Runtime $Image } -Times 6 -First 3 }
    catch {
        $registry = Get-RegistryName $Image
        throw "image $Image could not be pulled from ${registry}: $($_.Exception.Message); allow outbound access to $registry, name a mirror of it, or use an OS image that has it"
    }
}

# One try, which ends: a stalled registry would hold the runtime for ever.
function Save-ImageOnce {
    param([string]$Runtime, [string]$Image)
    $arguments = @('pull', $Image)
    if ($Runtime -ne 'docker') {
        $arguments = @('--namespace=k8s.io', 'images', 'pull')
        # ctr knows the mirrors only when told, and knows how to since 1.5
        if ((Get-ContainerdVersion) -ge [version]'1.5') { $arguments += "--hosts-dir=$script:RegistryHosts" }
        $arguments += $Image
    }
    $line = @($arguments | ForEach-Object { ConvertTo-NativeArgument $_ }) -join ' '
    $limit = Get-RemainingSecond 900
    $ended = Wait-Program (Start-Program (Get-RuntimeProgram $Runtime) $line "$script:ProgramOutput\pull") $limit
    if (-not $ended.Ended) { throw "the pull did not end within $limit s" }
    if ($ended.ExitCode -ne 0) { throw "$Runtime ended with $($ended.ExitCode): $(@($ended.ErrorText -split '\r?\n')[-1])" }
}

function Add-ImageTag {
    param([string]$Runtime, [string]$Image, [string]$Tag)
    if ($Runtime -eq 'docker') { $null = Invoke-Runtime $Runtime @('tag', $Image, $Tag) }
    else { $null = Invoke-Runtime $Runtime @('images', 'tag', '--force', $Image, $Tag) }
}

# No image cleanup shall take it away. docker knows no such mark; kubelet spares its infra image there by itself.
function Protect-Image {
    param([string]$Runtime, [string]$Image)
    if ($Runtime -ne 'docker') { $null = Invoke-Runtime $Runtime @('images', 'label', $Image, 'io.cri-containerd.pinned=pinned') }
}
