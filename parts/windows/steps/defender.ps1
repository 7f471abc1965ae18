# Programs of the node that Defender leaves alone. Nothing a node would not run without: what Defender refuses is a note.

function Get-MissingExclusion {
    param([object]$Context)
    $wanted = @('c:\k\kubelet.exe', 'c:\k\kube-proxy.exe')
    $wanted += if ((Get-Property $Context.Configuration 'containerRuntime' 'containerd') -eq 'docker') { "$env:ProgramFiles\docker\dockerd.exe" } else { "$env:ProgramFiles\containerd\containerd.exe" }
    if (Get-Property $Context.Configuration 'enableCsiProxy' $false) { $wanted += 'c:\k\csi-proxy.exe' }
    $there = @(Get-Property (Get-MpPreference) 'ExclusionProcess' @())
    foreach ($path in $wanted) { if ($there -notcontains $path) { $path } }
}

function Test-Defender {
    param([object]$Context)
    if (-not (Get-Command -Name 'Add-MpPreference' -ErrorAction SilentlyContinue)) { return 'not on this machine' }
    try { if (-not @(Get-MissingExclusion $Context).Count) { 'exclusions are set' } }
    catch { "not running: $($_.Exception.Message)" }
}

function Invoke-Defender {
    param([object]$Context)
    try {
        foreach ($path in @(Get-MissingExclusion $Context)) { Add-MpPreference -ExclusionProcess $path }
        $missing = @(Get-MissingExclusion $Context)
        if ($missing.Count) { Write-Event 'defender' 'note' "a policy keeps exclusions from being set: $($missing -join ', ')" }
    }
    catch { Write-Event 'defender' 'note' "exclusions are not set: $($_.Exception.Message)" }
}
