# Programs of the node, and the layers of container images, that Defender leaves alone: each file of a layer would be scanned while it is
# unpacked. Nothing a node would not run without: what Defender refuses is a note.
$script:LayerFolder = 'C:\ProgramData\containerd\root\io.containerd.snapshotter.v1.windows\snapshots'

# Kind of exclusion, as Defender names it -> what is not excluded yet. -ScanLayers: the layers are to be scanned.
function Get-MissingExclusion {
    param([bool]$ScanLayers)
    $wanted = @{
        ExclusionProcess = @('c:\k\kubelet.exe', 'c:\k\kube-proxy.exe', 'c:\k\csi-proxy.exe', 'c:\k\azurecni\bin\azure-vnet.exe', 'c:\k\azurecni\bin\azure-vnet-ipam.exe',
            "$env:ProgramFiles\containerd\containerd.exe", "$env:ProgramFiles\containerd\containerd-shim-runhcs-v1.exe", "$env:ProgramFiles\docker\dockerd.exe")
        ExclusionPath = @(if (-not $ScanLayers) { $script:LayerFolder })
    }
    $now = Get-MpPreference
    $missing = @{}
    foreach ($kind in $wanted.Keys) {
        $there = @(Get-Property $now $kind @())
        $lacking = [string[]]@($wanted[$kind] | Where-Object { $there -notcontains $_ })
        if ($lacking.Count) { $missing[$kind] = $lacking }
    }
    $missing
}

$script:MissingExclusions = @{}

function Test-Defender {
    param($Context)
    try {
        $script:MissingExclusions = Get-MissingExclusion (Get-Property $Context.Configuration 'scanLayers' $false)
        if (-not @($script:MissingExclusions.Keys).Count) { 'exclusions are set' }
    }
    catch { "Defender is not here or does not run: $($_.Exception.Message)" }
}

function Invoke-Defender {
    param($Context)
    $missing = $script:MissingExclusions
    try { Add-MpPreference @missing }
    catch { Set-Decision $Context 'done' "without exclusions: $($_.Exception.Message)" }
}
