# Step `log-collection`: the script for people where they know it: powershell -File c:\k\debug\collect-windows-logs.ps1

function Get-CollectFile {
    [ordered]@{ 'c:\k\debug\collect-windows-logs.ps1' = Get-TextFile 'C:\AzureData\k8s\node\collect-logs.ps1' }
}

function Test-LogCollection {
    param($Context)
    if (Test-RecordedFile 'log-collection' (Get-CollectFile)) { 'the script is there' }
}

function Invoke-LogCollection {
    param($Context)
    Set-RecordedFile 'log-collection' (Get-CollectFile)
}

function Assert-LogCollection {
    param($Context)
    Assert-RecordedFile 'log-collection' (Get-CollectFile)
}
