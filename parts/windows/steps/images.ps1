# Step `images`: the pause image is on the node under every name that kubelet and the runtime use, and pinned.

# The image first, then its other names. containerd is asked for an image by its full name only; the short one is for people
# and scripts that ask for it.
function Get-PauseName {
    param($Configuration)
    Get-PauseImage $Configuration
    'kubletwin/pause'
    if ($Configuration.containerRuntime -ne 'docker') { 'docker.io/kubletwin/pause:latest' }
}

function Test-Image {
    param($Context)
    if (Get-Property $Context.Configuration 'alwaysPullPauseImage' $false) { return }
    $names = @(Get-PauseName $Context.Configuration)
    if (@(Get-MissingImage $Context.Configuration.containerRuntime $names).Count -eq 0) { "$($names[0]) is here and tagged" }
}

# Pinned before it is tagged, so that an image with all its names is pinned, too; a pin of one name holds the image.
function Invoke-Image {
    param($Context)
    $runtime = $Context.Configuration.containerRuntime
    $command = Get-RuntimeCommand $runtime
    $image, $tags = @(Get-PauseName $Context.Configuration)
    if ((Get-Property $Context.Configuration 'alwaysPullPauseImage' $false) -or @(Get-MissingImage $runtime $image).Count) {
        Save-Image $runtime $image
        Set-Decision $Context 'downloaded' $image
    }
    if ($command['Pin'].Count) { $null = Invoke-Runtime $runtime ($command['Pin'] + @($image, 'io.cri-containerd.pinned=pinned')) }
    foreach ($tag in $tags) { $null = Invoke-Runtime $runtime ($command['Tag'] + @($image, $tag)) }
}

function Assert-Image {
    param($Context)
    $missing = @(Get-MissingImage $Context.Configuration.containerRuntime @(Get-PauseName $Context.Configuration))
    if ($missing.Count) { throw "image $($missing -join ', ') is not on the node: run the extension again" }
}
