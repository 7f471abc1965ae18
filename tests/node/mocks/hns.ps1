# HNS.  What the machine has: HNSCall of vmcompute.dll (method, path, JSON; answers { Success, Output, Error }) and the ten
# commands of the built-in module HostNetworkingService, which can list and remove but not make a network.  Both come with the
# feature Containers.  New-HnsNetwork is in no module of Windows: who wants it brings it, over HNSCall.
function LabHnsGet { param($kind) LabJson "hns-$kind" }
function LabHnsAnswer { param($Output) ConvertTo-Json @{ Success = $true; Output = $Output } -Depth 20 -Compress }
function LabHnsFailure {
    param([string]$Text, [string]$Code)
    ConvertTo-Json @{ Success = $false; Error = $Text; ErrorCode = $Code } -Compress
}
function LabHnsNewNetwork {
    param($Network)
    Set-StrictMode -Off
    if ($Network.NetworkAdapterName -and
            @(LabJson 'adapters' |
                ForEach-Object Name) -notcontains $Network.NetworkAdapterName) {
        return LabHnsFailure "The network adapter was not found. " '0x80070490'
    }
    $bridge = @(LabHnsGet 'networks' |
            Where-Object {
            $_.Type -in 'L2Bridge', 'Transparent' -and $Network.Type -in 'L2Bridge', 'Transparent' -and -not $Network.VSwitchPort
    })
    if (@($bridge |
            Where-Object { $_.Name -eq $Network.Name })) { return LabHnsFailure "An HNS network with the same name exists. " '0x803b0010' }
    $Network | Add-Member NoteProperty ID ([guid]::NewGuid().ToString()) -Force
    $Network | Add-Member NoteProperty ManagementIP '10.240.0.4' -Force
    LabSaveJson 'hns-networks' (@(LabHnsGet 'networks') + $Network)
    LabHnsAnswer $Network
}
function LabHnsCall {
    param([string]$Method, [string]$Path, [string]$Request)
    Set-StrictMode -Off
    if (-not (LabSvcGet 'hns' 'Name')) { return $null }    # no vmcompute.dll
    LabTrace 'hns' "HNSCall $Method $Path" $Request $null
    $kind, $id = $Path.Trim('/').Split('/')
    $state = @{ networks = 'networks'; endpoints = 'endpoints'; policylists = 'policies'; namespaces = 'namespaces' }[$kind.ToLower()]
    if (-not $state) { return LabHnsFailure 'Element not found. ' '0x80070490' }
    $all = @(LabHnsGet $state)
    switch ($Method.ToUpper()) {
        'GET' {
            if (-not $id) { return LabHnsAnswer $all }
            $one = @($all | Where-Object { $_.ID -eq $id })
            if ($one) { return LabHnsAnswer $one[0] } else { return LabHnsFailure 'Element not found. ' '0x80070490' }
        }
        'POST' {
            $given = ConvertFrom-Json $Request
            if ($kind -eq 'networks' -and -not $id) { return LabHnsNewNetwork $given }
            $given | Add-Member NoteProperty ID ([guid]::NewGuid().ToString()) -Force
            LabSaveJson "hns-$state" ($all + $given)
            return LabHnsAnswer $given
        }
        'DELETE' {
            if (-not @($all | Where-Object { $_.ID -eq $id })) { return LabHnsFailure 'Element not found. ' '0x80070490' }
            LabSaveJson "hns-$state" @($all | Where-Object { $_.ID -ne $id })
            return LabHnsAnswer $null
        }
        default { return LabHnsFailure 'Incorrect function. ' '0x80070001' }
    }
}
[AppDomain]::CurrentDomain.SetData('LabHnsCall', [Func[string, string, string, string]] {
    param($method, $path, $request)
    LabHnsCall $method $path $request
})
# Add-Type as it is, but an import of HNSCall gets a body that asks the lab.
function Add-Type {
    [CmdletBinding()]
    param(
        [Parameter(Position = 0)] [string]$TypeDefinition,
        [string]$Name,
        [string[]]$MemberDefinition,
        [string]$Namespace,
        [string[]]$UsingNamespace,
        [string[]]$Path,
        [Alias('AN')] [string[]]$AssemblyName,
        [string[]]$ReferencedAssemblies,
        [string]$OutputAssembly,
        [string]$OutputType,
        [string]$Language,
        [switch]$PassThru,
        [switch]$IgnoreWarnings
    )
    $import = '(?s)\[DllImport\(\s*"vmcompute(?:\.dll)?"[^\]]*\]\s*(?<access>(?:(?:public|private|internal)\s+)?)static\s+extern\s+(?<returns>\w+)\s+HNSCall\s*\((?<parameters>(?:[^()]|\([^()]*\))*)\)\s*;'
    foreach ($key in 'TypeDefinition', 'MemberDefinition') {
        if (-not $PSBoundParameters.ContainsKey($key)) { continue }
        $PSBoundParameters[$key] = [regex]::Replace(($PSBoundParameters[$key] -join "`n"), $import, {
            param($m)
            $list = $m.Groups['parameters'].Value -replace '\[[^\]]*\]\s*', ''
            $names = @($list -split ',' | ForEach-Object { ($_.Trim() -split '\s+')[-1] })
            $call = '((System.Func<string, string, string, string>)System.AppDomain.CurrentDomain.GetData("LabHnsCall"))(' + ($names[0..2] -join ', ') + ')'
            $back = if ($m.Groups['returns'].Value -eq 'void') { '' } else { ' return 0;' }
            "$($m.Groups['access'].Value)static $($m.Groups['returns'].Value) HNSCall($list) { $($names[3]) = $call; if ($($names[3]) == null) throw new System.DllNotFoundException(`"Unable to load DLL 'vmcompute.dll': The specified module could not be found. (Exception from HRESULT: 0x8007007E)`");$back }"
        })
    }
    if (-not $Name) { return Microsoft.PowerShell.Utility\Add-Type @PSBoundParameters }
    # the compiler takes seconds: what it made once serves every node
    $source = [Text.Encoding]::UTF8.GetBytes("$Namespace.$Name`n" + ($PSBoundParameters['MemberDefinition'] -join "`n"))
    $hash = [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData($source)).Substring(0, 16)
    $made = "$env:LAB_CACHE/$Name-$hash-$($PSVersionTable.PSVersion).dll"
    if (-not [IO.File]::Exists($made)) {
        Microsoft.PowerShell.Utility\Add-Type @PSBoundParameters -OutputAssembly "$made.$PID"
        [IO.File]::Move("$made.$PID", $made, $true)
    }
    $null = [Reflection.Assembly]::LoadFrom($made)
}
if (LabSvcGet 'hns' 'Name') {
    function Get-HnsNetwork {
        [CmdletBinding()] param([Parameter(Position = 0)] [string]$Id)
        Set-StrictMode -Off
        LabTrace 'hns' 'Get-HnsNetwork' $PSBoundParameters $null
        LabHnsGet 'networks' | Where-Object { -not $Id -or $_.ID -eq $Id }
    }
    function Remove-HnsNetwork {
        [CmdletBinding()] param([Parameter(Position = 0, ValueFromPipeline)] $InputObject, [string]$Id)
        process {
            Set-StrictMode -Off
            LabTrace 'hns' 'Remove-HnsNetwork' $InputObject.Name $null
            $i = @(@($InputObject) | ForEach-Object { if ($_ -is [string]) { $_ } else { $_.ID } }) + $Id
            LabSaveJson 'hns-networks' @(LabHnsGet 'networks' | Where-Object { $_.ID -notin $i })
        }
    }
    function Get-HnsEndpoint {
        [CmdletBinding()] param([Parameter(Position = 0)] [string]$Id)
        LabTrace 'hns' 'Get-HnsEndpoint' $null $null; LabHnsGet 'endpoints'
    }
    function Remove-HnsEndpoint {
        [CmdletBinding()] param([Parameter(Position = 0, ValueFromPipeline)] $InputObject)
        process { LabTrace 'hns' 'Remove-HnsEndpoint' $null $null }
    }
    function Get-HnsEndpointStats {
        [CmdletBinding()] param([Parameter(Position = 0)] [string]$Id)
        LabTrace 'hns' 'Get-HnsEndpointStats' $null $null
    }
    function Get-HnsEndpointAddresses {
        [CmdletBinding()] param([Parameter(Position = 0)] [string]$Id)
        LabTrace 'hns' 'Get-HnsEndpointAddresses' $null $null
    }
    function Get-HnsPolicyList {
        [CmdletBinding()] param([Parameter(Position = 0)] [string]$Id)
        LabTrace 'hns' 'Get-HnsPolicyList' $null $null; LabHnsGet 'policies'
    }
    function Remove-HnsPolicyList {
        [CmdletBinding()] param([Parameter(Position = 0, ValueFromPipeline)] $InputObject)
        process { LabTrace 'hns' 'Remove-HnsPolicyList' $null $null }
    }
    function Get-HnsNamespace {
        [CmdletBinding()] param([Parameter(Position = 0)] [string]$Id)
        LabTrace 'hns' 'Get-HnsNamespace' $null $null; LabHnsGet 'namespaces'
    }
    function Remove-HnsNamespace {
        [CmdletBinding()] param([Parameter(Position = 0, ValueFromPipeline)] $InputObject)
        process { LabTrace 'hns' 'Remove-HnsNamespace' $null $null }
    }
}
