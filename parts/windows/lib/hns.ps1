# The Host Network Service under the names of the module HostNetworkingService, where the machine has no such commands.
# HNSCall of vmcompute.dll takes method, path and JSON and answers { Success, Output, Error }. And what the steps and scripts
# ask about the machine's network.

function Invoke-HnsRequest {
    param([string]$Method, [string]$Path, [string]$Body = '')
    # Add-Type itself names the namespace of DllImport
    if (-not ('GenCse.Hns' -as [type])) {
        Add-Type -Namespace GenCse -Name Hns -MemberDefinition @'
[DllImport("vmcompute.dll")]
public static extern int HNSCall([MarshalAs(UnmanagedType.LPWStr)] string method, [MarshalAs(UnmanagedType.LPWStr)] string path,
    [MarshalAs(UnmanagedType.LPWStr)] string request, [MarshalAs(UnmanagedType.LPWStr)] out string answer);
'@
    }
    $answer = ''
    $code = [GenCse.Hns]::HNSCall($Method, $Path, $Body, [ref]$answer)
    $parsed = if ($answer) { ConvertFrom-Json $answer }
    if (-not (Get-Property $parsed 'Success' $false)) { throw ('HNS refused {0} {1}: 0x{2:x8} {3}' -f $Method, $Path, $code, $answer) }
    foreach ($item in @(Get-Property $parsed 'Output')) { if ($null -ne $item) { $item } }
}

# Parameters as the module has them: the text by name, the object through the pipeline.
if (-not (Get-Command Get-HnsNetwork -ErrorAction SilentlyContinue)) {
    function Get-HnsNetwork { Invoke-HnsRequest GET '/networks/' }
    function New-HnsNetwork { param([string]$JsonString) Invoke-HnsRequest POST '/networks/' $JsonString }
    function Remove-HnsNetwork { param([Parameter(ValueFromPipeline = $true)][object]$InputObject) process { Invoke-HnsRequest DELETE "/networks/$($InputObject.ID)" } }
    function Get-HnsEndpoint { Invoke-HnsRequest GET '/endpoints/' }
    function Get-HnsPolicyList { Invoke-HnsRequest GET '/policylists/' }
    function Remove-HnsPolicyList { param([Parameter(ValueFromPipeline = $true)][object]$InputObject) process { Invoke-HnsRequest DELETE "/policylists/$($InputObject.ID)" } }
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

function Get-DefaultRoute {
    param([string]$Family = 'IPv4')
    $prefix = if ($Family -eq 'IPv6') { '::/0' } else { '0.0.0.0/0' }
    Get-NetRoute -DestinationPrefix $prefix -AddressFamily $Family -ErrorAction SilentlyContinue | Sort-Object -Property RouteMetric | Select-Object -First 1
}

# IPv4 addresses of an interface; 169.254.0.0/16 means that DHCP has not answered yet.
function Get-InterfaceAddress {
    param([object]$Index)
    Get-NetIPAddress -InterfaceIndex $Index -AddressFamily IPv4 -ErrorAction SilentlyContinue | Where-Object { $_.IPAddress -notlike '169.254.*' } | ForEach-Object { $_.IPAddress }
}

# Ranges of one family out of a text with commas.
function Split-Cidr {
    param([string]$Text, [switch]$IPv6)
    $Text -split ',' | ForEach-Object { $_.Trim() } | Where-Object { $_ -and (($_ -match ':') -eq [bool]$IPv6) }
}
