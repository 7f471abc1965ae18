# What a run knows and every step is given, and what steps tell it.

$script:StateFolder = 'C:\AzureData\gen-cse'
$script:RestartRecord = 'C:\AzureData\gen-cse\restart.json'

# Secrets is $null in the run that goes on after a restart. RebootReasons: why the machine must restart; FeaturePending: one
# of them is a Windows feature, which steps wait for. Manifest: the image's list of its cache, or $null.
function New-Context {
    param([string]$Digest, [bool]$Resuming)
    [pscustomobject]@{
        Configuration = $null
        Secrets = $null
        Resuming = $Resuming
        Digest = $Digest
        Started = [System.DateTime]::UtcNow
        Flavour = ''
        Cache = @{}
        Manifest = $null
        RebootReasons = New-Object 'System.Collections.Generic.List[string]'
        FeaturePending = $false
        Restarts = 0
        Bytes = @{ downloaded = [long]0; cached = [long]0 }
        Steps = New-Object 'System.Collections.Generic.List[object]'
        Decision = ''
        Reason = ''
    }
}

# How an Invoke- function names what it did when that is not just 'done': 'downloaded', 'from the VHD cache', ...
function Set-Decision {
    param([object]$Context, [string]$Decision, [string]$Reason = '')
    $Context.Decision = $Decision
    $Context.Reason = $Reason
}

# Kind: downloaded or cached.
function Add-ByteCount {
    param([object]$Context, [string]$Kind, [long]$Bytes)
    $Context.Bytes[$Kind] += $Bytes
}

# -Feature: of a Windows feature, so the steps that need it wait. On disk at once: a run that dies must not lose it.
function Add-RestartReason {
    param([object]$Context, [string]$Reason, [switch]$Feature)
    if (-not $Context.RebootReasons.Contains($Reason)) { $Context.RebootReasons.Add($Reason) }
    if ($Feature) { $Context.FeaturePending = $true }
    Save-RestartReason $Context
}

# Ticks as text: PowerShell 7 would turn a date into an object, 5.1 would not.
function Save-RestartReason {
    param([object]$Context)
    $record = [ordered]@{ noted = "$([System.DateTime]::UtcNow.Ticks)"; boot = "$((Get-BootTime).Ticks)"
        restarts = $Context.Restarts; feature = $Context.FeaturePending; reasons = [string[]]$Context.RebootReasons.ToArray() }
    Set-TextFile $script:RestartRecord (ConvertTo-Json -InputObject $record -Depth 3)
}

# Reasons of an earlier run, unless Windows was started since they were noted. The task says -Resume only at a start. Times of
# start are not compared with each other: Windows computes them anew whenever its clock is corrected.
function Restore-RestartReason {
    param([object]$Context)
    $record = Read-JsonFile $script:RestartRecord
    if ($null -eq $record) { return }
    if ($Context.Resuming) { $Context.Restarts = 1 + [int](Get-Property $record 'restarts' 0); return }
    if ((Get-BootTime).Ticks -gt [long](Get-Property $record 'noted' '0')) { return }
    foreach ($reason in @(Get-Property $record 'reasons' @())) { $Context.RebootReasons.Add("$reason") }
    $Context.FeaturePending = [bool](Get-Property $record 'feature' $false)
}

function Clear-RestartReason {
    if (Test-Path -LiteralPath $script:RestartRecord) { Remove-Item -LiteralPath $script:RestartRecord -Force }
}
