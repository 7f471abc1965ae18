# with: dual-stack
# Clusters with IPv4 and IPv6: HNS may take a wrong IPv6 address for the machine's when it starts before DHCP has answered; it
# is started again then. Called by node-reset.ps1.

function Get-DhcpAddressV6 {
    $found = @(Get-NetIPAddress -AddressFamily IPv6 -PrefixOrigin Dhcp -ErrorAction SilentlyContinue | ForEach-Object { $_.IPAddress })
    "$($found | Select-Object -First 1)"
}

function Repair-HnsAddress {
    $found = @{ address = '' }
    $null = Wait-Condition { $found['address'] = Get-DhcpAddressV6; [bool]$found['address'] } 60 2
    if (-not $found['address']) { throw 'the machine got no IPv6 address by DHCP within 60 s: pods will have IPv4 only' }
    $taken = @(Get-HnsObject 'networks' | ForEach-Object { Get-Property $_ 'ManagementIPv6' '' } | Where-Object { $_ })
    if ($taken.Count -eq 0 -or $taken -contains $found['address']) { return "IPv6 address $($found['address'])" }
    Stop-NodeService 'hns'
    Start-NodeService 'hns'
    "HNS had $($taken -join ', ') and was restarted, the machine has $($found['address'])"
}
