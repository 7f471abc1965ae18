# Step `csi-proxy`: the program through which CSI drivers in containers reach disks, and its service.

function Get-CsiProxyService {
    @{ Name = 'csi-proxy'; Program = 'c:\k\csi-proxy.exe'; DependsOn = @(); Start = 'demand'; Runs = $true }
}

function Test-CsiProxyInstalled {
    Test-Installed 'csi-proxy' (Get-ArtifactEntry 'csi-proxy').sha256
}

function Test-CsiProxy {
    param($Context)
    if (Test-CsiProxyInstalled) { Test-ServiceStep $Context (Get-CsiProxyService) }
}

function Invoke-CsiProxy {
    param($Context)
    if (-not (Test-CsiProxyInstalled)) {
        Stop-NodeService 'csi-proxy'
        Install-PackageProgram $Context 'csi-proxy' 'csi-proxy.exe' 'c:\k' 'csi-proxy.exe'
    }
    Invoke-ServiceStep $Context (Get-CsiProxyService)
}

function Assert-CsiProxy {
    param($Context)
    Assert-ServiceStep $Context (Get-CsiProxyService)
}
