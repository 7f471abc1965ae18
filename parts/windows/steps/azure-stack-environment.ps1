# c:\k\azurestackcloud.json: the endpoints of a cloud that the cloud provider does not know by name.

function Get-AzureStackFile {
    [ordered]@{ 'c:\k\azurestackcloud.json' = Get-TextFile 'C:\AzureData\k8s\azurestackcloud.json' }
}

function Test-AzureStackEnvironment {
    param($Context)
    Test-RecordedFile 'azure-stack-environment' (Get-AzureStackFile)
}

function Invoke-AzureStackEnvironment {
    param($Context)
    Set-RecordedFile 'azure-stack-environment' (Get-AzureStackFile)
}

function Assert-AzureStackEnvironment {
    param($Context)
    Assert-RecordedFile 'azure-stack-environment' (Get-AzureStackFile)
}
