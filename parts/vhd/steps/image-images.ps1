# Container images. The sandbox image is pinned: a kubelet that makes room must not take it away.

function Test-ImageImages {
    param($Context)
    if (-not @(Get-MissingImage $Context.Configuration.containerRuntime $Context.Configuration.containerImages).Count) { "$(@($Context.Configuration.containerImages).Count) images are pulled" }
}

function Invoke-ImageImages {
    param($Context)
    $runtime = $Context.Configuration.containerRuntime
    $command = Get-RuntimeCommand $runtime
    foreach ($image in @(Get-MissingImage $runtime $Context.Configuration.containerImages)) { Save-ImageOfRegistry $runtime $image }
    if ($command['Pin'].Count) { $null = Invoke-Runtime $runtime ($command['Pin'] + @($Context.Configuration.pauseImage, 'io.cri-containerd.pinned=pinned')) }
}

function Assert-ImageImages {
    param($Context)
    $missing = @(Get-MissingImage $Context.Configuration.containerRuntime $Context.Configuration.containerImages)
    if ($missing.Count) { throw "not pulled: $($missing -join ', ')" }
}
