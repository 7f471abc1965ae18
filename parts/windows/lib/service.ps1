# Services run by nssm, the one way to make them, and the files they need in c:\k; starts and stops that end. docker's own
# service stays docker's; from here it has its failure actions only.
#
# Who starts what: the container runtime starts with Windows (automatic). All others are started by hand (manual): after a
# restart node-reset.ps1 first clears what the boot before has left, then starts them in order; in a run of the bootstrap
# step finish starts kubelet and kubeproxy. So no kubelet ever meets pods and networks of another boot.

$script:NodeFolder = 'c:\k'
$script:PayloadFolder = 'C:\AzureData\k8s'
$script:NodeConfiguration = 'c:\k\node-configuration.json'
$script:NodeLog = ''

# One line of a script that stays on the node: to standard output (nssm keeps it) and to the script's own log if it has one.
function Write-NodeLine {
    param([string]$Text)
    $line = '{0} {1}' -f [System.DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ', [System.Globalization.CultureInfo]::InvariantCulture), $Text
    [System.Console]::Out.WriteLine($line)
    if ($script:NodeLog) { [System.IO.File]::AppendAllText((Resolve-NodePath $script:NodeLog), "$line`r`n") }
}

# ---- what a service is and shall be -------------------------------------------------------------------------------------
# A service is a hashtable: Name; Script (file name in the payload's node folder) or Program and Arguments; DependsOn; Start
# (nssm's name, default SERVICE_DEMAND_START); Priority (of a Program); Runs ($true: its step starts it).

function Assert-Program {
    param([string]$Path)
    if (-not (Test-Path -LiteralPath $Path)) { throw "$Path is missing: the Kubernetes package was not unpacked, or lacks it" }
}

# nssm writes UTF-16 when its output is not a console, which 5.1 reads as text with NUL characters in between.
function Invoke-Nssm {
    param([string[]]$Arguments)
    Assert-Program "$script:NodeFolder\nssm.exe"
    (@(Invoke-Program "$script:NodeFolder\nssm.exe" $Arguments) -join "`n").Replace([string][char]0, '').Trim()
}

function Get-ServiceStatus {
    param([string]$Name)
    $service = Get-Service -Name $Name -ErrorAction SilentlyContinue
    if ($service) { "$($service.Status)" } else { '' }
}

# Services are objects on Windows and may be plain names elsewhere.
function Get-ServiceName {
    param([object[]]$Services)
    foreach ($one in $Services) { if ($one -is [string]) { $one } elseif ($one) { $one.Name } }
}

# Settings by their nssm names, in the order they are set.
function Get-ServiceSetting {
    param([hashtable]$Service)
    if ($Service['Script']) {
        $program = "$env:SystemRoot\System32\WindowsPowerShell\v1.0\powershell.exe"
        $arguments = "-NoProfile -NonInteractive -ExecutionPolicy Bypass -File $script:NodeFolder\$($Service['Script'])"
    }
    else { $program = $Service['Program']; $arguments = "$($Service['Arguments'])" }
    $log = "$script:NodeFolder\$($Service['Name'])"
    $start = if ($Service['Start']) { $Service['Start'] } else { 'SERVICE_DEMAND_START' }
    $priority = if ($Service['Priority']) { $Service['Priority'] } else { 'NORMAL_PRIORITY_CLASS' }
    [ordered]@{ Application = $program; AppParameters = $arguments; AppDirectory = $script:NodeFolder; Start = $start
        Type = 'SERVICE_WIN32_OWN_PROCESS'; AppPriority = $priority; AppThrottle = '1500'; AppRestartDelay = '5000'
        AppStdout = "$log.log"; AppStderr = "$log.err.log"; AppStdoutCreationDisposition = '4'; AppStderrCreationDisposition = '4'
        AppRotateFiles = '1'; AppRotateOnline = '1'; AppRotateSeconds = '86400'; AppRotateBytes = '10485760' }
}

# The command line of a service's program, '' when there is no such service.
function Get-ServiceCommand {
    param([string]$Name)
    $found = Get-CimInstance -ClassName Win32_Service -Filter "Name='$Name'" | Select-Object -First 1
    if ($found) { "$($found.PathName)" } else { '' }
}

# What differs from the wanted settings, one text each; nothing when the service is as wanted.
function Compare-NodeService {
    param([hashtable]$Service)
    $name = $Service['Name']
    $found = Get-Service -Name $name -ErrorAction SilentlyContinue
    if (-not $found) { return "service $name does not exist" }
    if ((Get-ServiceCommand $name) -notmatch 'nssm') { return "service $name is not run by nssm" }
    $wanted = Get-ServiceSetting $Service
    foreach ($key in $wanted.Keys) {
        $now = Invoke-Nssm @('get', $name, $key)
        if ($now -ne $wanted[$key]) { "$key is '$now', wanted '$($wanted[$key])'" }
    }
    $now = @(Get-ServiceName $found.ServicesDependedOn | Sort-Object) -join ' '
    $should = @($Service['DependsOn'] | Where-Object { $_ } | Sort-Object) -join ' '
    if ($now -ne $should) { "depends on '$now', wanted '$should'" }
}

# ---- make it so ---------------------------------------------------------------------------------------------------------

# A service of this name whose command line is not like the pattern gives way: an image may have it registered otherwise.
function Remove-OtherService {
    param([string]$Name, [string]$Pattern)
    $command = Get-ServiceCommand $Name
    if (-not $command -or $command -match $Pattern) { return }
    Stop-NodeService $Name
    $null = Invoke-Program 'sc.exe' @('delete', $Name)
    if (-not (Wait-Condition { -not (Get-ServiceStatus $Name) } 60)) {
        throw "service $Name was deleted and is still listed after 60 s, since something has it open: restart the machine and run the extension again"
    }
}

# Creates the service or brings it to the wanted settings; stopping it before and starting it after is the caller's.
function Set-NodeService {
    param([hashtable]$Service)
    $name = $Service['Name']
    $wanted = Get-ServiceSetting $Service
    Remove-OtherService $name 'nssm'
    if (-not (Get-ServiceStatus $name)) {
        $null = Invoke-Nssm (@('install', $name, $wanted['Application']) + @($wanted['AppParameters'] | Where-Object { $_ }))
        $null = Invoke-Nssm @('set', $name, 'ObjectName', 'LocalSystem')
    }
    foreach ($key in $wanted.Keys) {
        if ((Invoke-Nssm @('get', $name, $key)) -eq $wanted[$key]) { continue }
        # 5.1 cannot pass an empty argument
        if ($wanted[$key]) { $null = Invoke-Nssm @('set', $name, $key, $wanted[$key]) } else { $null = Invoke-Nssm @('reset', $name, $key) }
    }
    $others = @($Service['DependsOn'] | Where-Object { $_ }) -join '/'
    if (-not $others) { $others = '/' }    # sc.exe: a lone slash means none
    $null = Invoke-Program 'sc.exe' @('config', $name, 'depend=', $others)
    Set-FailureAction $name
}

# What Windows does when the service itself ends; nssm restarts its program by itself.
function Set-FailureAction {
    param([string]$Name)
    $null = Invoke-Program 'sc.exe' @('failure', $Name, 'reset=', '900', 'actions=', 'restart/60000/restart/60000/restart/60000')
}

# Where to read on when a service does not run, with its last words.
function Get-ServiceTail {
    param([string]$Name)
    foreach ($path in "$script:NodeFolder\$Name.err.log", "$script:NodeFolder\$Name.log") {
        if (-not (Test-Path -LiteralPath $path)) { continue }
        $lines = @(Get-Content -LiteralPath $path -Tail 3 | Where-Object { "$_".Trim() })
        if ($lines.Count) { return "last of ${path}: $($lines -join ' | ')" }
    }
    "see the System event log; $script:NodeFolder\$Name.err.log is empty"
}

# Start-Service waits without limit while a service is pending; sc.exe returns at once. 1056: already running.
function Start-NodeService {
    param([string]$Name, [int]$Seconds = 60)
    try { $null = Invoke-Program 'sc.exe' @('start', $Name) @(0, 1056) }
    catch { throw "service $Name does not start: $($_.Exception.Message); $(Get-ServiceTail $Name)" }
    if (-not (Wait-Condition { (Get-ServiceStatus $Name) -eq 'Running' } $Seconds)) {
        throw "service $Name is '$(Get-ServiceStatus $Name)' $Seconds s after its start; $(Get-ServiceTail $Name)"
    }
}

# Those that depend on it stop first. 1060: no such service. 1062: not started. 1052, 1061: pending, the wait decides.
function Stop-NodeService {
    param([string]$Name, [int]$Seconds = 60)
    $found = Get-Service -Name $Name -ErrorAction SilentlyContinue
    if (-not $found) { return }
    foreach ($other in @(Get-ServiceName $found.DependentServices)) { Stop-NodeService $other $Seconds }
    $null = Invoke-Program 'sc.exe' @('stop', $Name) @(0, 1052, 1060, 1061, 1062)
    if (-not (Wait-Condition { (Get-ServiceStatus $Name) -in @('Stopped', '') } $Seconds)) {
        throw "service $Name is '$(Get-ServiceStatus $Name)' $Seconds s after it was told to stop: restart the machine and run the extension again"
    }
}

# Runs the program of a service until it ends and returns its exit code. The line is quoted here, since Windows PowerShell
# drops empty arguments and inner quotes; the output goes where this process's goes. A child does not inherit a raised
# priority, so it is raised here: kube-proxy has no flag for it, and under load it must come before pods.
function Invoke-NodeProgram {
    param([string]$Path, [string[]]$Arguments)
    $line = @($Arguments | ForEach-Object { ConvertTo-NativeArgument $_ }) -join ' '
    $process = Start-Process -FilePath $Path -ArgumentList $line -NoNewWindow -PassThru
    $null = $process.Handle    # else 5.1 has no ExitCode later
    if ($process.PSObject.Properties['PriorityClass']) {
        try { $process.PriorityClass = 'AboveNormal' } catch { Write-NodeLine "priority not raised: $($_.Exception.Message)" }
    }
    $null = $process.WaitForExit()
    $process.ExitCode
}

# ---- firewall: stays on, so what others must reach is let in -------------------------------------------------------------

function Test-AllowRule {
    param([string]$Name)
    $rule = @(Get-NetFirewallRule -Name $Name -ErrorAction SilentlyContinue)
    $rule.Count -gt 0 -and "$($rule[0].Enabled)" -eq 'True'
}

# -Match: LocalPort or Program.
function Set-AllowRule {
    param([string]$Name, [hashtable]$Match)
    if (Test-AllowRule $Name) { return }
    Remove-NetFirewallRule -Name $Name -ErrorAction SilentlyContinue
    $null = New-NetFirewallRule -Name $Name -DisplayName $Name -Direction Inbound -Action Allow -Protocol TCP @Match
}

function Assert-AllowRule {
    param([string]$Name)
    if (-not (Test-AllowRule $Name)) { throw "firewall rule $Name is missing or off: a group policy may undo it" }
}

# ---- files a service needs ----------------------------------------------------------------------------------------------

# A script that stays on the node, the functions it uses and the configuration it reads: text by path in c:\k. They run as
# SYSTEM, so they lie where only administrators may write, not in C:\AzureData.
function Get-NodeFile {
    param([object]$Context, [string]$Script)
    $files = [ordered]@{ $script:NodeConfiguration = ConvertTo-Json -InputObject $Context.Configuration -Depth 20 }
    foreach ($file in @(Get-ChildItem -LiteralPath "$script:PayloadFolder\lib" -Filter '*.ps1' | Sort-Object -Property Name)) {
        $files["$script:NodeFolder\lib\$($file.Name)"] = Get-TextFile "$script:PayloadFolder\lib\$($file.Name)"
    }
    $text = Get-TextFile "$script:PayloadFolder\node\$Script"
    if (-not $text) { throw "$script:PayloadFolder\node\$Script is missing: the payload is not whole, deploy the template again" }
    $files["$script:NodeFolder\$Script"] = $text
    $files
}

function Compare-NodeFile {
    param([System.Collections.IDictionary]$Files)
    foreach ($path in $Files.Keys) {
        $now = Get-TextFile $path
        if ($null -eq $now) { "$path is missing" } elseif ($now -cne $Files[$path]) { "$path differs" }
    }
}

function Set-NodeFile {
    param([System.Collections.IDictionary]$Files)
    foreach ($path in $Files.Keys) {
        if ((Get-TextFile $path) -cne $Files[$path]) { Set-TextFile $path $Files[$path] }
    }
}

# ---- the three parts of a step whose whole work is one service ----------------------------------------------------------

function Get-ServiceDifference {
    param([object]$Context, [hashtable]$Service)
    if ($Service['Script']) { Compare-NodeFile (Get-NodeFile $Context $Service['Script']) }
    Compare-NodeService $Service
    if ($Service['Runs'] -and (Get-ServiceStatus $Service['Name']) -ne 'Running') { "service $($Service['Name']) does not run" }
}

function Test-ServiceStep {
    param([object]$Context, [hashtable]$Service)
    if (@(Get-ServiceDifference $Context $Service).Count -eq 0) { "service $($Service['Name']) is as wanted" }
}

# What the script would stumble over at each start shall fail here, once, with the step's exit code.
function Assert-NodeScript {
    param([string]$Script)
    $said = @(Invoke-Program 'powershell.exe' @('-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-File', "$script:NodeFolder\$Script", '-Check') @(0, 1))
    if ($global:LASTEXITCODE -ne 0) { throw "$script:NodeFolder\$Script cannot run: $($said | Select-Object -Last 1)" }
}

# The service is stopped before the first change: were the run to break off after it, nobody would know that a restart is due.
function Invoke-ServiceStep {
    param([object]$Context, [hashtable]$Service)
    foreach ($other in @($Service['DependsOn'] | Where-Object { $_ })) {
        if (-not (Get-ServiceStatus $other)) { throw "service $($Service['Name']) needs service $other, which does not exist: the step that makes it must come first" }
    }
    Stop-NodeService $Service['Name']
    if ($Service['Script']) {
        Set-NodeFile (Get-NodeFile $Context $Service['Script'])
        Assert-NodeScript $Service['Script']
    }
    Set-NodeService $Service
    if ($Service['Runs']) { Start-NodeService $Service['Name'] }
}

function Assert-ServiceStep {
    param([object]$Context, [hashtable]$Service)
    $different = @(Get-ServiceDifference $Context $Service)
    if ($different.Count) { throw "service $($Service['Name']): $($different -join '; '); $(Get-ServiceTail $Service['Name'])" }
}
