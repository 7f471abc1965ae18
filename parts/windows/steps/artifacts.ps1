# Before anything is installed, every component that this machine needs is on its disk with the right hash. Later steps ask
# Get-ComponentPath.

function Test-Artifacts {
    param([object]$Context)
    $needed = @(Get-NeededComponent $Context)
    foreach ($component in $needed) { if (-not (Test-Artifact $component)) { return } }
    "all $($needed.Count) files are here or installed"
}

# For the file, what is unpacked, what is installed.
function Assert-FreeSpace {
    param([object[]]$Components)
    $needed = [long]0
    foreach ($component in $Components) { $needed += 3 * [long](Get-Property $component 'bytes' 0) }
    $free = Get-FreeByte
    if ($free -lt $needed) { throw "drive C: has $([long]($free / 1MB)) MB free and the node needs $([long]($needed / 1MB)) MB: give the pool a larger OS disk" }
}

function Write-PresentComponent {
    param([object]$Context)
    foreach ($component in @(Get-Property $Context.Configuration 'components' @())) {
        $reason = Test-ComponentPresent $Context $component.id
        if ($reason) { Write-Event 'artifacts' 'present' "$($component.id): $reason" }
    }
}

function Invoke-Artifacts {
    param([object]$Context)
    Remove-OldDownload $Context
    Write-PresentComponent $Context
    $missing = @(Get-NeededComponent $Context | Where-Object { -not (Test-Artifact $_) })
    Assert-FreeSpace $missing
    $count = Get-ComponentFile $Context $missing
    $decision = if ($count.Downloaded) { 'downloaded' } elseif ($count.Cached) { 'from the VHD cache' } else { 'done' }
    Set-Decision $Context $decision "$($count.Downloaded) downloaded, $($count.Cached) from the VHD cache"
}

function Assert-Artifacts {
    param([object]$Context)
    foreach ($component in @(Get-NeededComponent $Context)) {
        $entry = Get-ArtifactEntry $component.id
        if (Test-Path -LiteralPath $entry.path) {
            if ((Get-Item -LiteralPath $entry.path).Length -ne $entry.bytes) { throw "$($entry.path) changed its size: delete it and run the extension again" }
        }
        elseif (-not (Test-SourceInstalled $entry.sha256)) { throw "$($entry.path) is gone and not installed: run the extension again" }
    }
}
