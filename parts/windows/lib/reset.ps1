# After a start of Windows the pods of the boot before are gone, but the runtime, HNS and azure-vnet still list them. Clears that.
# Done once at each start: by a bootstrap that goes on after its restart, else by node-reset.ps1.

$script:ResetStamp = 'c:\k\reset.stamp'

# ---- what is cleared ----------------------------------------------------------------------------------------------------

# Kills tasks before it removes containers; 1: it is gone already.
function Clear-Container {
    param([string]$Runtime)
    Start-NodeService $Runtime
    $command = Get-RuntimeCommand $Runtime
    foreach ($id in @(Invoke-Runtime $Runtime $command['Containers'])) {
        foreach ($words in $command['Remove']) { $null = Invoke-Runtime $Runtime ($words + $id) @(0, 1) }
    }
}

# Endpoints and policy lists first: HNS of build 17763.1554 and later keeps a broken network otherwise. HNS gives the network's ports
# free some time after it has stopped to list it; the peers wait those 10 s, too.
function Clear-PodNetwork {
    param([string]$Name)
    $network = Find-HnsNetwork $Name
    if (-not $network) { return }
    Remove-HnsObject 'policylists' @(Get-HnsObject 'policylists')
    Remove-HnsObject 'endpoints' @(Get-HnsObject 'endpoints' | Where-Object { (Get-Property $_ 'VirtualNetwork') -eq $network.ID })
    Remove-HnsObject 'networks' @($network)
    if (-not (Wait-Condition { $null -eq (Find-HnsNetwork $Name) } 60)) { throw "network $Name is still there after 60 s" }
    Start-Sleep -Seconds 10
}

$script:AzureCniPrograms = 'azure-vnet', 'azure-vnet-ipam', 'azure-vnet-ipamv6'

# The plugin keeps its state in its working directory: c:\k for docker's kubelet, system32 for containerd.
function Get-AzureCniState {
    foreach ($program in $script:AzureCniPrograms) { "c:\k\$program.json"; "c:\windows\system32\$program.json" }
}

function Clear-AzureCniState {
    Get-Process -Name $script:AzureCniPrograms -ErrorAction SilentlyContinue | Stop-Process -Force -ErrorAction SilentlyContinue
    foreach ($path in Get-AzureCniState) {
        foreach ($file in $path, "$path.lock") { if (Test-Path -LiteralPath $file) { Remove-Item -LiteralPath $file -Force } }
    }
}

# A plugin that was killed leaves its lock, and each one after it waits for that in vain. The lock holds its owner's process id.
function Clear-AbandonedCniLock {
    foreach ($lock in @(Get-AzureCniState | ForEach-Object { "$_.lock" } | Where-Object { Test-Path -LiteralPath $_ })) {
        $owner = "$(Get-TextFile $lock)".Trim()
        if ($owner -notmatch '^\d{1,9}$' -or @(Get-Process -Id $owner -ErrorAction SilentlyContinue).Count) { continue }
        Remove-Item -LiteralPath $lock -Force
        Write-NodeLine "$lock was left by process $owner, which is gone: removed"
    }
}

# ---- the reset ----------------------------------------------------------------------------------------------------------

# Every part is tried whatever became of the one before: a node with a leftover is better than a dead one. True when it worked.
function Invoke-ResetPart {
    param([string]$Title, [scriptblock]$Part)
    try { $said = & $Part; Write-NodeLine "${Title}: done $said"; $true }
    catch { Write-NodeLine "${Title}: FAILED, $($_.Exception.Message)"; $false }
}

# Leaves the services stopped. True when every part worked.
function Clear-Node {
    param($Configuration)
    # of the last boot; hns-watch must not take the new boot's process for a restart
    Remove-Item -LiteralPath 'c:\k\hns.pid' -Force -ErrorAction SilentlyContinue
    $worked = @(
        foreach ($service in 'kubeproxy', 'kubelet', 'csi-proxy', 'hosts-config-agent') { Invoke-ResetPart "stop $service" { Stop-NodeService $service } }
        if (Get-Property $Configuration 'dualStack' $false) { Invoke-ResetPart 'HNS address' { Repair-HnsAddress } }
        Invoke-ResetPart 'containers' { Clear-Container $Configuration.containerRuntime }
        Invoke-ResetPart 'network' { Clear-PodNetwork (Get-PodNetworkName $Configuration) }
        Invoke-ResetPart 'CNI state' { Clear-AzureCniState }
    )
    $worked -notcontains $false
}

# ---- once at each start -------------------------------------------------------------------------------------------------

# Will a bootstrap go on after this start, and reset the node itself?
function Test-ResumeDue {
    (Test-Path -LiteralPath $script:RestartRecord) -and @(Get-ScheduledTask -TaskName 'gen-cse-resume' -ErrorAction SilentlyContinue).Count -gt 0
}

# Has the bootstrap done it at this start?
function Test-ResetStamp {
    $noted = Get-TextFile $script:ResetStamp
    [bool]$noted -and (Test-SinceStart $noted)
}

# The bootstrap's, before its first step. No kubelet, nothing to clear. Its later tries find the stamp.
function Invoke-FirstReset {
    param($Configuration)
    if (-not (Get-ServiceStatus 'kubelet') -or (Test-ResetStamp)) { return }
    $null = Clear-Node $Configuration
    Set-TextFile $script:ResetStamp (Get-Tick)
}
