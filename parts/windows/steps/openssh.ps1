# sshd with exactly the keys of the definition.
$script:SshKeyFile = 'C:\ProgramData\ssh\administrators_authorized_keys'
# the rule that comes with sshd is for private networks only on Server 2025
$script:SshRule = 'gen-cse-sshd'

function Get-SshKeyText {
    param([object]$Context)
    @($Context.Configuration.sshKeys | ForEach-Object { "$_`n" }) -join ''
}

# What is not yet as it should be, as words for a person.
function Get-SshProblem {
    param([object]$Context)
    $service = Get-Service -Name 'sshd' -ErrorAction SilentlyContinue
    if (-not $service) { return 'sshd is not installed' }
    if ("$($service.StartType) $($service.Status)" -ne 'Automatic Running') { 'sshd does not run, or does not start by itself' }
    if ((Get-TextFile $script:SshKeyFile) -cne (Get-SshKeyText $Context)) { 'authorized keys differ' } else { Get-OpenAclReason $script:SshKeyFile }
    if (-not (Test-AllowRule $script:SshRule)) { 'no firewall rule for port 22' }
}

function Test-OpenSsh {
    param([object]$Context)
    if (-not @(Get-SshProblem $Context).Count) { 'sshd runs with these keys' }
}

function Install-OpenSsh {
    param([object]$Context)
    try { $outcome = Invoke-WithRetry 'openssh' { Add-WindowsCapability -Online -Name 'OpenSSH.Server~~~~0.0.1.0' } -Times 4 }
    catch { throw "OpenSSH.Server comes from Windows Update, which did not give it: $($_.Exception.Message); use an image that has it, or set sshEnabled to false" }
    if (Get-Property $outcome 'RestartNeeded') { Add-RestartReason $Context 'capability OpenSSH.Server' }
}

function Invoke-OpenSsh {
    param([object]$Context)
    if (-not (Get-ServiceStatus 'sshd')) { Install-OpenSsh $Context }
    # the whole file: no key of an earlier run stays; sshd ignores it while others may write to it
    Set-TextFile $script:SshKeyFile (Get-SshKeyText $Context)
    Set-ClosedAcl $script:SshKeyFile
    Set-Service -Name 'sshd' -StartupType Automatic
    Restart-Service -Name 'sshd' -Force
    Remove-NetFirewallRule -Name $script:SshRule -ErrorAction SilentlyContinue
    $null = New-NetFirewallRule -Name $script:SshRule -DisplayName $script:SshRule -Direction Inbound -Action Allow -Protocol TCP -LocalPort '22'
}

function Assert-OpenSsh {
    param([object]$Context)
    $problems = @(Get-SshProblem $Context)
    if ($problems.Count) { throw "$($problems -join ', '); look at Get-WinEvent -LogName OpenSSH/Operational" }
}
