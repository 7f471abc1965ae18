# Makes a configured machine an image: removes what is the machine's own, then sysprep.

$script:Sysprep = "$env:SystemRoot\System32\Sysprep"

# sysprep refuses to go on where an app is installed for one user and not for all.
function Remove-UserPackage {
    if (-not (Get-Command -Name 'Get-AppxPackage' -ErrorAction SilentlyContinue)) { return }
    $shared = @(Get-AppxProvisionedPackage -Online | ForEach-Object { $_.PackageName })
    foreach ($package in @(Get-AppxPackage -AllUsers | Where-Object { -not $_.NonRemovable -and $shared -notcontains $_.PackageFullName })) {
        Write-Event 'seal' 'removed' "package $($package.PackageFullName)"
        Remove-AppxPackage -Package $package.PackageFullName -AllUsers
    }
}

# The guest agent of this machine: the platform brings its own to each new one, and on Azure Stack Hub a copy of an old one does not
# run extensions.
function Remove-GuestAgent {
    foreach ($name in 'WindowsAzureGuestAgent', 'WindowsAzureNetAgentSvc', 'RdAgent') {
        if (-not (Get-ServiceStatus $name)) { continue }
        Stop-NodeService $name
        $null = Invoke-Program 'sc.exe' @('delete', $name)
    }
    $key = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Setup\SysPrepExternal\Generalize'
    if (-not (Test-Path -LiteralPath $key)) { return }
    foreach ($value in @((Get-ItemProperty -LiteralPath $key).PSObject.Properties | Where-Object { "$($_.Value)" -match 'VMAgentDisabler\.dll' })) { Remove-ItemProperty -LiteralPath $key -Name $value.Name }
}

# Files of this machine's own set-up and run, and of packer's scripts. What is open goes with the machine.
function Remove-MachineFile {
    foreach ($path in "$script:Sysprep\unattend.xml", 'C:\Windows\Panther\unattend.xml', $script:WorkFolder) { if (Test-Path -LiteralPath $path) { Remove-Item -LiteralPath $path -Recurse -Force } }
    foreach ($folder in 'C:\WindowsAzure', 'C:\Windows\Temp', 'C:\Windows\SoftwareDistribution\Download') {
        @(Get-ChildItem -LiteralPath $folder -Force -ErrorAction SilentlyContinue) | Remove-Item -Recurse -Force -ErrorAction SilentlyContinue
    }
}

# Without /mode:vm: an image made on Azure runs on Azure Stack Hub, too, whose hosts are others. sysprep ends before its work has.
function Invoke-Sysprep {
    $null = Invoke-Program "$script:Sysprep\Sysprep.exe" @('/oobe', '/generalize', '/quiet', '/quit') -Seconds 3000
    $state = { "$(Get-RegistryValue 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Setup\State' 'ImageState')" }
    if (Wait-Condition { (& $state) -eq 'IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE' } 1800 10) { return }
    $tail = @("$(Get-TextFile "$script:Sysprep\Panther\setuperr.log")" -split '\r?\n' | Where-Object { $_.Trim() } | Select-Object -Last 3)
    throw "the image is $(& $state) 30 minutes after sysprep: $($tail -join ' | ')"
}

# Last, since the way here leads through both. The account that Windows itself came with is renamed and given a new password with
# each new machine; it cannot be deleted.
function Remove-PackerAccess {
    foreach ($transport in 'HTTPS', 'HTTP') { $null = Invoke-Program 'winrm.cmd' @('delete', "winrm/config/Listener?Address=*+Transport=$transport") @(0, 1, 2) }
    foreach ($user in @(Get-LocalUser | Where-Object { $_.Name -eq 'packer' -and "$($_.SID)" -notmatch '-500$' })) { Remove-LocalUser -Name $user.Name }
}

# Returns the exit code.
function Invoke-Seal {
    try {
        Remove-UserPackage
        Remove-GuestAgent
        Remove-MachineFile
        Invoke-Sysprep
        Remove-PackerAccess
        Write-Event 'seal' 'done' 'generalized'
        0
    }
    catch {
        Write-Event 'seal' 'failed' $_.Exception.Message
        1
    }
}
