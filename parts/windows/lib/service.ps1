# Services run by nssm, the one way to make them, and the files they need in c:\k; starts and stops that end. docker's own
# service stays docker's; from here it has its failure actions only. nssm keeps what it runs, and how, in the key Parameters of the
# service and reads it there when the service starts: so does this, and launches nothing to ask or set it.
#
# Who starts what: the container runtime starts with Windows (automatic). All others are started by hand (manual): after a
# restart node-reset.ps1 first clears what the boot before has left, then starts them in order; in a run of the bootstrap
# step finish starts kubelet and kubeproxy. So no kubelet ever meets pods and networks of another boot.

$script:NodeLog = ''

# One line of a script that stays on the node: to standard output (nssm keeps it) and to the script's own log if it has one.
function Write-NodeLine {
    param([string]$Text)
    $line = "$(Get-UtcStamp) $Text"
    [System.Console]::Out.WriteLine($line)
    if ($script:NodeLog) { [System.IO.File]::AppendAllText((Resolve-NodePath $script:NodeLog), "$line`r`n") }
}

# ---- firewall: stays on, so what others must reach is let in -------------------------------------------------------------

# What a rule lets in stands in its description, so a rule that reads alike is alike. -Match: LocalPort or Program.
function Get-RuleDescription {
    param([hashtable]$Match)
    @($Match.Keys | ForEach-Object { "$_ $(@($Match[$_]) -join ',')" }) -join ' '
}

# name -> description of ours, '' when it is off. Asked once in a run.
$script:AllowRules = $null

function Get-AllowRule {
    if ($null -eq $script:AllowRules) {
        $script:AllowRules = @{}
        foreach ($rule in @(Get-NetFirewallRule -Name 'gen-cse-*' -ErrorAction Ignore)) { $script:AllowRules[$rule.Name] = if ("$($rule.Enabled)" -eq 'True') { "$(Get-Property $rule 'Description' '')" } else { '' } }
    }
    $script:AllowRules
}

function Test-AllowRule {
    param([string]$Name, [hashtable]$Match)
    (Get-AllowRule)[$Name] -eq (Get-RuleDescription $Match)
}

function Set-AllowRule {
    param([string]$Name, [hashtable]$Match)
    if (Test-AllowRule $Name $Match) { return }
    $text = Get-RuleDescription $Match
    if ($script:AllowRules.ContainsKey($Name)) { Remove-NetFirewallRule -Name $Name }
    $null = New-NetFirewallRule -Name $Name -DisplayName $Name -Description $text -Direction Inbound -Action Allow -Protocol TCP @Match
    $script:AllowRules[$Name] = $text
}

# ---- what a service is and shall be -------------------------------------------------------------------------------------
# A service is a hashtable: Name; Script (file name in the payload's node folder) or Program; DependsOn; Start (auto or demand);
# Runs ($true: its step starts it); Priority (of the program, as Windows numbers it); Rule (what others must reach: LocalPort or Program of a firewall rule).

$script:Services = 'HKLM:\SYSTEM\CurrentControlSet\Services'

function Get-ServiceStatus {
    param([string]$Name)
    $found = Get-Service -Name $Name -ErrorAction Ignore
    if ($found) { "$($found.Status)" } else { '' }
}

# The command line of a service's program, nothing when there is no such service.
function Get-ServiceCommand {
    param([string]$Name)
    Get-RegistryValue "$script:Services\$Name" 'ImagePath'
}

# All others stay as nssm has them by default.
function Get-ServiceSetting {
    param([hashtable]$Service)
    $key = "$script:Services\$($Service['Name'])\Parameters"
    $log = "c:\k\$($Service['Name'])"
    $texts = [ordered]@{ Application = $Service['Program']; AppParameters = ''; AppDirectory = 'c:\k'; AppStdout = "$log.log"; AppStderr = "$log.err.log" }
    if ($Service['Script']) {
        $texts['Application'] = "$env:SystemRoot\System32\WindowsPowerShell\v1.0\powershell.exe"
        $texts['AppParameters'] = "-NoProfile -NonInteractive -ExecutionPolicy Bypass -File c:\k\$($Service['Script'])"
    }
    $numbers = [ordered]@{ AppThrottle = 1500; AppRestartDelay = 5000; AppStdoutCreationDisposition = 4; AppStderrCreationDisposition = 4
        AppRotateFiles = 1; AppRotateOnline = 1; AppRotateSeconds = 86400; AppRotateBytes = 10485760 }
    if ($Service['Priority']) { $numbers['AppPriority'] = $Service['Priority'] }
    foreach ($name in $texts.Keys) { New-Setting $key $name $texts[$name] 'ExpandString' }
    foreach ($name in $numbers.Keys) { New-Setting $key $name $numbers[$name] }
    # without it a program written in Go ends by itself, and Windows makes no dump (go.dev/doc/go1.21)
    New-Setting $key 'AppEnvironmentExtra' @('GOTRACEBACK=wer') 'MultiString'
}

# What the service manager knows: how it starts, what must run before.
function Get-ServiceProblem {
    param([hashtable]$Service)
    $key = "$script:Services\$($Service['Name'])"
    $start = Get-RegistryValue $key 'Start'
    if ($start -ne @{ auto = 2; demand = 3 }[$Service['Start']]) { "its start type is $start, wanted $($Service['Start'])" }
    $needs = @(@(Get-RegistryValue $key 'DependOnService') | Where-Object { $_ } | Sort-Object) -join ' '
    if ($needs -ne (@($Service['DependsOn'] | Sort-Object) -join ' ')) { "it depends on '$needs'" }
}

# What differs from what is wanted, one text each; nothing when the service is as wanted.
function Compare-NodeService {
    param([hashtable]$Service)
    $name = $Service['Name']
    if ((Get-ServiceCommand $name) -notmatch 'nssm') { return "service $name is missing or not run by nssm" }
    foreach ($setting in @(Get-WrongSetting @(Get-ServiceSetting $Service))) { "$($setting.Name) is not '$($setting.Value)'" }
    Get-ServiceProblem $Service
    if ($Service['Runs'] -and (Get-ServiceStatus $name) -ne 'Running') { "it does not run; $(Get-ServiceTail $name)" }
    if ($Service['Rule'] -and -not (Test-AllowRule "gen-cse-$name" $Service['Rule'])) { "firewall rule gen-cse-$name is missing, off or another" }
}

# ---- make it so ---------------------------------------------------------------------------------------------------------

# A service of this name whose command line is not like the pattern gives way: an image may have it registered otherwise.
function Remove-OtherService {
    param([string]$Name, [string]$Pattern)
    $command = Get-ServiceCommand $Name
    if (-not $command -or $command -match $Pattern) { return }
    Stop-NodeService $Name
    $null = Invoke-Program 'sc.exe' @('delete', $Name)
    if (-not (Wait-Condition { -not (Get-ServiceStatus $Name) } 60)) { throw "service $Name was deleted and is still listed: restart the machine and run the extension again" }
}

# Creates the service or brings it to the wanted settings; stopping it before and starting it after is the caller's.
function Set-NodeService {
    param([hashtable]$Service)
    $name = $Service['Name']
    $settings = @(Get-ServiceSetting $Service)
    Remove-OtherService $name 'nssm'
    if (-not (Get-ServiceStatus $name)) { $null = Invoke-Program 'c:\k\nssm.exe' @('install', $name, $settings[0].Value) }
    foreach ($setting in @(Get-WrongSetting $settings)) { Set-RegistryValue $setting }
    if (@(Get-ServiceProblem $Service).Count) {
        $others = $Service['DependsOn'] -join '/'
        if (-not $others) { $others = '/' }    # sc.exe: a lone slash means none
        $null = Invoke-Program 'sc.exe' @('config', $name, 'start=', $Service['Start'], 'depend=', $others)
    }
    Set-FailureAction $name
    if ($Service['Rule']) { Set-AllowRule "gen-cse-$name" $Service['Rule'] }
}

# What Windows does when the service itself ends; nssm restarts its program by itself.
function Set-FailureAction {
    param([string]$Name)
    $null = Invoke-Program 'sc.exe' @('failure', $Name, 'reset=', '900', 'actions=', 'restart/60000/restart/60000/restart/60000')
}

# The last words of a service that does not run.
function Get-ServiceTail {
    param([string]$Name)
    foreach ($path in "c:\k\$Name.err.log", "c:\k\$Name.log") {
        if (-not (Test-Path -LiteralPath $path)) { continue }
        $lines = @(Get-Content -LiteralPath $path -Tail 10 | Where-Object { "$_".Trim() })
        if ($lines.Count) { return "last of ${path}: $($lines -join ' | ')" }
    }
    'it wrote no log, see the System event log'
}

# Start-Service waits without limit while a service is pending; sc.exe returns at once. 1056: already running.
function Start-NodeService {
    param([string]$Name)
    try { $null = Invoke-Program 'sc.exe' @('start', $Name) @(0, 1056) }
    catch { throw "service $Name does not start: $($_.Exception.Message); $(Get-ServiceTail $Name)" }
    if (-not (Wait-Condition { (Get-ServiceStatus $Name) -eq 'Running' } 120)) { throw "service $Name does not run 120 s after its start; $(Get-ServiceTail $Name)" }
}

# Those that depend on it stop first. 1060: no such service. 1062: not started. 1052, 1061: pending, the wait decides.
function Stop-NodeService {
    param([string]$Name)
    if ((Get-ServiceStatus $Name) -in 'Stopped', '') { return }
    foreach ($other in @(Get-Service -Name $Name -DependentServices -ErrorAction Ignore)) { Stop-NodeService $other.Name }
    $null = Invoke-Program 'sc.exe' @('stop', $Name) @(0, 1052, 1060, 1061, 1062)
    if (-not (Wait-Condition { (Get-ServiceStatus $Name) -in @('Stopped', '') } 120)) { throw "service $Name does not stop within 120 s: restart the machine and run the extension again" }
}

# ---- scripts that stay on the node --------------------------------------------------------------------------------------

# They, the functions they use and the configuration they read: text by path in c:\k. They run as SYSTEM, so they lie where
# only administrators may write, not in C:\AzureData.
function Get-NodeFile {
    param($Context, [string[]]$Scripts)
    $files = [ordered]@{ 'c:\k\node-configuration.json' = ConvertTo-Json -InputObject $Context.Configuration -Depth 20 }
    foreach ($file in @(Get-ChildItem -LiteralPath 'C:\AzureData\k8s\lib')) { $files["c:\k\lib\$($file.Name)"] = Get-TextFile "C:\AzureData\k8s\lib\$($file.Name)" }
    foreach ($name in $Scripts) { $files["c:\k\$name"] = Get-TextFile "C:\AzureData\k8s\node\$name" }
    $files
}

function Read-NodeConfiguration {
    $configuration = Read-JsonFile 'c:\k\node-configuration.json'
    if ($null -eq $configuration) { throw 'c:\k\node-configuration.json is missing or damaged: run the extension again' }
    $configuration
}

# Runs the program of a service until it ends and returns its exit code. The line is quoted here, since Windows PowerShell
# drops empty arguments and inner quotes; the output goes where this process's goes. A child does not inherit a raised
# priority, so it is raised here: kube-proxy has no flag for it, and under load it must come before pods.
function Invoke-NodeProgram {
    param([string]$Path, [string[]]$Arguments)
    Write-NodeLine "$Path $($Arguments -join ' ')"
    $line = @($Arguments | ForEach-Object { ConvertTo-NativeArgument $_ }) -join ' '
    $process = Start-Process -FilePath $Path -ArgumentList $line -NoNewWindow -PassThru
    $null = $process.Handle    # else 5.1 has no ExitCode later
    if ($process.PSObject.Properties['PriorityClass']) {
        try { $process.PriorityClass = 'AboveNormal' } catch { Write-NodeLine "priority not raised: $($_.Exception.Message)" }
    }
    $null = $process.WaitForExit()
    Write-NodeLine "$Path ended with exit code $($process.ExitCode)"
    $process.ExitCode
}

# ---- the three parts of a step whose whole work is one service ----------------------------------------------------------

function Test-ServiceStep {
    param($Context, [hashtable]$Service)
    if ($Service['Script'] -and -not (Test-RecordedFile $Service['Name'] (Get-NodeFile $Context $Service['Script']))) { return }
    if (@(Compare-NodeService $Service).Count -eq 0) { "service $($Service['Name']) is as wanted" }
}

# The service is stopped before the first change: were the run to break off after it, nobody would know that a restart is due.
function Invoke-ServiceStep {
    param($Context, [hashtable]$Service)
    Stop-NodeService $Service['Name']
    if ($Service['Script']) { Set-RecordedFile $Service['Name'] (Get-NodeFile $Context $Service['Script']) }
    Set-NodeService $Service
    if ($Service['Runs']) { Start-NodeService $Service['Name'] }
}

function Assert-ServiceStep {
    param($Context, [hashtable]$Service)
    if ($Service['Script']) { Assert-RecordedFile $Service['Name'] (Get-NodeFile $Context $Service['Script']) }
    $different = @(Compare-NodeService $Service)
    if ($different.Count) { throw "service $($Service['Name']): $($different -join '; ')" }
}
