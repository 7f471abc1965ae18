# Step `hns-network`: the network `ext` makes HNS build the switch on the machine's adapter once, now, instead of at the first pod,
# when the short loss of the address would hit a running kubelet.

# The first physical adapter with an IPv4 address of its own and a default route. A virtual function (accelerated networking)
# counts as physical and has no address.
function Find-NodeAdapter {
    $routes = @(Get-NetRoute -DestinationPrefix '0.0.0.0/0' -AddressFamily IPv4 -ErrorAction SilentlyContinue | ForEach-Object { $_.ifIndex })
    foreach ($adapter in @(Get-NetAdapter -Physical -ErrorAction SilentlyContinue | Sort-Object -Property ifIndex)) {
        $addresses = @(Get-InterfaceAddress $adapter.ifIndex)
        if ($routes -contains $adapter.ifIndex -and $addresses.Count) { return [pscustomobject]@{ Name = $adapter.Name; Address = $addresses[0] } }
    }
}

function Wait-NodeAdapter {
    $found = @{}
    if (Wait-Condition { $found['adapter'] = Find-NodeAdapter; $null -ne $found['adapter'] } 120 2) { return $found['adapter'] }
    $seen = @(Get-NetAdapter -ErrorAction SilentlyContinue | ForEach-Object { "$($_.Name) ($($_.Status))" }) -join ', '
    throw "no physical adapter has an IPv4 address and a default route after 120 s (adapters: $seen)"
}

# `ext`, or another network with an address of this machine: it has the switch on the adapter, and a second one could not be made.
function Find-ExternalNetwork {
    if (-not (Get-ServiceStatus 'hns')) { throw 'the Host Network Service (hns) is not on this machine: install the Windows feature Containers and restart' }
    $networks = @(Get-HnsObject 'networks')
    $ours = @($networks | Where-Object { (Get-Property $_ 'Name') -eq 'ext' })
    if (-not $ours.Count -and $networks.Count) {
        $addresses = @(Get-NetIPAddress -AddressFamily IPv4 -ErrorAction SilentlyContinue | ForEach-Object { $_.IPAddress })
        $ours = @($networks | Where-Object { $addresses -contains (Get-Property $_ 'ManagementIP' '') })
    }
    $ours | Select-Object -First 1
}

function Test-HnsNetwork {
    param($Context)
    $network = Find-ExternalNetwork
    if ($network) { Assert-NetworkAddress $network; "network $($network.Name) exists, management address $(Get-Property $network 'ManagementIP' 'unknown')" }
}

function Invoke-HnsNetwork {
    param($Context)
    $adapter = Wait-NodeAdapter
    # a range nothing else uses: no pod ever lives in this network
    $subnets = @([ordered]@{ AddressPrefix = '192.168.255.0/30'; GatewayAddress = '192.168.255.1' })
    if (Get-Property $Context.Configuration 'dualStack' $false) { $subnets += [ordered]@{ AddressPrefix = '192:168:255::0/127'; GatewayAddress = '192:168:255::1' } }
    $request = [ordered]@{ Name = 'ext'; Type = 'L2Bridge'; NetworkAdapterName = $adapter.Name; Subnets = [object[]]$subnets }
    Write-Event 'hns-network' 'create' "ext on $($adapter.Name), $($adapter.Address)"
    Add-HnsNetwork $request
    # the address moves from the adapter to the new switch port and is gone for some seconds
    if (-not (Wait-Condition { $null -ne (Get-NetIPAddress -IPAddress $adapter.Address -ErrorAction SilentlyContinue) } 120)) { throw "address $($adapter.Address) did not come back within 120 s after network ext was made: restart the machine and run the extension again" }
}

function Assert-HnsNetwork {
    param($Context)
    $network = Find-ExternalNetwork
    if (-not $network) { throw 'HNS does not list network ext: see the event log of Microsoft-Windows-Host-Network-Service' }
    Assert-NetworkAddress $network
}

function Assert-NetworkAddress {
    param($Network)
    $address = "$(Get-Property $Network 'ManagementIP' '')"
    if ($address -like '169.254.*') { throw "HNS took $address as the node's address, DHCP had not answered: remove network ext and run the extension again" }
}
