# with: azure-stack-interfaces
# interfaces.json for azure-vnet on Azure Stack, where the plugin cannot ask for the addresses of the machine's NICs.

$script:InterfacesFile = 'c:\k\interfaces.json'

# Asked once in a run.
$script:LocalMacs = @()

function Get-LocalMac {
    if (-not $script:LocalMacs.Count) { $script:LocalMacs = @(Get-NetAdapter -ErrorAction SilentlyContinue | ForEach-Object { ("$($_.MacAddress)" -replace '[-:]').ToUpperInvariant() }) }
    $script:LocalMacs
}

# Is there a file that knows a NIC of this very machine?
function Test-InterfacesFile {
    param($Context)
    @(Get-Property (Read-JsonFile $script:InterfacesFile) 'Interfaces' @() | Where-Object { @(Get-LocalMac) -contains (Get-Property $_ 'MacAddress' '') }).Count -gt 0
}

# One request, its failures told by what can be done about them. -Parameters: of Invoke-RestMethod; never printed.
function Invoke-StackRequest {
    param([string]$What, [hashtable]$Parameters)
    [System.Net.ServicePointManager]::SecurityProtocol = [System.Net.ServicePointManager]::SecurityProtocol -bor [System.Net.SecurityProtocolType]::Tls12
    Invoke-WithRetry 'azure-cni' {
        try { Invoke-RestMethod @Parameters -UseBasicParsing -TimeoutSec 60 }
        catch {
            $response = Get-Property $_.Exception 'Response'
            $status = if ($null -ne $response) { [int]$response.StatusCode } else { 0 }
            if ($status -in 400, 401, 403, 404) { throw (New-FinalError "$What was refused with HTTP status ${status}: check the service principal and its rights on the resource group") }
            throw "$What failed: $($_.Exception.Message)"
        }
    } -Times 5 -First 5 -Most 40
}

# The secret travels in the body only. ADFS knows no tenant.
function Get-StackToken {
    param($Context, $Cloud)
    $configuration = $Context.Configuration
    $authority = $Cloud.activeDirectoryEndpoint.TrimEnd('/')
    $tenant = if ($configuration.identitySystem -eq 'adfs') { 'adfs' } else { $configuration.tenantId }
    if (-not $authority.EndsWith("/$tenant")) { $authority = "$authority/$tenant" }
    $fields = [ordered]@{ grant_type = 'client_credentials'; client_id = $configuration.servicePrincipalClientId; client_secret = $Context.Secrets.servicePrincipalClientSecret; resource = $Cloud.serviceManagementEndpoint }
    $body = @(foreach ($key in $fields.Keys) { "$key=$([System.Uri]::EscapeDataString($fields[$key]))" }) -join '&'
    $answer = Invoke-StackRequest "the request for a token from $authority" @{ Method = 'Post'; Uri = "$authority/oauth2/token"; Body = $body; ContentType = 'application/x-www-form-urlencoded' }
    $token = Get-Property $answer 'access_token'
    if (-not $token) { throw "$authority gave no token" }
    Add-Secret $token
    $token
}

# -Stack: Address of the resource manager, Token, Version of its API.
function Get-StackResource {
    param([hashtable]$Stack, [string]$Uri)
    Invoke-StackRequest "the request of $(([System.Uri]$Uri).AbsolutePath)" @{ Method = 'Get'; Uri = $Uri; Headers = @{ Authorization = "Bearer $($Stack['Token'])" } }
}

# All pages. The token goes to the resource manager only, wherever the next page is said to be.
function Get-StackNic {
    param([hashtable]$Stack, $Configuration)
    $next = "$($Stack['Address'])/subscriptions/$($Configuration.subscriptionId)/resourceGroups/$($Configuration.resourceGroup)/providers/Microsoft.Network/networkInterfaces$($Stack['Version'])"
    for ($page = 0; $next -and $page -lt 100; $page++) {
        if (([System.Uri]$next).Host -ne ([System.Uri]$Stack['Address']).Host) { throw "the list of network interfaces goes on at $(([System.Uri]$next).Host), which is not the resource manager" }
        $answer = Get-StackResource $Stack $next
        foreach ($nic in @(Get-Property $answer 'value' @())) { $nic }
        $next = Get-Property $answer 'nextLink' ''
    }
}

function Get-SubnetPrefix {
    param([hashtable]$Stack, [string]$SubnetId)
    $subnet = Get-StackResource $Stack "$($Stack['Address'])$SubnetId$($Stack['Version'])"
    $prefix = Get-Property $subnet.properties 'addressPrefix'
    if (-not $prefix) { throw "subnet $SubnetId has no address prefix" }
    $prefix
}

# As the plugin reads it: one entry per NIC of this machine, with all addresses the NIC has.
function Get-InterfaceEntry {
    param([hashtable]$Stack, $Nic)
    $addresses = @($Nic.properties.ipConfigurations)
    [ordered]@{
        MacAddress = ($Nic.properties.macAddress -replace '[-:]').ToUpperInvariant()
        IsPrimary = [bool](Get-Property $Nic.properties 'primary' $false)
        IPSubnets = [object[]]@([ordered]@{
                Prefix = Get-SubnetPrefix $Stack $addresses[0].properties.subnet.id
                IPAddresses = [object[]]@($addresses | ForEach-Object {
                        [ordered]@{ Address = $_.properties.privateIPAddress; IsPrimary = [bool](Get-Property $_.properties 'primary' $false) } })
            })
    }
}

function Get-InterfacesText {
    param($Context)
    $configuration = $Context.Configuration
    $cloud = Read-JsonFile 'c:\k\azurestackcloud.json'
    $stack = @{ Address = $cloud.resourceManagerEndpoint.TrimEnd('/'); Token = Get-StackToken $Context $cloud; Version = "?api-version=$($configuration.networkApiVersion)" }
    $entries = @(foreach ($nic in @(Get-StackNic $stack $configuration)) {
            $mac = "$(Get-Property $nic.properties 'macAddress' '')" -replace '[-:]'
            if ($mac -and @(Get-LocalMac) -contains $mac -and @(Get-Property $nic.properties 'ipConfigurations' @()).Count) { Get-InterfaceEntry $stack $nic }
        })
    if ($entries.Count -eq 0) { throw "no network interface of resource group $($configuration.resourceGroup) has a MAC address of this machine ($(@(Get-LocalMac) -join ', '))" }
    ConvertTo-Json -InputObject ([ordered]@{ Interfaces = [object[]]$entries }) -Depth 8
}

# Read-only, as others' tools expect it; that is taken off before it is written anew.
function Set-InterfacesFile {
    param($Context)
    if ($null -eq $Context.Secrets) { throw "$script:InterfacesFile is not of this machine, and the secrets to make it are gone since the restart: run the extension again" }
    $text = Get-InterfacesText $Context
    if (Test-Path -LiteralPath $script:InterfacesFile) { Set-ItemProperty -LiteralPath $script:InterfacesFile -Name IsReadOnly -Value $false }
    Set-TextFile $script:InterfacesFile $text
    Set-ItemProperty -LiteralPath $script:InterfacesFile -Name IsReadOnly -Value $true
}
