# c:\k\azure.json: what the cloud provider, the credential provider and the storage drivers read. Holds the secret of the
# service principal: compared by digest, replaced whole, never shown.

# Same keys in the same order as the peers': scripts of others read it.
function Get-AzureJson {
    param($Context)
    $configuration = $Context.Configuration
    $values = [ordered]@{ cloud = $configuration.targetEnvironment }
    $values['tenantId'] = if ((Get-Property $configuration 'identitySystem') -eq 'adfs') { 'adfs' } else { $configuration.tenantId }
    $values['subscriptionId'] = $configuration.subscriptionId
    $values['aadClientId'] = Get-Property $configuration 'servicePrincipalClientId' 'msi'
    $values['aadClientSecret'] = Get-Property $Context.Secrets 'servicePrincipalClientSecret' 'msi'
    foreach ($name in 'resourceGroup', 'location', 'vmType', 'subnetName', 'securityGroupName', 'vnetName', 'routeTableName', 'primaryAvailabilitySetName', 'primaryScaleSetName') { $values[$name] = Get-Property $configuration $name '' }
    $values['useManagedIdentityExtension'] = $configuration.useManagedIdentity
    $values['userAssignedIdentityID'] = Get-Property $Context.Secrets 'userAssignedClientId'
    foreach ($name in 'useInstanceMetadata', 'loadBalancerSku', 'excludeMasterFromStandardLB') { $values[$name] = $configuration.$name }
    ConvertTo-FlatJson $values
}

# $null where the secrets are gone.
function Get-AzureJsonFile {
    param($Context)
    if ($null -ne $Context.Secrets) { [ordered]@{ 'c:\k\azure.json' = Get-AzureJson $Context } }
}

function Test-AzureJson {
    param($Context)
    Test-RecordedFile 'azure-json' (Get-AzureJsonFile $Context)
}

function Invoke-AzureJson {
    param($Context)
    Set-RecordedFile 'azure-json' (Get-AzureJsonFile $Context)
}

function Assert-AzureJson {
    param($Context)
    Assert-RecordedFile 'azure-json' (Get-AzureJsonFile $Context)
}
