# Step `log-collection`: the script for people where they know it: powershell -File c:\k\debug\collect-windows-logs.ps1

$script:CollectSource = 'C:\AzureData\k8s\node\collect-logs.ps1'
$script:CollectTarget = 'c:\k\debug\collect-windows-logs.ps1'

function Test-LogCollection {
    param([object]$Context)
    if ((Test-Path -LiteralPath $script:CollectTarget) -and (Get-Sha256 $script:CollectTarget) -eq (Get-Sha256 $script:CollectSource)) { 'the script is there' }
}

function Invoke-LogCollection {
    param([object]$Context)
    Set-TextFile $script:CollectTarget (Get-TextFile $script:CollectSource)
}

function Assert-LogCollection {
    param([object]$Context)
    if (-not (Test-LogCollection $Context)) { throw "$script:CollectTarget differs from the payload: run the extension again" }
}
