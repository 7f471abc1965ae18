# c:\k\azurestackcloud.json: the endpoints of a cloud that the cloud provider does not know by name.

function Get-AzureStackFile {
    param([object]$Context)
    [ordered]@{ 'c:\k\azurestackcloud.json' = $Context.Configuration.azureStackCloud }
}

function Test-AzureStackEnvironment {
    param([object]$Context)
    Test-RecordedFile 'azure-stack-environment' (Get-AzureStackFile $Context)
}

function Invoke-AzureStackEnvironment {
    param([object]$Context)
    Set-RecordedFile 'azure-stack-environment' (Get-AzureStackFile $Context)
}

function Assert-AzureStackEnvironment {
    param([object]$Context)
    Assert-RecordedFile 'azure-stack-environment' (Get-AzureStackFile $Context)
    if ($null -eq (Read-JsonFile 'c:\k\azurestackcloud.json')) { throw 'azureStackCloud is not JSON: correct customCloudProfile in the definition' }
}
