# Programs of the node that Defender leaves alone. Nothing a node would not run without: what Defender refuses is a note.

function Get-MissingExclusion {
    $wanted = @('c:\k\kubelet.exe', 'c:\k\kube-proxy.exe', 'c:\k\csi-proxy.exe', 'c:\k\azurecni\bin\azure-vnet.exe', 'c:\k\azurecni\bin\azure-vnet-ipam.exe',
        "$env:ProgramFiles\containerd\containerd.exe", "$env:ProgramFiles\containerd\containerd-shim-runhcs-v1.exe", "$env:ProgramFiles\docker\dockerd.exe")
    $there = @(Get-Property (Get-MpPreference) 'ExclusionProcess' @())
    $wanted | Where-Object { $there -notcontains $_ }
}

$script:MissingExclusions = @()

function Test-Defender {
    param([object]$Context)
    try {
        $script:MissingExclusions = @(Get-MissingExclusion)
        if (-not $script:MissingExclusions.Count) { 'exclusions are set' }
    }
    catch { "Defender is not here or does not run: $($_.Exception.Message)" }
}

function Invoke-Defender {
    param([object]$Context)
    try { Add-MpPreference -ExclusionProcess $script:MissingExclusions }
    catch { Set-Decision $Context 'done' "without exclusions: $($_.Exception.Message)" }
}
