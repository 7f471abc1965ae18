# Dynamic ports from 33000 on: below lie the node ports of services (30000 to 32767) and the health probe.
$script:PortRange = @('33000', '32536')
$script:PortRangeMark = "$script:StateFolder\port-range.done"

# Start and number of the ports, or nothing. The labels are translated, the two numbers are not.
function Get-PortRange {
    Invoke-Program 'netsh.exe' @('int', 'ipv4', 'show', 'dynamicportrange', 'tcp') |
        ForEach-Object { if ($_ -match ':\s*(\d+)\s*$') { $Matches[1] } }
}

# Where netsh does not tell, the mark of an earlier run does.
function Test-PortRange {
    param([object]$Context)
    $now = @(Get-PortRange)
    if ($now.Count -ne 2) { $now = @("$(Get-TextFile $script:PortRangeMark)" -split ' ') }
    if (($now -join ' ') -eq ($script:PortRange -join ' ')) { "$($script:PortRange[1]) ports from $($script:PortRange[0])" }
}

function Invoke-PortRange {
    param([object]$Context)
    $null = Invoke-Program 'netsh.exe' @('int', 'ipv4', 'set', 'dynamicportrange', 'tcp', $script:PortRange[0], $script:PortRange[1])
    Set-TextFile $script:PortRangeMark ($script:PortRange -join ' ')
}

function Assert-PortRange {
    param([object]$Context)
    if (-not (Test-PortRange $Context)) { throw "dynamic TCP ports are $(@(Get-PortRange) -join ' + '), wanted $($script:PortRange -join ' + '): see whether a policy sets them" }
}
