# with: image-pulls
# What the task gen-cse-wanted-images runs: once the kubelet answers, the images of the catalog's nodes.pullImages, one after the other and by
# the runtime's own tool, so without the credentials of pods. What cannot be pulled is tried again at the next start.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
foreach ($file in @(Get-ChildItem -LiteralPath 'c:\k\lib' -Filter '*.ps1')) { . $file.FullName }
$script:NodeLog = 'c:\k\pull-images.log'

function Test-Answer {
    param([string]$Address)
    try { [int](Invoke-WebRequest -UseBasicParsing -Uri $Address -TimeoutSec 5).StatusCode -eq 200 } catch { $false }
}

# Names of those that did not come.
function Save-WantedImage {
    param($Configuration)
    foreach ($image in @(Get-MissingImage $Configuration.containerRuntime $Configuration.pullImages)) {
        try { Save-Image $Configuration.containerRuntime $image; Write-NodeLine "$image is here" }
        catch { Write-NodeLine $_.Exception.Message; $image }
    }
}

$code = 1
try {
    $configuration = Read-NodeConfiguration
    if (Get-Property $configuration 'proxy') { Use-Proxy }
    $address = $configuration.healthCheck
    if ($address -and -not (Wait-Condition { Test-Answer $address } 3600 10)) { throw "the kubelet does not answer at ${address}: no image is pulled" }
    $code = @(Save-WantedImage $configuration).Count
    if (-not $code) { Unregister-ScheduledTask -TaskName 'gen-cse-wanted-images' -Confirm:$false }
}
catch { Write-NodeLine "pull-images failed: $($_.Exception.Message)" }
exit $code
