# Step `cni`: the plugin programs of the network plugin, from its package; the configuration is another step's.

function Get-CniTarget {
    param([object]$Context)
    $configuration = $Context.Configuration
    if ($configuration.networkPlugin -eq 'azure') { return [pscustomobject]@{ Component = 'azure-cni'; Folder = 'c:\k\azurecni\bin'; Program = 'azure-vnet.exe' } }
    $plugin = Get-KubenetPlugin $configuration
    $component = if ($plugin -eq 'sdnbridge') { 'sdn-plugin' } else { 'win-bridge' }
    [pscustomobject]@{ Component = $component; Folder = 'c:\k\cni'; Program = "$plugin.exe" }
}

function Test-Cni {
    param([object]$Context)
    $target = Get-CniTarget $Context
    if (Test-Installed 'cni' (Get-ArtifactEntry $target.Component).sha256) { "$($target.Folder) has the wanted plugins" }
}

function Invoke-Cni {
    param([object]$Context)
    $target = Get-CniTarget $Context
    $package = Get-PackageFolder $Context $target.Component $target.Program
    Clear-Installed 'cni'
    Set-Installed 'cni' (Get-ArtifactEntry $target.Component).sha256 @(Move-Tree $package $target.Folder)
}

function Assert-Cni {
    param([object]$Context)
    $target = Get-CniTarget $Context
    if (-not (Test-Path -LiteralPath "$($target.Folder)\$($target.Program)")) { throw "$($target.Folder)\$($target.Program) is missing: run the extension again" }
}
