# ---------------------------------------------------------------- time
function Start-Sleep { [CmdletBinding(DefaultParameterSetName = 'Seconds')] param(
    [Parameter(ParameterSetName = 'Seconds', Position = 0, ValueFromPipeline)] [double]$Seconds,
    [Parameter(ParameterSetName = 'Milliseconds', Mandatory)] [int]$Milliseconds)
    process {
        Set-StrictMode -Off
        $ms = if ($PSCmdlet.ParameterSetName -eq 'Milliseconds') { $Milliseconds } else { [long]($Seconds * 1000) }
        [Lab.Node]::Advance($ms); LabTrace 'sleep' 'Start-Sleep' ($ms / 1000) $null
        $global:LabSlept = [long]$global:LabSlept + $ms
        $max = [double]$(if ($env:LAB_MAX_SLEEP) { $env:LAB_MAX_SLEEP } else { 5400 })
        if ($global:LabSlept / 1000 -gt $max) {
            LabTrace 'timeout' 'Start-Sleep' ($global:LabSlept / 1000) "virtual time limit $max s reached"
            [Console]::Error.WriteLine("lab: virtual time limit of $max s reached, process ended")
            [Environment]::Exit(124)
        }
        [Threading.Thread]::Sleep(1)
} }
function Get-Date { [CmdletBinding()] param(
    [Parameter(Position = 0, ValueFromPipeline)] [Alias('LastWriteTime')] [datetime]$Date,
    [int]$Year, [int]$Month, [int]$Day, [int]$Hour, [int]$Minute, [int]$Second, [int]$Millisecond,
    [string]$DisplayHint, [string]$UFormat, [string]$Format)
    process {
        Set-StrictMode -Off
        $p = @{} + $PSBoundParameters
        if (-not $p.ContainsKey('Date')) { $p['Date'] = [datetime]::Now.AddMilliseconds([Lab.Node]::ClockMs()) }
        Microsoft.PowerShell.Utility\Get-Date @p
} }
