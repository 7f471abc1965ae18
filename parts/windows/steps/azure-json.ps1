# c:\k\azure.json: what the cloud provider, the credential provider and the storage drivers read. Holds the secret of the
# service principal: compared by digest, replaced whole, never shown.

# Both names empty is a defect of the generator: the cloud provider could not tell which machines are nodes.
function Assert-AzureSet {
    param([System.Collections.IDictionary]$Values)
    if (-not $Values['primaryAvailabilitySetName'] -and -not $Values['primaryScaleSetName']) {
        throw 'neither primaryAvailabilitySetName nor primaryScaleSetName is set, and the cloud provider needs one: generate the template again'
    }
}

# Same keys in the same order as the peers': scripts of others read it.
function Get-AzureJson {
    param([object]$Context)
    $configuration = $Context.Configuration
    $values = [ordered]@{ cloud = Get-Property $configuration 'targetEnvironment' 'AzurePublicCloud' }
    $values['tenantId'] = if ((Get-Property $configuration 'identitySystem' '') -eq 'adfs') { 'adfs' } else { Get-Property $configuration 'tenantId' '' }
    $values['subscriptionId'] = Get-Property $configuration 'subscriptionId' ''
    $values['aadClientId'] = Get-Property $configuration 'servicePrincipalClientId' 'msi'
    $values['aadClientSecret'] = Get-Property $Context.Secrets 'servicePrincipalClientSecret' 'msi'
    foreach ($name in 'resourceGroup', 'location', 'vmType', 'subnetName', 'securityGroupName', 'vnetName', 'routeTableName', 'primaryAvailabilitySetName', 'primaryScaleSetName') {
        $values[$name] = Get-Property $configuration $name ''
    }
    Assert-AzureSet $values
    $values['useManagedIdentityExtension'] = [bool](Get-Property $configuration 'useManagedIdentity' $false)
    $values['userAssignedIdentityID'] = Get-Property $Context.Secrets 'userAssignedClientId' ''
    $values['useInstanceMetadata'] = [bool](Get-Property $configuration 'useInstanceMetadata' $true)
    $values['loadBalancerSku'] = Get-Property $configuration 'loadBalancerSku' 'Basic'
    $values['excludeMasterFromStandardLB'] = [bool](Get-Property $configuration 'excludeMasterFromStandardLB' $true)
    ConvertTo-FlatJson $values
}

# $null where the secrets are gone.
function Get-AzureJsonFile {
    param([object]$Context)
    if ($null -ne $Context.Secrets) { [ordered]@{ 'c:\k\azure.json' = Get-AzureJson $Context } }
}

function Test-AzureJson {
    param([object]$Context)
    if (Test-RecordedFile 'azure-json' (Get-AzureJsonFile $Context)) { 'as wanted' }
}

function Invoke-AzureJson {
    param([object]$Context)
    Set-RecordedFile 'azure-json' (Get-AzureJsonFile $Context)
}

function Assert-AzureJson {
    param([object]$Context)
    Assert-RecordedFile 'azure-json' (Get-AzureJsonFile $Context)
    if ($null -eq (Read-JsonFile 'c:\k\azure.json')) { throw 'c:\k\azure.json is not JSON: report this as a defect of gen-cse' }
}
