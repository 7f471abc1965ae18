# Is this a machine, and is this a configuration, that the steps behind can work with? Every finding in one message.

# What is free on C: plus what it can grow by: a stock image on a bigger disk starts small.
# Where that alone is enough nobody asks for the rest.
function Get-AvailableGigabyte {
    param([int]$Needed)
    $bytes = (Get-OsPartition).Unallocated
    if ($bytes -lt $Needed * 1GB) { $bytes += (Get-CimInstance -ClassName Win32_LogicalDisk -Filter "DeviceID='C:'").FreeSpace }
    [System.Math]::Round($bytes / 1GB, 1)
}

# What is free must do for what is not on the image yet. A node that ran already has its space filled with it.
function Get-DiskProblem {
    param($Context)
    $configuration = $Context.Configuration
    $needed = if ($Context.Flavour -eq 'stock') { $configuration.stockImageFreeGB } else { $configuration.preparedImageFreeGB }
    $size = Get-AvailableGigabyte $needed
    if ($size -lt $needed -and -not (Get-ServiceStatus 'kubelet')) {
        "$size GB can be used on C:, $needed GB are needed (a stock image: $($configuration.stockImageFreeGB) GB, a prepared one: $($configuration.preparedImageFreeGB) GB): choose a bigger OS disk"
    }
}

function Get-PreflightProblem {
    param($Context)
    $configuration = $Context.Configuration
    if ($configuration.osBuilds -notcontains (Get-OsBuild)) { "Windows build $(Get-OsBuild) is not one of $($configuration.osBuilds -join ', '): use another image, or allow it in the catalog" }
    if ($PSVersionTable.PSVersion -lt [version]'5.1') { "PowerShell is $($PSVersionTable.PSVersion), 5.1 is needed" }
    if (-not (Test-Administrator)) { 'not an administrator: run it as SYSTEM' }
    Get-DiskProblem $Context
    if ($Context.Resuming) { return }
    $names = @('clientPrivateKey')
    if (-not $configuration.useManagedIdentity) { $names += 'servicePrincipalClientSecret' }
    foreach ($name in $names) { if (-not (Get-Property $Context.Secrets $name)) { "no $name in the extension's protected settings: deploy again with this parameter" } }
}

function Invoke-Preflight {
    param($Context)
    $problems = @(Get-PreflightProblem $Context)
    if ($problems.Count) { throw ($problems -join '; ') }
    foreach ($notice in @(Get-Property $Context.Configuration 'notices' @())) { if (Test-WindowsRange $notice) { Write-Event 'preflight' 'known problem' $notice.text } }
    Set-Decision $Context 'done' "Windows $(Get-OsBuild).$(Get-OsPatch), PowerShell $($PSVersionTable.PSVersion)"
}
