# From configuration to exit code: one run at a time, a result in every case, the restart planned for after the extension's exit.

$script:ResumeTask = 'gen-cse-resume'

# ---- what the run is given ----------------------------------------------------------------------------------------------

# The texts come with messages that never show what is in them: a parser's own message would.
function ConvertFrom-Base64Json {
    param([string]$Name, [string]$Text)
    try { $value = ConvertFrom-Json ([System.Text.Encoding]::UTF8.GetString([System.Convert]::FromBase64String($Text))) } catch { $value = $null }
    if ($value -isnot [System.Management.Automation.PSCustomObject]) { throw "$Name cannot be read (no base64 of a JSON object): deploy the template again, unchanged" }
    $value
}

# Every form in which a text could turn up: whole, by line, with its quotes escaped, as base64, decoded where it is a key.
function Get-SecretForm {
    param([string]$Text)
    $Text
    $quoted = ConvertTo-QuotedText $Text
    $quoted.Substring(1, $quoted.Length - 2)
    [System.Convert]::ToBase64String([System.Text.Encoding]::UTF8.GetBytes($Text))
    try { $plain = [System.Text.Encoding]::UTF8.GetString([System.Convert]::FromBase64String($Text)) } catch { $plain = '' }
    $lines = if ($plain.Contains('-----BEGIN')) { "$Text`n$plain" } else { $Text }
    $lines -split '\r?\n' | ForEach-Object { $_.Trim() } | Where-Object { $_ -notlike '-----*' }
    $Text -split '&' | Where-Object { $_ -like 'sig=*' } | ForEach-Object { $_; $_.Substring(4) }
}

function Get-SecretText {
    param([object]$Value)
    if ($null -eq $Value) { return }
    if ($Value -isnot [System.Management.Automation.PSCustomObject]) { foreach ($one in @($Value)) { Get-SecretForm "$one" }; return }
    foreach ($property in @($Value.PSObject.Properties)) { Get-SecretText $property.Value }
}

function Read-Input {
    param([object]$Context, [string]$ConfigurationBase64, [string]$SecretsBase64)
    if ($SecretsBase64) {
        Add-Secret $SecretsBase64
        $Context.Secrets = ConvertFrom-Base64Json 'the extension''s protected settings' $SecretsBase64
        Add-Secret @(Get-SecretText $Context.Secrets)
    }
    $Context.Configuration = ConvertFrom-Base64Json 'the node configuration in the custom data' $ConfigurationBase64
}

# ---- what the run leaves ------------------------------------------------------------------------------------------------

# Closed before the first line is written into it.
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
        version = "$(Get-Property $Context.Configuration 'generator' '')"
        state = $State
        exitCode = $ExitCode
        reason = ConvertTo-LogLine $Reason
        digest = $Context.Digest
        resumed = $Context.Resuming
        flavour = $Context.Flavour
        started = $Context.Started.ToString('yyyy-MM-ddTHH:mm:ssZ', [System.Globalization.CultureInfo]::InvariantCulture)
        seconds = [System.Math]::Round(([System.DateTime]::UtcNow - $Context.Started).TotalSeconds, 1)
        bytes = [ordered]@{ downloaded = $Context.Bytes['downloaded']; cached = $Context.Bytes['cached'] }
        rebootReasons = [string[]]$Context.RebootReasons.ToArray()
        steps = [object[]]$Context.Steps.ToArray()
    }
    Set-TextFile "$script:StateFolder\result.json" (ConvertTo-Json -InputObject $result -Depth 6)
}

# ---- restart ------------------------------------------------------------------------------------------------------------

# The task that goes on after a restart. It is given no secret: what needed one is done before.
function Register-Resume {
    param([object]$Context)
    $powershell = "$env:SystemRoot\System32\WindowsPowerShell\v1.0\powershell.exe"
    $action = New-ScheduledTaskAction -Execute $powershell -Argument '-NoProfile -NonInteractive -ExecutionPolicy Bypass -File C:\AzureData\bootstrap.ps1 -Resume yes'
    $principal = New-ScheduledTaskPrincipal -UserId 'SYSTEM' -LogonType ServiceAccount -RunLevel Highest
    $settings = New-ScheduledTaskSettingsSet -ExecutionTimeLimit (New-TimeSpan -Minutes (2 * (Get-DeadlineMinute $Context))) -MultipleInstances IgnoreNew
    $trigger = New-ScheduledTaskTrigger -AtStartup
    $null = Register-ScheduledTask -TaskName $script:ResumeTask -Action $action -Trigger $trigger -Principal $principal -Settings $settings -Description 'gen-cse: finishes this node after a restart' -Force
}

function Unregister-Resume {
    if (Get-ScheduledTask -TaskName $script:ResumeTask -ErrorAction SilentlyContinue) { Unregister-ScheduledTask -TaskName $script:ResumeTask -Confirm:$false }
}

# After the extension has ended and was reported. 1190: planned already, by an earlier run.
function Request-Restart {
    param([object]$Context)
    if ($Context.Restarts -ge 3) { throw "restarted $($Context.Restarts) times and still to be restarted for $($Context.RebootReasons -join ', '): something on the image undoes it at each start" }
    Save-RestartReason $Context
    Register-Resume $Context
    $null = Invoke-Program 'shutdown.exe' @('/r', '/t', '60', '/d', 'p:2:4', '/c', 'gen-cse: a restart is needed to finish this node') @(0, 1190)
    Write-Event 'bootstrap' 'restart' "planned in 60 s, for $($Context.RebootReasons -join ', '); the startup task $script:ResumeTask goes on"
}

# ---- the run ------------------------------------------------------------------------------------------------------------

function Get-DeadlineMinute {
    param([object]$Context)
    [int](Get-Property $Context.Configuration 'deadlineMinutes' 60)
}

function Invoke-AllSteps {
    param([object]$Context)
    $script:Node.Deadline = [System.DateTime]::UtcNow.AddMinutes((Get-DeadlineMinute $Context))
    Write-RunResult $Context 'running' $null
    Write-Event 'bootstrap' 'start' "$(Get-Property $Context.Configuration 'generator' ''), digest $($Context.Digest)$(if ($Context.Resuming) { ', after a restart' })"
    $steps = @((ConvertFrom-Json (Get-TextFile 'C:\AzureData\k8s\steps.json')).steps)
    $code = Invoke-StepTable $steps $Context
    if ($code -eq 0 -and $Context.RebootReasons.Count) { Request-Restart $Context }
    $code
}

# Nothing left to wait for: no reason on disk, no task. A resumed run that failed must not start again by itself; result.json
# says that it failed.
function Clear-Restart {
    param([object]$Context, [int]$Code)
    if ($Context.RebootReasons.Count) { Save-RestartReason $Context } else { Clear-RestartReason }
    if ($Code -ne 0) { if ($Context.Resuming) { Unregister-Resume } }
    elseif (-not $Context.RebootReasons.Count) { Unregister-Resume }
}

# The only run on the machine while it lasts. Returns the exit code.
function Invoke-Run {
    param([object]$Context)
    $reason = ''
    try {
        Restore-RestartReason $Context
        $code = Invoke-AllSteps $Context
        if ($code -ne 0) {
            $last = $Context.Steps | Select-Object -Last 1
            $reason = "$($last.id): $($last.reason)"
        }
    }
    catch { $code = 1; $reason = $_.Exception.Message; Write-Event 'bootstrap' 'failed' "$reason (exit code 1)" }
    try { Clear-Restart $Context $code } catch { Write-Event 'bootstrap' 'note' "the restart's leftovers stay: $($_.Exception.Message)" }
    $state = if ($code -ne 0) { 'failed' } elseif ($Context.RebootReasons.Count) { 'restart' } else { 'complete' }
    Write-RunResult $Context $state $code $reason
    Write-Event 'bootstrap' $state "exit code $code"
    $code
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
        Use-SingleInstance 'gen-cse-bootstrap' { $failure['code'] = 1; Invoke-Run $context } -WaitSeconds (60 * (Get-DeadlineMinute $context))
    }
    catch {
        Write-Event 'bootstrap' 'failed' "$($_.Exception.Message) (exit code $($failure['code']))"
        Write-RunResult $context 'failed' $failure['code'] $_.Exception.Message
        $failure['code']
    }
}
