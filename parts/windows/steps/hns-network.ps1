# Step `hns-network`: the network `ext` makes HNS build the switch on the machine's adapter once, now, instead of at the first pod,
# when the short loss of the address would hit a running kubelet.

$script:ExternalNetwork = 'ext'

# The first physical adapter with an IPv4 address of its own and a default route. A virtual function (accelerated networking)
# counts as physical and has no address; an address of 169.254.0.0/16 means DHCP has not answered yet.
function Find-NodeAdapter {
    $routes = @(Get-NetRoute -DestinationPrefix '0.0.0.0/0' -AddressFamily IPv4 -ErrorAction SilentlyContinue | ForEach-Object { $_.ifIndex })
    foreach ($adapter in @(Get-NetAdapter -Physical -ErrorAction SilentlyContinue | Sort-Object -Property ifIndex)) {
        if ($routes -notcontains $adapter.ifIndex) { continue }
        $address = @(Get-NetIPAddress -InterfaceIndex $adapter.ifIndex -AddressFamily IPv4 -ErrorAction SilentlyContinue |
                Where-Object { $_.IPAddress -notlike '169.254.*' } | ForEach-Object { $_.IPAddress })
        if ($address.Count) { return [pscustomobject]@{ Name = $adapter.Name; Address = $address[0] } }
    }
}

function Wait-NodeAdapter {
    $found = @{}
    if (Wait-Condition { $found['adapter'] = Find-NodeAdapter; $null -ne $found['adapter'] } 120 2) { return $found['adapter'] }
    $seen = @(Get-NetAdapter -ErrorAction SilentlyContinue | ForEach-Object { "$($_.Name) ($($_.Status))" }) -join ', '
    throw "no physical adapter has an IPv4 address and a default route after 120 s (adapters: $seen): check the machine's network interface"
}

function Test-HnsNetwork {
    param([object]$Context)
    Assert-HnsPresent
    $network = Find-HnsNetwork $script:ExternalNetwork
    if ($network) { "network $script:ExternalNetwork exists, management address $(Get-Property $network 'ManagementIP' 'unknown')" }
}

function Invoke-HnsNetwork {
    param([object]$Context)
    $adapter = Wait-NodeAdapter
    # a range nothing else uses: no pod ever lives in this network
    $subnets = @([ordered]@{ AddressPrefix = '192.168.255.0/30'; GatewayAddress = '192.168.255.1' })
    if (Get-Property $Context.Configuration 'dualStack' $false) { $subnets += [ordered]@{ AddressPrefix = '192:168:255::0/127'; GatewayAddress = '192:168:255::1' } }
    $request = [ordered]@{ Name = $script:ExternalNetwork; Type = 'L2Bridge'; NetworkAdapterName = $adapter.Name; Subnets = [object[]]$subnets }
    Write-Event 'hns-network' 'create' "$script:ExternalNetwork on $($adapter.Name), $($adapter.Address)"
    $null = New-HnsNetwork -JsonString (ConvertTo-Json -InputObject $request -Depth 5)
    # the address moves from the adapter to the new switch port and is gone for some seconds
    if (-not (Wait-Condition { $null -ne (Get-NetIPAddress -IPAddress $adapter.Address -ErrorAction SilentlyContinue) } 120)) {
        throw "address $($adapter.Address) did not come back within 120 s after network $script:ExternalNetwork was made: restart the machine; the network is recognised then"
    }
}

function Assert-HnsNetwork {
    param([object]$Context)
    Assert-HnsPresent
    $network = Find-HnsNetwork $script:ExternalNetwork
    if (-not $network) { throw "HNS does not list network $script:ExternalNetwork after making it: see the event log of Microsoft-Windows-Host-Network-Service" }
    $address = "$(Get-Property $network 'ManagementIP' '')"
    if ($address -like '169.254.*') { throw "HNS took $address as the node's address (DHCP had not answered): remove network $script:ExternalNetwork and run again" }
}
