# Before anything is installed, every component that this machine needs is on its disk with the right hash. Later steps ask
# Get-ComponentPath.

function Test-ComponentFile {
    param($Context)
    if (-not @(Get-MissingComponent $Context).Count) { 'all files are here or installed' }
}

function Invoke-ComponentFile {
    param($Context)
    Remove-OldDownload $Context
    Get-ComponentFile $Context @(Get-MissingComponent $Context)
    $bytes = $Context.Bytes
    $decision = if ($bytes['downloaded']) { 'downloaded' } elseif ($bytes['cached']) { 'from the VHD cache' } else { 'done' }
    Set-Decision $Context $decision "$($bytes['downloaded']) bytes downloaded, $($bytes['cached']) from the VHD cache"
}

function Assert-ComponentFile {
    param($Context)
    $missing = @(Get-MissingComponent $Context | ForEach-Object { $_.urls[0] })
    if ($missing.Count) { throw "neither here nor installed: $($missing -join ', ')" }
}
