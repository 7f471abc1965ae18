# What a run knows and every step is given, and what steps tell it.

$script:StateFolder = 'C:\AzureData\gen-cse'
$script:RestartRecord = 'C:\AzureData\gen-cse\restart.json'

# Secrets is $null in the run that goes on after a restart. RebootReasons: why the machine must restart; FeaturePending: one
# of them is a Windows feature, which steps wait for. Waiting: ids of the steps that the restart is for. Manifest: the image's list of its cache, or $null. Asserted: the Assert-
# functions that held. Failure: why the run failed. Decision and Reason: of the step that runs.
function New-Context {
    param([string]$Digest, [bool]$Resuming)
    [pscustomobject]@{
        Configuration = $null
        Secrets = $null
        Resuming = $Resuming
        Digest = $Digest
        Started = Get-UtcStamp
        Watch = [System.Diagnostics.Stopwatch]::StartNew()
        Flavour = ''
        Cache = @{}
        Manifest = $null
        RebootReasons = New-Object 'System.Collections.Generic.List[string]'
        FeaturePending = $false
        Waiting = New-Object 'System.Collections.Generic.List[string]'
        Bytes = [ordered]@{ downloaded = [long]0; cached = [long]0 }
        Steps = New-Object 'System.Collections.Generic.List[object]'
        Asserted = New-Object 'System.Collections.Generic.List[string]'
        Failure = ''
        Decision = ''
        Reason = ''
    }
}

# How an Invoke- function names what it did when that is not just 'done': 'downloaded', 'from the VHD cache', ...
function Set-Decision {
    param($Context, [string]$Decision, [string]$Reason = '')
    $Context.Decision = $Decision
    $Context.Reason = $Reason
}

# What is to be done after the restart, on disk at once: a run that dies must not lose it.
function Save-RestartRecord {
    param($Context)
    if (-not $Context.Waiting.Contains($script:Node.Step)) { $Context.Waiting.Add($script:Node.Step) }
    $record = [ordered]@{ noted = Get-Tick; feature = $Context.FeaturePending; reasons = [string[]]$Context.RebootReasons.ToArray(); steps = [string[]]$Context.Waiting.ToArray() }
    Set-TextFile $script:RestartRecord (ConvertTo-Json -InputObject $record -Depth 3)
}

# The step that runs waits for the restart.
function Set-Deferred {
    param($Context, [string]$Why)
    Set-Decision $Context "deferred: $Why"
    Save-RestartRecord $Context
}

# -Feature: of a Windows feature, so the steps that need it wait.
function Add-RestartReason {
    param($Context, [string]$Reason, [switch]$Feature)
    if (-not $Context.RebootReasons.Contains($Reason)) { $Context.RebootReasons.Add($Reason) }
    if ($Feature) { $Context.FeaturePending = $true }
    Save-RestartRecord $Context
}

# Of an earlier run, unless Windows was started since. The task says -Resume only at a start: what waited then is left to do.
function Restore-RestartReason {
    param($Context)
    $record = Read-JsonFile $script:RestartRecord
    if ($null -eq $record) { return }
    if (-not $Context.Resuming) {
        if (-not (Test-SinceStart $record.noted)) { Remove-Item -LiteralPath $script:RestartRecord -Force; return }
        foreach ($reason in @($record.reasons)) { $Context.RebootReasons.Add($reason) }
        $Context.FeaturePending = $record.feature
    }
    foreach ($id in @($record.steps)) { $Context.Waiting.Add($id) }
}
