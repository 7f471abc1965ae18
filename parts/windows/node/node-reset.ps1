# At boot: clears what the boot before has left (lib/reset.ps1), then starts the node's services in order. -AtStart: what the task
# says; ends where the bootstrap does it at this start. -CleanOnly leaves the services stopped: for people who look for a fault.
param([switch]$AtStart, [switch]$CleanOnly)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
foreach ($file in @(Get-ChildItem -LiteralPath 'c:\k\lib' -Filter '*.ps1')) { . $file.FullName }
$script:NodeLog = 'c:\k\node-reset.log'

function Reset-Node {
    if ($AtStart -and (Test-ResetStamp)) {
        Write-NodeLine 'the bootstrap has reset this node since the start'
        Remove-Item -LiteralPath $script:ResetStamp -Force    # a clock that jumps back must not make it hold for the next start
        return $true
    }
    $worked = @(Clear-Node (Read-NodeConfiguration))
    if (-not $CleanOnly) {
        foreach ($service in 'csi-proxy', 'hosts-config-agent', 'kubelet', 'kubeproxy') {
            if (Get-ServiceStatus $service) { $worked += Invoke-ResetPart "start $service" { Start-NodeService $service } }
        }
    }
    $worked -notcontains $false
}

$code = 1
try {
    if ($AtStart -and (Test-ResumeDue)) { Write-NodeLine 'the bootstrap goes on after this start and resets the node'; exit 0 }
    # a run of the bootstrap comes first or waits
    $code = [int](-not (Use-SingleInstance 'gen-cse-bootstrap' { Reset-Node } -WaitSeconds 5400))
}
catch { Write-NodeLine "node reset: FAILED, $($_.Exception.Message)" }
exit $code
