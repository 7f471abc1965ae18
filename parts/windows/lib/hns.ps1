# The Host Network Service under the names of the module HostNetworkingService, each function only where the machine has no
# such command. HNSCall of vmcompute.dll takes method, path and JSON and answers { Success, Output, Error }. And what the
# steps and scripts ask about the machine's network.

function ConvertFrom-HnsAnswer {
    param([string]$Request, [string]$Answer)
    if (-not $Answer) { throw "HNS gave no answer to ${Request}: is the service hns running?" }
    $parsed = ConvertFrom-Json $Answer
    if (-not (Get-Property $parsed 'Success' $false)) { throw "HNS refused ${Request}: $(Get-Property $parsed 'Error' $Answer)" }
    $output = Get-Property $parsed 'Output'
    foreach ($item in @($output)) { if ($null -ne $item) { $item } }
}

function Invoke-HnsRequest {
    param([ValidateSet('GET', 'POST', 'DELETE')][string]$Method, [string]$Path, [string]$Body = '')
    if (-not ('GenCse.Hns' -as [type])) {
        Add-Type -Namespace GenCse -Name Hns -MemberDefinition @'
[System.Runtime.InteropServices.DllImport("vmcompute.dll")]
public static extern int HNSCall(
    [System.Runtime.InteropServices.MarshalAs(System.Runtime.InteropServices.UnmanagedType.LPWStr)] string method,
    [System.Runtime.InteropServices.MarshalAs(System.Runtime.InteropServices.UnmanagedType.LPWStr)] string path,
    [System.Runtime.InteropServices.MarshalAs(System.Runtime.InteropServices.UnmanagedType.LPWStr)] string request,
    [System.Runtime.InteropServices.MarshalAs(System.Runtime.InteropServices.UnmanagedType.LPWStr)] out string answer);
'@
    }
    $answer = ''
    $code = [GenCse.Hns]::HNSCall($Method, $Path, $Body, [ref]$answer)
    if ($code -ne 0 -and -not $answer) { throw ('HNS failed at {0} {1}: 0x{2:x8}' -f $Method, $Path, $code) }
    ConvertFrom-HnsAnswer "$Method $Path" $answer
}

# Parameters as the module has them: the text by name or by place, the object through the pipeline.
if (-not (Get-Command Get-HnsNetwork -ErrorAction SilentlyContinue)) {
    function Get-HnsNetwork { param([string]$Id = '') Invoke-HnsRequest GET "/networks/$Id" }
}
if (-not (Get-Command New-HnsNetwork -ErrorAction SilentlyContinue)) {
    function New-HnsNetwork { param([Parameter(Mandatory = $true, Position = 0)][string]$JsonString) Invoke-HnsRequest POST '/networks/' $JsonString }
}
if (-not (Get-Command Remove-HnsNetwork -ErrorAction SilentlyContinue)) {
    function Remove-HnsNetwork { param([Parameter(Mandatory = $true, Position = 0, ValueFromPipeline = $true)][object]$InputObject) process { Invoke-HnsRequest DELETE "/networks/$($InputObject.ID)" } }
}
if (-not (Get-Command Get-HnsEndpoint -ErrorAction SilentlyContinue)) {
    function Get-HnsEndpoint { param([string]$Id = '') Invoke-HnsRequest GET "/endpoints/$Id" }
}
if (-not (Get-Command Remove-HnsEndpoint -ErrorAction SilentlyContinue)) {
    function Remove-HnsEndpoint { param([Parameter(Mandatory = $true, Position = 0, ValueFromPipeline = $true)][object]$InputObject) process { Invoke-HnsRequest DELETE "/endpoints/$($InputObject.ID)" } }
}
if (-not (Get-Command Get-HnsPolicyList -ErrorAction SilentlyContinue)) {
    function Get-HnsPolicyList { param([string]$Id = '') Invoke-HnsRequest GET "/policylists/$Id" }
}
if (-not (Get-Command Remove-HnsPolicyList -ErrorAction SilentlyContinue)) {
    function Remove-HnsPolicyList { param([Parameter(Mandatory = $true, Position = 0, ValueFromPipeline = $true)][object]$InputObject) process { Invoke-HnsRequest DELETE "/policylists/$($InputObject.ID)" } }
}

# Says what to do instead of letting the first call end in an RPC error.
function Assert-HnsPresent {
    if (-not (Get-Service -Name 'hns' -ErrorAction SilentlyContinue)) {
        throw 'the Host Network Service (hns) is not on this machine: install the Windows feature Containers and restart'
    }
}

function Find-HnsNetwork {
    param([string]$Name)
    Get-HnsNetwork | Where-Object { $_.Name -eq $Name } | Select-Object -First 1
}

# The network the pods of this node are in: what azure-vnet makes at the first pod, or what kubelet-start makes for kubenet.
function Get-PodNetworkName {
    param([object]$Configuration)
    if ($Configuration.networkPlugin -eq 'azure') { 'azure' } else { 'l2bridge' }
}

# The CNI plugin of kubenet. docker has no container that sdnbridge could join; for containerd it is taken where its package
# is named.
function Get-KubenetPlugin {
    param([object]$Configuration)
    if ($Configuration.containerRuntime -ne 'docker' -and (Get-Property $Configuration 'sdnPluginUrl' '')) { 'sdnbridge' } else { 'win-bridge' }
}

# Ranges of one family out of a text with commas.
function Split-Cidr {
    param([string]$Text, [switch]$IPv6)
    $Text -split ',' | ForEach-Object { $_.Trim() } | Where-Object { $_ -and (($_ -match ':') -eq [bool]$IPv6) }
}

function Get-DefaultRoute {
    param([string]$Family = 'IPv4')
    $prefix = if ($Family -eq 'IPv6') { '::/0' } else { '0.0.0.0/0' }
    Get-NetRoute -DestinationPrefix $prefix -AddressFamily $Family -ErrorAction SilentlyContinue | Sort-Object -Property RouteMetric | Select-Object -First 1
}

# The IPv4 address the machine talks to others with, or '': 169.254.0.0/16 means that DHCP has not answered yet.
function Get-NodeAddress {
    $route = Get-DefaultRoute
    if (-not $route) { return '' }
    $found = @(Get-NetIPAddress -InterfaceIndex $route.ifIndex -AddressFamily IPv4 -ErrorAction SilentlyContinue |
            Where-Object { $_.IPAddress -notlike '169.254.*' } | ForEach-Object { $_.IPAddress })
    "$($found | Select-Object -First 1)"
}
