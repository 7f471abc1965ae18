# From configuration to exit code: one run at a time, a result in every case, the restart planned for after the extension's exit.

$script:ResumeTask = 'gen-cse-resume'
$script:ResumeTries = 5

# ---- what the run is given ----------------------------------------------------------------------------------------------

# With a message that never shows what is in the text: the parser's own would.
function ConvertFrom-InputJson {
    param([string]$Name, [string]$Text)
    try { $value = ConvertFrom-Json $Text } catch { $value = $null }
    if ($value -isnot [System.Management.Automation.PSCustomObject]) { throw "$Name cannot be read: deploy the template again, unchanged" }
    $value
}

# Every form in which a secret could turn up: whole, as base64, with its quotes escaped; its parts as they are and decoded: the
# lines of a key, the parameters of a query.
function Get-SecretForm {
    param($Value)
    if ($Value -is [System.Management.Automation.PSCustomObject]) {
        foreach ($property in @($Value.PSObject.Properties)) { Get-SecretForm $property.Value }
        return
    }
    $text = "$Value"
    $text
    (ConvertTo-QuotedText $text) -replace '^"|"$'
    ConvertTo-Base64Text $text
    $plain = if ($text.Length % 4 -eq 0 -and $text -match '^[A-Za-z0-9+/]+={0,2}$') { ConvertFrom-Base64Text '' $text } else { '' }
    foreach ($part in @("$text`n$plain" -split '[\r\n&]+|sig=' | Where-Object { $_ -notlike '-----*' })) { $part.Trim(); [System.Uri]::UnescapeDataString($part) }
}

function Read-Input {
    param($Context, [string]$Configuration, [string]$SecretsBase64)
    if ($SecretsBase64) {
        Add-Secret $SecretsBase64
        $name = 'the extension''s protected settings'
        $Context.Secrets = ConvertFrom-InputJson $name (ConvertFrom-Base64Text $name $SecretsBase64)
        Add-Secret @(Get-SecretForm $Context.Secrets)
    }
    $Context.Configuration = ConvertFrom-InputJson 'the node configuration in the custom data' $Configuration
    Set-ComponentOfBuild $Context.Configuration
}

# ---- what the run leaves ------------------------------------------------------------------------------------------------

# Closed before the first line is written into it.
function Initialize-StateFolder {
    Initialize-ClosedFolder $script:StateFolder
    $script:Node.EventFile = "$script:StateFolder\events.jsonl"
}

# State: running, complete, restart, failed.
function Write-RunResult {
    param($Context, [string]$State, $ExitCode, [string]$Reason = '')
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
    param($Context, [int]$Code, [string]$Reason = '')
    $Context.Failure = $Reason
    $state = if ($Code) { 'failed' } elseif ($Context.RebootReasons.Count) { 'restart' } else { 'complete' }
    Write-Event 'bootstrap' $state $Reason @{ exitCode = $Code }
    Write-RunResult $Context $state $Code $Reason
    $Code
}

# ---- restart ------------------------------------------------------------------------------------------------------------

# After the extension has ended and was reported; a task goes on then, from the closed folder, and adds to the extension's log. It
# is given no secret: what needed one is done before. 1190: planned already, by an earlier run. 1115: it has begun.
function Request-Restart {
    param($Context)
    $reasons = $Context.RebootReasons -join ', '
    if ($Context.Resuming) { throw "restarted, and still to be restarted for ${reasons}: something on the image undoes it" }
    Copy-Item -LiteralPath 'C:\AzureData\CustomData.bin' -Destination "$script:StateFolder\bootstrap.ps1" -Force
    $line = "powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File $script:StateFolder\bootstrap.ps1 -Resume yes >> C:\AzureData\gen-cse.log 2>&1"
    $action = New-ScheduledTaskAction -Execute "$env:SystemRoot\System32\cmd.exe" -Argument "/c $line"
    $principal = New-ScheduledTaskPrincipal -UserId 'SYSTEM' -LogonType ServiceAccount -RunLevel Highest
    $settings = New-ScheduledTaskSettingsSet -ExecutionTimeLimit (New-TimeSpan -Minutes (2 * $Context.Configuration.deadlineMinutes)) -MultipleInstances IgnoreNew
    $null = Register-ScheduledTask -TaskName $script:ResumeTask -Action $action -Trigger (New-ScheduledTaskTrigger -AtStartup) -Principal $principal -Settings $settings -Force
    # long enough for the extension to tell its success
    $null = Invoke-Program 'shutdown.exe' @('/r', '/t', '15', '/d', 'p:2:4', '/c', 'gen-cse: a restart is needed to finish this node') @(0, 1115, 1190)
    Write-Event 'bootstrap' 'restart' "planned in 15 s, for $reasons"
}

# ---- the run ------------------------------------------------------------------------------------------------------------

# Ids. After the restart those that it was for, with what they go by and the proof that the node runs: the others have proved
# themselves before.
function Get-DueStep {
    param($Context)
    $waiting = $Context.Waiting.ToArray()
    foreach ($id in $Context.Configuration.steps) { if (-not $Context.Resuming -or -not $waiting.Count -or $waiting -contains $id -or $id -in 'image-flavour', 'proxy', 'finish') { $id } }
}

# The only run on the machine while it lasts. Returns the exit code.
function Invoke-Run {
    param($Context)
    $reason = ''
    try {
        Restore-RestartReason $Context
        if ($Context.Resuming) { Invoke-FirstReset $Context.Configuration }
        Write-RunResult $Context 'running' $null
        $table = (ConvertFrom-Json (Get-TextFile 'C:\AzureData\k8s\steps.json')).steps
        foreach ($id in @(Get-DueStep $Context)) {
            $code = Invoke-Step ($table | Where-Object { $_.id -eq $id }) $Context
            if ($code) { $reason = "${id}: $($Context.Reason)"; break }
        }
        if (-not $code -and $Context.RebootReasons.Count) { Request-Restart $Context }
    }
    catch { $code = 1; $reason = $_.Exception.Message }
    # a resumed run that failed is tried again
    if (-not $Context.RebootReasons.Count -and -not ($code -and $Context.Resuming)) { Unregister-ResumeTask }
    Complete-Run $Context $code $reason
}

function Unregister-ResumeTask {
    Unregister-ScheduledTask -TaskName $script:ResumeTask -Confirm:$false -ErrorAction Ignore
    Remove-Item -LiteralPath $script:RestartRecord -Force -ErrorAction Ignore
}

# One deadline, the wait for another run included: the extension has 90 minutes for all. Returns the exit code: 0, a step's, or 1
# to 4 (see the table of exit codes).
function Start-Run {
    param($Context, [string]$Configuration, [string]$SecretsBase64)
    $failure = @{ code = 1 }    # what a failure at this point ends with
    try {
        Initialize-StateFolder
        $failure['code'] = 2
        Read-Input $Context $Configuration $SecretsBase64
        $script:Node.Seconds = 60 * $Context.Configuration.deadlineMinutes
        $failure['code'] = 3
        Use-SingleInstance 'gen-cse-bootstrap' { $failure['code'] = 1; Invoke-Run $Context } -WaitSeconds (Get-RemainingSecond 3600)
    }
    catch { Complete-Run $Context $failure['code'] $_.Exception.Message }
}

# Nobody waits for a resumed run: it must not start again by itself at the next start, and the event log is where people look.
function Write-FinalFailure {
    param($Context, [int]$Code, [int]$Tries)
    Unregister-ResumeTask
    $text = "gen-cse: this node was not finished after its restart (exit code $Code, $Tries tries). $(ConvertTo-LogLine $Context.Failure). Run the extension again; what happened is in C:\AzureData\gen-cse.log"
    Write-Event 'bootstrap' 'given up' $text
    try {
        New-EventLog -LogName Application -Source 'gen-cse' -ErrorAction SilentlyContinue    # an error when it is there
        Write-EventLog -LogName Application -Source 'gen-cse' -EventId $Code -EntryType Error -Message $text
    }
    catch { Write-Event 'bootstrap' 'note' "not in the event log: $($_.Exception.Message)" }
}

# Returns the exit code. What fails after the restart is often something outside that comes back within minutes.
function Start-Bootstrap {
    param([string]$Configuration, [string]$SecretsBase64, [bool]$Resuming, [string]$PayloadBase64)
    for ($try = 1; ; $try++) {
        $context = New-Context (Get-Digest ($PayloadBase64 + $Configuration)) $Resuming
        $code = [int]@(Start-Run $context $Configuration $SecretsBase64)[-1]
        if (-not $code -or -not $Resuming) { return $code }
        Write-Event 'bootstrap' 'retry' "try $try of $script:ResumeTries failed"
        if ($try -ge $script:ResumeTries -or -not (Wait-NextTry $try 60 900)) { break }
    }
    Write-FinalFailure $context $code $try
    $code
}
