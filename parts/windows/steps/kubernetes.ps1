# Step `kubernetes`: c:\k holds the programs of the package and, where the definition names own binaries, those over them.

$script:KubernetesPrograms = @('kubelet.exe', 'kube-proxy.exe', 'kubectl.exe', 'nssm.exe')

function Get-KubernetesSource {
    param([object]$Context)
    $source = (Get-ArtifactEntry 'kubernetes').sha256
    if (Get-Component $Context 'node-binaries') { $source += '+' + (Get-ArtifactEntry 'node-binaries').sha256 }
    $source
}

function Test-Kubernetes {
    param([object]$Context)
    if (Test-Installed 'kubernetes' (Get-KubernetesSource $Context)) { 'c:\k has the wanted programs' }
}

# The unpacked package with the own binaries in it.
function Get-KubernetesTree {
    param([object]$Context)
    $package = (Expand-Component $Context 'kubernetes') + '\k'
    if (Get-Component $Context 'node-binaries') {
        $own = (Expand-Component $Context 'node-binaries') + '\kubernetes\node\bin'
        if (-not (Test-Path -LiteralPath "$own\kubelet.exe")) { throw "$((Get-ArtifactEntry 'node-binaries').url) has no kubernetes/node/bin/kubelet.exe: windowsNodeBinariesURL must name a kubernetes-node-windows tar.gz" }
        $null = Move-Tree $own $package
    }
    foreach ($program in $script:KubernetesPrograms) {
        if (-not (Test-Path -LiteralPath "$package\$program")) { throw "$((Get-ArtifactEntry 'kubernetes').url) has no k\${program}: use a package built for aks-engine Windows nodes" }
    }
    $package
}

# What runs is stopped and stays so: step finish starts it.
function Invoke-Kubernetes {
    param([object]$Context)
    $package = Get-KubernetesTree $Context
    Clear-Installed 'kubernetes'
    Stop-NodeService 'kubelet'
    Stop-NodeService 'kubeproxy'
    Set-Installed 'kubernetes' (Get-KubernetesSource $Context) @(Move-Tree $package 'c:\k')
}

function Assert-Kubernetes {
    param([object]$Context)
    foreach ($program in $script:KubernetesPrograms) {
        if (-not (Test-Path -LiteralPath "c:\k\$program")) { throw "c:\k\$program is missing: run the extension again" }
    }
    $said = "$(Invoke-Program 'c:\k\kubelet.exe' @('--version'))"
    $wanted = Get-Property $Context.Configuration 'kubernetesVersion'
    if ($wanted -and -not (Get-Component $Context 'node-binaries') -and $said -notmatch ('v' + [regex]::Escape($wanted) + '(\D|$)')) {
        throw "c:\k\kubelet.exe is '$said' and not ${wanted}: $((Get-ArtifactEntry 'kubernetes').url) is a package of another version"
    }
}
