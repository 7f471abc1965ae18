# From configuration to exit code: one run at a time, a result in every case, the restart planned for after the extension's exit.

$script:ResumeTask = 'gen-cse-resume'

# ---- what the run is given ----------------------------------------------------------------------------------------------

# With a message that never shows what is in the text: the parser's own would.
function ConvertFrom-Base64Json {
    param([string]$Name, [string]$Text)
    try { $value = ConvertFrom-Json (ConvertFrom-Base64Text $Name $Text) } catch { $value = $null }
    if ($value -isnot [System.Management.Automation.PSCustomObject]) { throw "$Name cannot be read: deploy the template again, unchanged" }
    $value
}

# Every form in which a secret could turn up: whole, as base64, with its quotes escaped; its parts as they are and decoded: the
# lines of a key, the parameters of a query.
function Get-SecretForm {
    param([object]$Value)
    if ($Value -is [System.Management.Automation.PSCustomObject]) {
        foreach ($property in @($Value.PSObject.Properties)) { Get-SecretForm $property.Value }
        return
    }
    $text = "$Value"
    $text
    (ConvertTo-QuotedText $text) -replace '^"|"$'
    ConvertTo-Base64Text $text
    try { $plain = ConvertFrom-Base64Text '' $text } catch { $plain = '' }
    foreach ($part in @("$text`n$plain" -split '[\r\n&]+|sig=' | Where-Object { $_ -notlike '-----*' })) { $part.Trim(); [System.Uri]::UnescapeDataString($part) }
}

function Read-Input {
    param([object]$Context, [string]$ConfigurationBase64, [string]$SecretsBase64)
    if ($SecretsBase64) {
        Add-Secret $SecretsBase64
        $Context.Secrets = ConvertFrom-Base64Json 'the extension''s protected settings' $SecretsBase64
        Add-Secret @(Get-SecretForm $Context.Secrets)
    }
    $Context.Configuration = ConvertFrom-Base64Json 'the node configuration in the custom data' $ConfigurationBase64
}

# ---- what the run leaves ------------------------------------------------------------------------------------------------

# Closed before the first line is written into it; a closed folder is left alone: to close it anew would open it for a moment.
function Initialize-StateFolder {
    $there = Test-Path -LiteralPath $script:StateFolder
    $null = New-Item -ItemType Directory -Path $script:StateFolder -Force
    if (-not $there -or (Get-OpenAclReason $script:StateFolder)) { Set-ClosedAcl $script:StateFolder '(OI)(CI)' }
    $script:Node.EventFile = "$script:StateFolder\events.jsonl"
}

# State: running, complete, restart, failed.
function Write-RunResult {
    param([object]$Context, [string]$State, [object]$ExitCode, [string]$Reason = '')
    $result = [ordered]@{
        schema = 1
        version = Get-Property $Context.Configuration 'generator'
        state = $State
        exitCode = $ExitCode
        reason = ConvertTo-LogLine $Reason
        digest = $Context.Digest
        flavour = $Context.Flavour
        started = $Context.Started
        seconds = [System.Math]::Round($Context.Watch.Elapsed.TotalSeconds, 1)
        bytes = $Context.Bytes
        rebootReasons = [string[]]$Context.RebootReasons.ToArray()
        steps = [object[]]$Context.Steps.ToArray()
    }
    Set-TextFile "$script:StateFolder\result.json" (ConvertTo-Json -InputObject $result -Depth 6)
}

# Returns the exit code.
function Complete-Run {
    param([object]$Context, [int]$Code, [string]$Reason = '')
    $state = if ($Code) { 'failed' } elseif ($Context.RebootReasons.Count) { 'restart' } else { 'complete' }
    Write-Event 'bootstrap' $state $Reason @{ exitCode = $Code }
    Write-RunResult $Context $state $Code $Reason
    $Code
}

# ---- restart ------------------------------------------------------------------------------------------------------------

# After the extension has ended and was reported; a task goes on then. It is given no secret: what needed one is done before.
# 1190: planned already, by an earlier run.
function Request-Restart {
    param([object]$Context)
    $reasons = $Context.RebootReasons -join ', '
    if ($Context.Resuming) { throw "restarted, and still to be restarted for ${reasons}: something on the image undoes it" }
    $powershell = "$env:SystemRoot\System32\WindowsPowerShell\v1.0\powershell.exe"
    $action = New-ScheduledTaskAction -Execute $powershell -Argument '-NoProfile -NonInteractive -ExecutionPolicy Bypass -File C:\AzureData\bootstrap.ps1 -Resume yes'
    $principal = New-ScheduledTaskPrincipal -UserId 'SYSTEM' -LogonType ServiceAccount -RunLevel Highest
    $settings = New-ScheduledTaskSettingsSet -ExecutionTimeLimit (New-TimeSpan -Minutes (2 * $Context.Configuration.deadlineMinutes)) -MultipleInstances IgnoreNew
    $null = Register-ScheduledTask -TaskName $script:ResumeTask -Action $action -Trigger (New-ScheduledTaskTrigger -AtStartup) -Principal $principal -Settings $settings -Force
    $null = Invoke-Program 'shutdown.exe' @('/r', '/t', '60', '/d', 'p:2:4', '/c', 'gen-cse: a restart is needed to finish this node') @(0, 1190)
    Write-Event 'bootstrap' 'restart' "planned in 60 s, for $reasons"
}

# ---- the run ------------------------------------------------------------------------------------------------------------

# The only run on the machine while it lasts. Returns the exit code.
function Invoke-Run {
    param([object]$Context)
    $reason = ''
    try {
        $script:Node.Deadline = [System.DateTime]::UtcNow.AddMinutes($Context.Configuration.deadlineMinutes)
        Restore-RestartReason $Context
        Write-RunResult $Context 'running' $null
        $table = (ConvertFrom-Json (Get-TextFile 'C:\AzureData\k8s\steps.json')).steps
        foreach ($id in $Context.Configuration.steps) {
            $code = Invoke-Step ($table | Where-Object { $_.id -eq $id }) $Context
            if ($code) { $reason = "${id}: $($Context.Reason)"; break }
        }
        if (-not $code -and $Context.RebootReasons.Count) { Request-Restart $Context }
    }
    catch { $code = 1; $reason = $_.Exception.Message }
    # a resumed run that failed must not start again by itself
    if ($Context.Resuming -or -not $Context.RebootReasons.Count) { Unregister-ScheduledTask -TaskName $script:ResumeTask -Confirm:$false -ErrorAction SilentlyContinue }
    Complete-Run $Context $code $reason
}

# Returns the exit code: 0, a step's, or 1 to 4 (see the table of exit codes).
function Start-Bootstrap {
    param([string]$ConfigurationBase64, [string]$SecretsBase64, [bool]$Resuming, [string]$PayloadBase64)
    $context = New-Context (Get-Digest ($PayloadBase64 + $ConfigurationBase64)) $Resuming
    $failure = @{ code = 1 }    # what a failure at this point ends with
    try {
        Initialize-StateFolder
        $failure['code'] = 2
        Read-Input $context $ConfigurationBase64 $SecretsBase64
        $failure['code'] = 3
        Use-SingleInstance 'gen-cse-bootstrap' { $failure['code'] = 1; Invoke-Run $context } -WaitSeconds (60 * $context.Configuration.deadlineMinutes)
    }
    catch { Complete-Run $context $failure['code'] $_.Exception.Message }
}
