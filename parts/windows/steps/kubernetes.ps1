# Step `kubernetes`: c:\k holds the programs of the package and, where the definition names own binaries, those over them.

$script:KubernetesPrograms = @('kubelet.exe', 'kube-proxy.exe', 'kubectl.exe', 'nssm.exe')

function Get-KubernetesSource {
    param($Context)
    $source = (Get-ArtifactEntry 'kubernetes').sha256
    if (Get-Component $Context 'node-binaries') { $source += '+' + (Get-ArtifactEntry 'node-binaries').sha256 }
    $source
}

function Test-Kubernetes {
    param($Context)
    if (Test-Installed 'kubernetes' (Get-KubernetesSource $Context)) { 'c:\k has the wanted programs' }
}

# What runs is stopped and stays so: step finish starts it.
function Invoke-Kubernetes {
    param($Context)
    $package = Get-PackageFolder $Context 'kubernetes' $script:KubernetesPrograms
    if (Get-Component $Context 'node-binaries') { $null = Move-Tree (Get-PackageFolder $Context 'node-binaries' 'kubelet.exe') $package }
    Clear-Installed 'kubernetes'
    Stop-NodeService 'kubelet'
    Set-Installed 'kubernetes' (Get-KubernetesSource $Context) @(Move-Tree $package 'c:\k')
}

function Assert-Kubernetes {
    param($Context)
    foreach ($program in $script:KubernetesPrograms) {
        if (-not (Test-Path -LiteralPath "c:\k\$program")) { throw "c:\k\$program is missing: run the extension again" }
    }
    $said = "$(Invoke-Program 'c:\k\kubelet.exe' @('--version'))"
    $wanted = $Context.Configuration.kubernetesVersion
    if (-not (Get-Component $Context 'node-binaries') -and $said -notmatch ('v' + [regex]::Escape($wanted) + '(\D|$)')) { throw "c:\k\kubelet.exe is '$said' and not ${wanted}: $((Get-ArtifactEntry 'kubernetes').url) holds another version" }
}
