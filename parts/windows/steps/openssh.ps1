# sshd with exactly the keys of the definition.
$script:SshFolder = 'C:\ProgramData\ssh'
$script:SshKeyFile = 'C:\ProgramData\ssh\administrators_authorized_keys'
# the rule that comes with sshd is for private networks only on Server 2025
$script:SshRule = 'gen-cse-sshd'

function Get-SshKeyText {
    param($Context)
    @(@(Get-Property $Context.Configuration 'sshKeys' @()) | ForEach-Object { "$_`n" }) -join ''
}

# What is not yet as it should be, as words for a person.
function Get-SshProblem {
    param($Context)
    $service = Get-Service -Name 'sshd' -ErrorAction SilentlyContinue
    if (-not $service) { return 'sshd is not installed' }
    if ("$($service.StartType) $($service.Status)" -ne 'Automatic Running') { 'sshd does not run, or does not start by itself' }
    if ((Get-TextFile $script:SshKeyFile) -cne (Get-SshKeyText $Context)) { 'authorized keys differ' } else { Get-OpenAclReason $script:SshKeyFile }
    if (-not (Test-AllowRule $script:SshRule @{ LocalPort = '22' })) { 'no firewall rule for port 22' }
}

function Test-OpenSsh {
    param($Context)
    if (-not @(Get-SshProblem $Context).Count) { 'sshd runs with these keys' }
}

function Add-SshServer {
    param($Context)
    try { $outcome = Invoke-WithRetry 'openssh' { Add-WindowsCapability -Online -Name 'OpenSSH.Server~~~~0.0.1.0' } -Times 4 }
    catch { throw "OpenSSH.Server comes from Windows Update, which did not give it: $($_.Exception.Message); use an image that has it, or set sshEnabled to false" }
    if (Get-Property $outcome 'RestartNeeded') { Add-RestartReason $Context 'capability OpenSSH.Server' }
}

# sshd makes its folder at its first start, and does not run where others may write to it. A folder that something else made has what
# C:\ProgramData hands down, which is just that; it gets the access list sshd gives it: administrators' own, all others may read.
function Start-SshServer {
    Set-Service -Name 'sshd' -StartupType Automatic
    $there = Test-Path -LiteralPath $script:SshFolder
    try { Start-NodeService 'sshd' }
    catch {
        if (-not $there) { throw }
        Write-Event 'openssh' 'note' "$($_.Exception.Message); the access list of $script:SshFolder is made anew"
        $null = Invoke-Program 'icacls.exe' @($script:SshFolder, '/setowner', '*S-1-5-32-544', '/T', '/C', '/Q')
        $null = Invoke-Program 'icacls.exe' @($script:SshFolder, '/reset', '/T', '/C', '/Q')
        $null = Invoke-Program 'icacls.exe' @($script:SshFolder, '/inheritance:r', '/grant:r', '*S-1-5-18:(OI)(CI)F', '*S-1-5-32-544:(OI)(CI)F', '*S-1-5-11:(OI)(CI)RX')
        Start-NodeService 'sshd'
    }
}

# Where it does not work, what is there of OpenSSH goes first: on Server 2019 a client of the image can stand in the way of the
# server, and a server can be of another state than the image's updates. The fork does that always.
function Initialize-SshServer {
    param($Context)
    try {
        if (-not (Get-ServiceStatus 'sshd')) { Add-SshServer $Context }
        Start-SshServer
    }
    catch {
        $installed = @(Get-WindowsCapability -Online -Name 'OpenSSH*' | Where-Object { "$($_.State)" -eq 'Installed' })
        if (-not $installed.Count) { throw }
        Write-Event 'openssh' 'note' "$($_.Exception.Message); OpenSSH is removed and added again"
        foreach ($capability in $installed) { $null = Remove-WindowsCapability -Online -Name $capability.Name }
        Add-SshServer $Context
        Start-SshServer
    }
}

function Invoke-OpenSsh {
    param($Context)
    Initialize-SshServer $Context
    # the whole file: no key of an earlier run stays; sshd reads it at each logon and ignores it while others may write to it
    Set-TextFile $script:SshKeyFile (Get-SshKeyText $Context)
    Set-ClosedAcl $script:SshKeyFile
    Set-AllowRule $script:SshRule @{ LocalPort = '22' }
}

function Assert-OpenSsh {
    param($Context)
    $problems = @(Get-SshProblem $Context)
    if ($problems.Count) { throw "$($problems -join ', '); look at Get-WinEvent -LogName OpenSSH/Operational" }
}
