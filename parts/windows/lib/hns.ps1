# The Host Network Service, by HNSCall of vmcompute.dll: method, path and JSON in, { Success, Output, Error } out. Nothing else asks
# it: the commands Windows brings for it can list and remove, but none can make a network. And what the steps and scripts ask
# about the machine's network.

function Invoke-HnsCall {
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
    ConvertFrom-HnsAnswer "$Method $Path" $code $answer
}

# What is listed, one by one. HNS leaves Output out, or gives null, where there is nothing.
function ConvertFrom-HnsAnswer {
    param([string]$Asked, [int]$Code, [string]$Answer)
    $parsed = if ($Answer) { ConvertFrom-Json $Answer }
    if (-not (Get-Property $parsed 'Success' $false)) { throw ('HNS refused {0}: 0x{1:x8} {2}' -f $Asked, $Code, $Answer) }
    foreach ($item in @(Get-Property $parsed 'Output')) { if ($null -ne $item) { $item } }
}

# -Kind: networks, endpoints or policylists.
function Get-HnsObject {
    param([string]$Kind)
    Invoke-HnsCall 'GET' "/$Kind/"
}

function Add-HnsNetwork {
    param([System.Collections.IDictionary]$Network)
    $null = Invoke-HnsCall 'POST' '/networks/' (ConvertTo-Json -InputObject $Network -Depth 5 -Compress)
}

function Remove-HnsObject {
    param([string]$Kind, [object[]]$Objects)
    foreach ($object in $Objects) { $null = Invoke-HnsCall 'DELETE' "/$Kind/$($object.ID)" }
}

function Find-HnsNetwork {
    param([string]$Name)
    Get-HnsObject 'networks' | Where-Object { (Get-Property $_ 'Name') -eq $Name } | Select-Object -First 1
}

# The network the pods of this node are in: what azure-vnet makes at the first pod, or what kubelet-start makes for kubenet.
function Get-PodNetworkName {
    param($Configuration)
    if ($Configuration.networkPlugin -eq 'azure') { 'azure' } else { 'l2bridge' }
}

function Get-DefaultRoute {
    param([string]$Family = 'IPv4')
    $prefix = if ($Family -eq 'IPv6') { '::/0' } else { '0.0.0.0/0' }
    Get-NetRoute -DestinationPrefix $prefix -AddressFamily $Family -ErrorAction SilentlyContinue | Sort-Object -Property RouteMetric | Select-Object -First 1
}

# IPv4 addresses of an interface; 169.254.0.0/16 means that DHCP has not answered yet.
function Get-InterfaceAddress {
    param($Index)
    Get-NetIPAddress -InterfaceIndex $Index -AddressFamily IPv4 -ErrorAction SilentlyContinue | Where-Object { $_.IPAddress -notlike '169.254.*' } | ForEach-Object { $_.IPAddress }
}

# Ranges of one family out of a text with commas.
function Split-Cidr {
    param([string]$Text, [switch]$IPv6)
    $Text -split ',' | ForEach-Object { $_.Trim() } | Where-Object { $_ -and (($_ -match ':') -eq [bool]$IPv6) }
}
