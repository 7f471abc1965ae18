# What an image is built with: sysprep, the listener and the account of packer, apps.

function LabImageState { param($state)
    [Lab.Reg]::Create('HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Setup\State')
    [Lab.Reg]::Set([Lab.Reg]::Norm('HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Setup\State'), 'ImageState', $state, 'String')
}
# As on Windows it says nothing when it refuses; the reason stands in setuperr.log.
function sysprep.exe {
    Set-StrictMode -Off
    $a = @($args | ForEach-Object { "$_" })
    LabTrace 'native' 'sysprep.exe' $a 0
    $own = @(LabJson 'appx' | Where-Object { -not $_.Provisioned })
    if ($own.Count) {
        $log = [Lab.Node]::ToNative('C:\Windows\System32\Sysprep\Panther\setuperr.log')
        [void][IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($log))
        [IO.File]::WriteAllText($log, "Error SYSPRP Package $($own[0].PackageFullName) was installed for a user, but not provisioned for all users.`r`n")
    }
    elseif ($a -contains '/generalize') { LabImageState 'IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE' }
    LabExit 0
}
function winrm.cmd {
    Set-StrictMode -Off
    $a = @($args | ForEach-Object { "$_" }); $code = 0
    $all = @(LabJson 'winrm-listeners')
    switch ($a[0]) {
        'enumerate' { foreach ($l in $all) { 'Listener'; "    Address = *"; "    Transport = $($l.Transport)"; "    Port = $($l.Port)" } }
        'delete' {
            $left = @($all | Where-Object { $a[1] -notlike "*Transport=$($_.Transport)" })
            if ($left.Count -eq $all.Count) { $code = 2; 'WSManFault: the service cannot find the resource' } else { LabSaveJson 'winrm-listeners' $left }
        }
    }
    LabTrace 'native' 'winrm.cmd' $a $code
    LabExit $code
}
function Get-LocalUser { [CmdletBinding()] param([Parameter(Position = 0)] [string[]]$Name)
    Set-StrictMode -Off
    LabTrace 'cmdlet' 'Get-LocalUser' $PSBoundParameters $null
    LabJson 'users' | Where-Object { -not $Name -or $_.Name -in $Name } | ForEach-Object { [pscustomobject]@{ Name = $_.Name; SID = $_.SID; Enabled = $true } }
}
function Remove-LocalUser { [CmdletBinding(SupportsShouldProcess)] param([Parameter(Mandatory, Position = 0)] [string[]]$Name)
    Set-StrictMode -Off
    LabTrace 'cmdlet' 'Remove-LocalUser' $Name $null
    LabSaveJson 'users' @(LabJson 'users' | Where-Object { $_.Name -notin $Name })
}
function Get-AppxPackage { [CmdletBinding()] param([Parameter(Position = 0)] [string]$Name, [switch]$AllUsers)
    Set-StrictMode -Off
    LabTrace 'cmdlet' 'Get-AppxPackage' $PSBoundParameters $null
    LabJson 'appx' | ForEach-Object { [pscustomobject]@{ PackageFullName = $_.PackageFullName; NonRemovable = $false } }
}
function Get-AppxProvisionedPackage { [CmdletBinding()] param([switch]$Online)
    Set-StrictMode -Off
    LabJson 'appx' | Where-Object { $_.Provisioned } | ForEach-Object { [pscustomobject]@{ PackageName = $_.PackageFullName } }
}
function Remove-AppxPackage { [CmdletBinding(SupportsShouldProcess)] param([Parameter(Mandatory, Position = 0)] [string]$Package, [switch]$AllUsers)
    Set-StrictMode -Off
    LabTrace 'cmdlet' 'Remove-AppxPackage' $Package $null
    LabSaveJson 'appx' @(LabJson 'appx' | Where-Object { $_.PackageFullName -ne $Package })
}
