# Capabilities that Windows Update gives. sshd is not started: it would make the host keys that each node must have for itself.

function Get-MissingCapability {
    param($Context)
    foreach ($name in $Context.Configuration.windowsCapabilities) {
        $found = Get-WindowsCapability -Online -Name $name | Select-Object -First 1
        if ("$(Get-Property $found 'State')" -ne 'Installed') { $name }
    }
}

function Test-ImageCapabilities {
    param($Context)
    if (-not @(Get-MissingCapability $Context).Count) { "installed: $($Context.Configuration.windowsCapabilities -join ', ')" }
}

function Invoke-ImageCapabilities {
    param($Context)
    foreach ($name in @(Get-MissingCapability $Context)) { $null = Invoke-WithRetry 'image-capabilities' { Add-WindowsCapability -Online -Name $name } }
}

function Assert-ImageCapabilities {
    param($Context)
    $missing = @(Get-MissingCapability $Context)
    if ($missing.Count) { throw "not installed: $($missing -join ', '); look at C:\Windows\Logs\CBS\CBS.log" }
}
