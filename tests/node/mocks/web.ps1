# ---------------------------------------------------------------- network transfers
# url -> mirror url; $null with an error text when the network is off
function LabUrl { param([uri]$u)
    $h = $u.Host
    if ($h -in 'localhost', '127.0.0.1', '::1') { return $null }
    if ((LabOff) -and $h -ne '169.254.169.254' -and $h -ne '168.63.129.16') { return $null }
    "$env:LAB_MIRROR/$h$(if (-not $u.IsDefaultPort) { ":$($u.Port)" })$($u.PathAndQuery)" }
function LabWeb { param($which, $p, $cmdlet)
    $p = @{} + $p; $u = [uri]"$($p.Uri)"; if (-not $u.IsAbsoluteUri) { $u = [uri]"http://$($p.Uri)" }
    $m = LabUrl $u; $method = if ($p.Method) { "$($p.Method)" } else { 'GET' }
    if (-not $m) {
        if ($u.Host -in 'localhost', '127.0.0.1' -and $u.Port -in 10248, 10249, 10256) {
            $svc = if ($u.Port -eq 10248) { 'kubelet' } else { 'kubeproxy' }
            if ((LabSvcGet $svc Status) -eq 'Running' -or
                    ((LabSvcGet 'kube-proxy' Status) -eq 'Running' -and $u.Port -ne 10248)) {
                LabTrace 'http' $method "$u" '200 local'
                if ($which -eq 'Invoke-RestMethod') { return 'ok' }
                return [pscustomobject]@{ StatusCode = 200; Content = 'ok'; StatusDescription = 'OK' }
            }
        }
        LabTrace 'http' $method "$u" 'no network'; [Lab.Node]::Advance(1000)
        $cmdlet.ThrowTerminatingError([System.Management.Automation.ErrorRecord]::new([System.Net.WebException]::new($(if ($u.IsLoopback) {
            'Unable to connect to the remote server'
            } else {
                "The remote name could not be resolved: '$($u.Host)'"
            }), [System.Net.WebExceptionStatus]::NameResolutionFailure), 'WebCmdletWebResponseException', 'InvalidOperation', $u))
    }
    $want = if ($p.TimeoutSec) { [int]$p.TimeoutSec } else { 100 }   # .NET Framework default of HttpWebRequest.Timeout
    $cap = if ($env:LAB_TIMEOUT_CAP) { [int]$env:LAB_TIMEOUT_CAP } else { 2 }
    $p.Uri = $m; $p.TimeoutSec = [math]::Min($want, $cap); $p.OperationTimeoutSeconds = [math]::Min($want, $cap)
    foreach ($k in 'UseBasicParsing', 'Proxy', 'ProxyCredential', 'ProxyUseDefaultCredentials', 'UseDefaultCredentials',
        'NoProxy') { $p.Remove($k) }
    if ($p.Headers) { $p.SkipHeaderValidation = $true }
    foreach ($k in 'OutFile', 'InFile') { if ($p[$k]) { $p[$k] = LabNative $p[$k] } }
    if ($p.OutFile -and -not [IO.Directory]::Exists([IO.Path]::GetDirectoryName($p.OutFile))) {
        LabTrace 'http' $method "$u" 'no such folder'
        $cmdlet.ThrowTerminatingError((New-LabErrorRecord "Could not find a part of the path '$($PSBoundParameters.p.OutFile)'." 'System.IO.DirectoryNotFoundException' ObjectNotFound $u))
    }
    $err = $null; $r = $null
    $p.Verbose = $false; $p.ErrorAction = 'Stop'
    try { $ProgressPreference = 'SilentlyContinue'; $r = & "Microsoft.PowerShell.Utility\$which" @p } catch { $err = $_ }
    if ($err) {
        $txt = "$($err.Exception.Message)"
        if ($txt -match 'tim(ed|e).?out|canceled|cancelled') {
            [Lab.Node]::Advance([long]$want * 1000)
            $txt = "timed out after $want s"
            $global:LabSlept = [long]$global:LabSlept + $want * 1000
        }
        LabTrace 'http' $method "$u" $txt; $cmdlet.ThrowTerminatingError($err) }
    LabTrace 'http' $method "$u" 'ok'
    if ($p.OutFile) {
        if ($p.OutFile -match '\.exe$') { Set-LabExecutable ([IO.Path]::GetDirectoryName($p.OutFile)) }
        if ($p.PassThru) { $r }
    } else { $r }
}
function Invoke-WebRequest {
    [CmdletBinding()]
    param(
        [switch]$UseBasicParsing,
        [Parameter(Position = 0, Mandatory)] [uri]$Uri,
        $WebSession,
        [string]$SessionVariable,
        $Credential,
        [switch]$UseDefaultCredentials,
        [string]$CertificateThumbprint,
        $Certificate,
        [string]$UserAgent,
        [switch]$DisableKeepAlive,
        [int]$TimeoutSec,
        [System.Collections.IDictionary]$Headers,
        [int]$MaximumRedirection,
        [string]$Method,
        [uri]$Proxy,
        $ProxyCredential,
        [switch]$ProxyUseDefaultCredentials,
        [Parameter(ValueFromPipeline)] $Body,
        [string]$ContentType,
        [string]$TransferEncoding,
        [string]$InFile,
        [string]$OutFile,
        [switch]$PassThru
    )
    process { Set-StrictMode -Off; LabWeb 'Invoke-WebRequest' $PSBoundParameters $PSCmdlet } }
function Invoke-RestMethod {
    [CmdletBinding()]
    param(
        [string]$Method,
        [switch]$UseBasicParsing,
        [Parameter(Position = 0, Mandatory)] [uri]$Uri,
        $WebSession,
        [string]$SessionVariable,
        $Credential,
        [switch]$UseDefaultCredentials,
        [string]$CertificateThumbprint,
        $Certificate,
        [string]$UserAgent,
        [switch]$DisableKeepAlive,
        [int]$TimeoutSec,
        [System.Collections.IDictionary]$Headers,
        [int]$MaximumRedirection,
        [uri]$Proxy,
        $ProxyCredential,
        [switch]$ProxyUseDefaultCredentials,
        [Parameter(ValueFromPipeline)] $Body,
        [string]$ContentType,
        [string]$TransferEncoding,
        [string]$InFile,
        [string]$OutFile,
        [switch]$PassThru
    )
    process { Set-StrictMode -Off; LabWeb 'Invoke-RestMethod' $PSBoundParameters $PSCmdlet } }

function Start-BitsTransfer {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0)] [string[]]$Source,
        [Parameter(Position = 1)] [string[]]$Destination,
        [switch]$Asynchronous,
        [string]$Priority,
        [string]$DisplayName,
        [string]$Description,
        [string]$TransferType,
        [int]$RetryInterval,
        [int]$RetryTimeout
    )
    Set-StrictMode -Off
    for ($i = 0; $i -lt $Source.Count; $i++) {
        $d = $Destination[$i]
        if ([IO.Directory]::Exists((LabNative $d))) { $d = "$d\$(([uri]$Source[$i]).Segments[-1])" }
        LabWeb 'Invoke-WebRequest' @{ Uri = $Source[$i]; OutFile = $d; TimeoutSec = 600 } $PSCmdlet
    }
}
function New-Object {
    [CmdletBinding(DefaultParameterSetName = 'Net')]
    param(
        [Parameter(ParameterSetName = 'Net', Position = 0, Mandatory)] [string]$TypeName,
        [Parameter(ParameterSetName = 'Net', Position = 1)] [Alias('Args')] [object[]]$ArgumentList,
        [Parameter(ParameterSetName = 'Com', Mandatory)] [string]$ComObject,
        [switch]$Strict,
        [System.Collections.IDictionary]$Property
    )
    Set-StrictMode -Off
    if ($ComObject) {
        LabTrace 'cmdlet' 'New-Object -ComObject' $ComObject 'not simulated'
        $PSCmdlet.ThrowTerminatingError((New-LabErrorRecord "Retrieving the COM class factory for component with CLSID failed: $ComObject is not simulated" 'NoCOMClassIdentified' ResourceUnavailable $ComObject))
    }
    if ($TypeName -match '^(System\.)?Net\.WebClient$') { return [Lab.WebClient]::new() }
    # a name holds for the whole computer, on which other simulated machines run: each has its own
    if ($TypeName -match '^(System\.)?Threading\.Mutex$') {
        $machine = [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData([Text.Encoding]::UTF8.GetBytes($env:LAB_ROOT))).Substring(0, 16)
        return [Threading.Mutex]::new($ArgumentList[0], "$($ArgumentList[1])-$machine")
    }
    $e = $null; try { Microsoft.PowerShell.Utility\New-Object @PSBoundParameters } catch { $e = $_ }
    if ($e) { $PSCmdlet.ThrowTerminatingError($e) } }
function Test-NetConnection {
    [CmdletBinding()]
    param(
        [Parameter(Position = 0)] [string]$ComputerName,
        [Parameter(Position = 1)] [int]$Port,
        [switch]$InformationLevel
    )
    LabTrace 'cmdlet' 'Test-NetConnection' $PSBoundParameters $null
    [pscustomobject]@{ ComputerName = $ComputerName; RemotePort = $Port; TcpTestSucceeded = -not (LabOff); PingSucceeded = -not (LabOff) }
}
function Test-Connection {
    [CmdletBinding()] param([Parameter(Position = 0)] [string[]]$ComputerName, [int]$Count, [switch]$Quiet)
    LabTrace 'cmdlet' 'Test-Connection' $PSBoundParameters $null; -not (LabOff)
}
function Resolve-DnsName {
    [CmdletBinding()] param([Parameter(Position = 0)] [string]$Name, [string]$Type, [string]$Server)
    LabTrace 'cmdlet' 'Resolve-DnsName' $PSBoundParameters $null
    if (LabOff) {
        $PSCmdlet.WriteError((New-LabErrorRecord "$Name : DNS name does not exist" 'DNS_ERROR_RCODE_NAME_ERROR' ResourceUnavailable $Name))
    } else { [pscustomobject]@{ Name = $Name; Type = 'A'; IPAddress = '203.0.113.10' } }
}
function Clear-DnsClientCache { LabTrace 'cmdlet' 'Clear-DnsClientCache' $null $null }
