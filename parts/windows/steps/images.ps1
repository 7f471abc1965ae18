# Step `images`: the pause image is on the node under every name that kubelet and the runtime use, and pinned.

$script:ImagesMark = "$script:StateFolder\images.json"

# The image first, then its other names. containerd is asked for an image by its full name only; the short one is for people
# and scripts that ask for it.
function Get-PauseName {
    param([object]$Configuration)
    $short = 'kubletwin/pause'
    foreach ($argument in @(Get-Property $Configuration 'kubeletArgs' @())) {
        if ($argument -match '^--pod-infra-container-image=(.+)$') { $short = $Matches[1] }
    }
    $Configuration.pauseImage
    if ($short -eq $Configuration.pauseImage) { return }
    $short
    if ($Configuration.containerRuntime -eq 'docker' -or $short -match '^[^/]*[.:][^/]*/') { return }
    $path = if ($short.Contains('/')) { $short } else { "library/$short" }
    'docker.io/' + $path + $(if ($short -notmatch ':[^/]+$') { ':latest' })
}

function Test-Images {
    param([object]$Context)
    $configuration = $Context.Configuration
    if (Get-Property $configuration 'alwaysPullPauseImage' $false) { return }
    $wanted = @(Get-PauseName $configuration)
    if ((Get-Property (Read-JsonFile $script:ImagesMark) 'pinned') -ne ($wanted -join ' ')) { return }
    if (@(Get-MissingImage $configuration.containerRuntime $wanted).Count -eq 0) { "$($wanted[0]) is here, tagged and pinned" }
}

function Invoke-Images {
    param([object]$Context)
    $configuration = $Context.Configuration
    $runtime = $configuration.containerRuntime
    $names = @(Get-PauseName $configuration)
    $image = $names[0]
    if ((Get-Property $configuration 'alwaysPullPauseImage' $false) -or @(Get-MissingImage $runtime $image).Count) {
        Save-Image 'images' $runtime $image
        Set-Decision $Context 'downloaded' $image
    }
    foreach ($tag in @($names | Select-Object -Skip 1)) { Add-ImageTag $runtime $image $tag }
    foreach ($one in $names) { Protect-Image $runtime $one }
    Set-TextFile $script:ImagesMark (ConvertTo-FlatJson ([ordered]@{ pinned = $names -join ' ' }))
}

function Assert-Images {
    param([object]$Context)
    $missing = @(Get-MissingImage $Context.Configuration.containerRuntime @(Get-PauseName $Context.Configuration))
    if ($missing.Count) { throw "image $($missing -join ', ') is not on the node: run the extension again" }
}
