# Step `log-collection`: the script for people where they know it: powershell -File c:\k\debug\collect-windows-logs.ps1

function Get-CollectFile {
    [ordered]@{ 'c:\k\debug\collect-windows-logs.ps1' = Get-TextFile 'C:\AzureData\k8s\node\collect-logs.ps1' }
}

function Test-LogCollection {
    param([object]$Context)
    if (Test-RecordedFile 'log-collection' (Get-CollectFile)) { 'the script is there' }
}

function Invoke-LogCollection {
    param([object]$Context)
    Set-RecordedFile 'log-collection' (Get-CollectFile)
}

function Assert-LogCollection {
    param([object]$Context)
    Assert-RecordedFile 'log-collection' (Get-CollectFile)
}
