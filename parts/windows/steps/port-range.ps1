# Dynamic TCP ports from 33000 on: below lie the node ports of services (30000 to 32767) and the health probe. UDP port 65330 is Azure's
# own: what is sent from there is dropped, so nothing must be given it; of the dynamic UDP ports the rest stays as Windows has it.
$script:PortRange = '33000 32536'
$script:UdpPort = '65330'
$script:PortRangeMark = 'C:\AzureData\gen-cse\port-range.done'

# Start and number of the ports: the labels are translated, the two numbers are not. Where netsh does not tell, the mark of an
# earlier run does.
function Get-PortRange {
    $numbers = @(Invoke-Program 'netsh.exe' @('int', 'ipv4', 'show', 'dynamicportrange', 'tcp') | ForEach-Object { if ($_ -match ':\s*(\d+)\s*$') { $Matches[1] } })
    if ($numbers.Count -eq 2) { $numbers -join ' ' } else { Get-TextFile $script:PortRangeMark }
}

# The mark also says that the UDP port is done.
function Test-PortRange {
    param($Context)
    if ((Test-Path -LiteralPath $script:PortRangeMark) -and (Get-PortRange) -eq $script:PortRange) { $script:PortRange }
}

# The exclusion outlives a restart. Where something has the port it is refused, and trying again does not help; an image that has it
# refuses, too.
function Invoke-PortRange {
    param($Context)
    $null = Invoke-Program 'netsh.exe' (@('int', 'ipv4', 'set', 'dynamicportrange', 'tcp') + ($script:PortRange -split ' '))
    try { $null = Invoke-Program 'netsh.exe' @('int', 'ipv4', 'add', 'excludedportrange', 'udp', $script:UdpPort, '1', 'persistent') }
    catch { Write-Event 'port-range' 'note' "UDP port $script:UdpPort is not excluded: $($_.Exception.Message); the image may have it so already" }
    Set-TextFile $script:PortRangeMark $script:PortRange
}

function Assert-PortRange {
    param($Context)
    if (-not (Test-PortRange $Context)) { throw "dynamic TCP ports are $(Get-PortRange), wanted ${script:PortRange}: a policy may set them" }
}
