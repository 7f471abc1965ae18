# Dynamic ports from 33000 on: below lie the node ports of services (30000 to 32767) and the health probe.
$script:PortRange = '33000 32536'
$script:PortRangeMark = 'C:\AzureData\gen-cse\port-range.done'

# Start and number of the ports: the labels are translated, the two numbers are not. Where netsh does not tell, the mark of an
# earlier run does.
function Get-PortRange {
    $numbers = @(Invoke-Program 'netsh.exe' @('int', 'ipv4', 'show', 'dynamicportrange', 'tcp') | ForEach-Object { if ($_ -match ':\s*(\d+)\s*$') { $Matches[1] } })
    if ($numbers.Count -eq 2) { $numbers -join ' ' } else { Get-TextFile $script:PortRangeMark }
}

function Test-PortRange {
    param([object]$Context)
    if ((Get-PortRange) -eq $script:PortRange) { $script:PortRange }
}

function Invoke-PortRange {
    param([object]$Context)
    $null = Invoke-Program 'netsh.exe' (@('int', 'ipv4', 'set', 'dynamicportrange', 'tcp') + ($script:PortRange -split ' '))
    Set-TextFile $script:PortRangeMark $script:PortRange
}

function Assert-PortRange {
    param([object]$Context)
    if (-not (Test-PortRange $Context)) { throw "dynamic TCP ports are $(Get-PortRange), wanted ${script:PortRange}: a policy may set them" }
}
