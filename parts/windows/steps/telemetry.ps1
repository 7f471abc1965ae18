# The id under which Windows reports its telemetry, and fixes that Windows has but does not switch on by itself.

# 0x1 is what every node gets; 0x50 and the wcifs value are the fixes of 2019 that the prepared image switches on. Bits are
# added to what is there: the image may have more.
function Get-WindowsFix {
    param([object]$Context)
    $services = 'HKLM:\SYSTEM\CurrentControlSet\Services'
    $old = (Get-OsBuild) -eq '17763'
    New-Setting "$services\hns\State" 'HNSControlFlag' $(if ($old) { 0x51 } else { 0x1 }) 'Bits'
    if ($old) { New-Setting "$services\wcifs" 'WcifsSOPCountDisabled' 0 }
    $id = Get-Property $Context.Configuration 'windowsTelemetryGuid'
    if ($id) { New-Setting 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\DataCollection' 'CommercialId' $id 'String' }
}

function Test-Telemetry {
    param([object]$Context)
    if (-not @(Get-WrongSetting @(Get-WindowsFix $Context)).Count) { 'all values are set' }
}

# HNS reads its flag when it starts. While no kubelet has networks there, starting it again is enough, and after a restart they were
# cleared; docker, whose network is made anew when it starts, is started by its own step.
function Restart-Hns {
    param([object]$Context)
    if ((Get-ServiceStatus 'hns') -ne 'Running') { return }
    if ((Get-ServiceStatus 'kubelet') -and -not $Context.Resuming) { Add-RestartReason $Context 'HNS settings'; return }
    try {
        foreach ($name in 'docker', 'hns') { Stop-NodeService $name }
        Start-NodeService 'hns'
    }
    catch { Add-RestartReason $Context 'HNS settings' }
}

function Invoke-Telemetry {
    param([object]$Context)
    $wrong = @(Get-WrongSetting @(Get-WindowsFix $Context))
    foreach ($setting in $wrong) { Set-RegistryValue $setting }
    $names = @($wrong | ForEach-Object { $_.Name })
    if ($names -contains 'HNSControlFlag') { Restart-Hns $Context }
    Set-Decision $Context 'done' "set: $($names -join ', ')"
}

function Assert-Telemetry {
    param([object]$Context)
    Assert-Setting @(Get-WindowsFix $Context)
}
