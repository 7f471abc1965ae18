# containerd, installed as a node installs it, with the mark by which a node knows it. As a service only while images are pulled:
# on a node the service has that node's own settings.

function Test-ImageContainerd {
    param($Context)
    if ((Test-Installed 'containerd' (Get-ArtifactEntry 'containerd').sha256) -and (Get-ServiceStatus 'containerd') -eq 'Running') { 'installed, runs' }
}

function Invoke-ImageContainerd {
    param($Context)
    $folder = "$env:ProgramFiles\containerd"
    $source = (Get-ArtifactEntry 'containerd').sha256
    if (-not (Test-Installed 'containerd' $source)) {
        $package = Get-PackageFolder $Context 'containerd' @('containerd.exe', 'ctr.exe', 'containerd-shim-runhcs-v1.exe')
        Clear-Installed 'containerd'
        Set-Installed 'containerd' $source @(Move-Tree $package $folder)
    }
    Add-MachinePath $folder
    Start-ImageRuntime $Context
}

function Assert-ImageContainerd {
    param($Context)
    $null = Invoke-Runtime 'containerd' @('version')
}
