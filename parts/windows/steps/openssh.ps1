# sshd with exactly the keys of the definition.
$script:SshKeyFile = 'C:\ProgramData\ssh\administrators_authorized_keys'
$script:SshRule = 'OpenSSH-Server-In-TCP'

function Get-SshKeyText {
    param([object]$Context)
    $keys = @(Get-Property $Context.Configuration 'sshKeys' @())
    if ($keys.Count) { ($keys -join "`n") + "`n" } else { '' }
}

# Server 2025 has the rule for private networks only.
function Test-SshRule {
    $rule = Get-NetFirewallRule -Name $script:SshRule -ErrorAction SilentlyContinue | Select-Object -First 1
    $rule -and "$($rule.Enabled)" -eq 'True' -and "$($rule.Action)" -eq 'Allow' -and "$(Get-Property $rule 'Profile' 'Any')" -in 'Any', ''
}

# What is not yet as it should be, as words for a person.
function Get-SshDifference {
    param([object]$Context)
    $service = Get-Service -Name 'sshd' -ErrorAction SilentlyContinue
    if (-not $service) { 'sshd is not installed'; return }
    if ("$($service.StartType)" -ne 'Automatic') { 'sshd does not start by itself' }
    if ("$($service.Status)" -ne 'Running') { 'sshd does not run' }
    if ("$(Get-TextFile $script:SshKeyFile)" -cne (Get-SshKeyText $Context)) { 'authorized keys differ' }
    else {
        $open = Get-OpenAclReason $script:SshKeyFile
        if ($open) { $open }
    }
    if (-not (Test-SshRule)) { 'no firewall rule for port 22' }
}

function Test-OpenSsh {
    param([object]$Context)
    if (-not (Get-Property $Context.Configuration 'sshEnabled' $false)) { return 'not asked for' }
    if (-not @(Get-SshDifference $Context).Count) { 'sshd runs with these keys' }
}

function Install-OpenSsh {
    param([object]$Context)
    try {
        $outcome = Invoke-WithRetry 'openssh' { Add-WindowsCapability -Online -Name 'OpenSSH.Server~~~~0.0.1.0' } -Times 4
        if (Get-Property $outcome 'RestartNeeded' $false) { Add-RestartReason $Context 'capability OpenSSH.Server' }
    }
    catch { throw "OpenSSH.Server comes from Windows Update, which did not give it: $($_.Exception.Message); open the way to it, use an image that has it, or set sshEnabled to false" }
}

function Set-SshRule {
    if (Get-NetFirewallRule -Name $script:SshRule -ErrorAction SilentlyContinue) { Set-NetFirewallRule -Name $script:SshRule -Enabled True -Action Allow -Profile Any }
    else { $null = New-NetFirewallRule -Name $script:SshRule -DisplayName 'OpenSSH SSH Server (sshd)' -Direction Inbound -Protocol TCP -LocalPort 22 -Action Allow -Enabled True -Profile Any }
}

function Invoke-OpenSsh {
    param([object]$Context)
    if (-not (Get-Service -Name 'sshd' -ErrorAction SilentlyContinue)) { Install-OpenSsh $Context }
    # the whole file: no key of an earlier run stays; sshd ignores it while others may write to it
    Set-TextFile $script:SshKeyFile (Get-SshKeyText $Context)
    Set-ClosedAcl $script:SshKeyFile
    Set-Service -Name 'sshd' -StartupType Automatic
    Restart-Service -Name 'sshd' -Force
    Set-SshRule
}

function Assert-OpenSsh {
    param([object]$Context)
    $different = @(Get-SshDifference $Context)
    if ($different.Count) { throw "$($different -join ', '); look at Get-WinEvent -LogName OpenSSH/Operational" }
}
