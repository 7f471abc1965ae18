# Step `cni`: the plugin programs of the network plugin, from its package; the configuration is another step's.

# Taken is the one whose package is configured.
$script:CniPackages = @(
    @{ Component = 'azure-cni'; Folder = 'c:\k\azurecni\bin'; Programs = @('azure-vnet.exe') }
    @{ Component = 'sdn-plugin'; Folder = 'c:\k\cni'; Programs = @('sdnbridge.exe') }
    @{ Component = 'win-bridge'; Folder = 'c:\k\cni'; Programs = @('win-bridge.exe') }
)

function Get-CniPackage {
    param($Context)
    foreach ($package in $script:CniPackages) { if (Get-Component $Context $package['Component']) { return $package } }
    throw 'no package of a network plugin is configured'
}

function Test-Cni {
    param($Context)
    $package = Get-CniPackage $Context
    if (Test-Installed 'cni' (Get-ArtifactEntry $package['Component']).sha256) { "$($package['Folder']) has the wanted plugins" }
}

function Invoke-Cni {
    param($Context)
    $package = Get-CniPackage $Context
    $folder = Get-PackageFolder $Context $package['Component'] $package['Programs']
    Clear-Installed 'cni'
    Set-Installed 'cni' (Get-ArtifactEntry $package['Component']).sha256 @(Move-Tree $folder $package['Folder'])
}

function Assert-Cni {
    param($Context)
    $package = Get-CniPackage $Context
    foreach ($program in $package['Programs']) {
        if (-not (Test-Path -LiteralPath "$($package['Folder'])\$program")) { throw "$($package['Folder'])\$program is missing: run the extension again" }
    }
}
