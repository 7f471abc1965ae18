# A machine as its image has it: a flavour of nodes/, put together from the parts in parts.ps1.

function Read-LabFlavour { param([string]$Name, [string]$Folder)
    $f = if ([IO.File]::Exists($Name)) { $Name } else { "$Folder/$Name.psd1" }
    if (-not [IO.File]::Exists($f)) { throw "no node flavour '$Name' ($f)" }
    $x = Import-PowerShellDataFile $f
    if ($x.Base) { $b = Read-LabFlavour $x.Base $Folder; foreach ($k in $x.Keys) { $b[$k] = $x[$k] }; $x = $b }
    $x }

function Initialize-LabMachine {
    param([hashtable]$Flav, [string]$CacheFrom, [string[]]$Missing, [string[]]$Corrupt)
    Initialize-LabFolder
    Initialize-LabRegistry $Flav
    Initialize-LabService
    Initialize-LabFeature $Flav
    Initialize-LabSsh $Flav
    Initialize-LabNetwork
    Initialize-LabDisk $Flav
    Initialize-LabRuntime $Flav
    Initialize-LabContent $Flav
    if ($Flav.Cache -and $CacheFrom) { Initialize-LabCache ([Lab.Node]::ToNative($Flav.Cache)) $CacheFrom $Missing $Corrupt }
    $state = [Lab.Node]::State
    [IO.File]::Copy("$state/registry.json", "$state/registry-initial.json", $true)
    if ([IO.File]::Exists("$state/trace.jsonl")) { [IO.File]::Delete("$state/trace.jsonl") }
    Update-LabPath
}

# A machine that an earlier run has left goes on. One that was generalized begins anew, with the platform's own agent: true then.
function Resume-LabMachine {
    $state = [Lab.Node]::State
    foreach ($f in 'trace.jsonl', 'errors.jsonl', 'pulls.txt', 'start-queue', 'task-queue', 'eventlog-windows-powershell.txt') {
        if ([IO.File]::Exists("$state/$f")) { [IO.File]::Delete("$state/$f") }
    }
    [IO.File]::Copy("$state/registry.json", "$state/registry-initial.json", $true)
    Update-LabPath
    $key = 'HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Setup\State'
    if ("$([Lab.Reg]::Get($key, 'ImageState'))" -notlike '*GENERALIZE*') { return $false }
    LabImageState 'IMAGE_STATE_COMPLETE'
    foreach ($s in 'WindowsAzureGuestAgent', 'RdAgent') { New-LabService $s }
    $true
}

function Complete-LabContainers {
    New-LabService hns 'Host Network Service'
    New-LabService vmcompute 'Hyper-V Host Compute Service'
    [Lab.Reg]::Create('HKLM\SYSTEM\CurrentControlSet\Services\hns\State')
    [Lab.Reg]::Create('HKLM\SYSTEM\CurrentControlSet\Services\hns\Parameters')
}
