# Windows does not update itself, neither while the image is made nor on its nodes, as on the peers' images: an update that comes by
# itself restarts a node under its pods.

function Get-UpdateSetting {
    New-Setting 'HKLM:\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate\AU' 'NoAutoUpdate' 1
}

function Test-ImageUpdates {
    param($Context)
    if (-not @(Get-WrongSetting @(Get-UpdateSetting)).Count) { 'off' }
}

function Invoke-ImageUpdates {
    param($Context)
    Set-RegistryValue (Get-UpdateSetting)
}

function Assert-ImageUpdates {
    param($Context)
    Assert-Setting @(Get-UpdateSetting)
}
