# The id under which Windows reports its telemetry, and fixes that Windows has but does not switch on by itself.

function Get-WindowsFix {
    param([object]$Context)
    $services = 'HKLM:\SYSTEM\CurrentControlSet\Services'
    # 0x1 is what every node gets; 0x50 and the wcifs value are the fixes of 2019 that the prepared image switches on. Bits are
    # added to what is there: the image may have more.
    if ((Get-OsBuild) -eq '17763') {
        New-Setting "$services\hns\State" 'HNSControlFlag' 0x51 'Bits'
        New-Setting "$services\wcifs" 'WcifsSOPCountDisabled' 0
    }
    else { New-Setting "$services\hns\State" 'HNSControlFlag' 0x1 'Bits' }
    $id = Get-Property $Context.Configuration 'windowsTelemetryGuid'
    if ($id) { New-Setting 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\DataCollection' 'CommercialId' $id 'String' }
}

function Get-WrongFix {
    param([object]$Context)
    foreach ($setting in @(Get-WindowsFix $Context)) { if (-not (Test-RegistryValue $setting)) { $setting } }
}

function Test-Telemetry {
    param([object]$Context)
    if (-not @(Get-WrongFix $Context).Count) { 'all values are set' }
}

# HNS reads its flag when it starts. While no kubelet has networks there, starting it again is enough; docker's own network is
# made anew when docker starts.
function Restart-Hns {
    param([object]$Context)
    $hns = Get-Service -Name 'hns' -ErrorAction SilentlyContinue
    if (-not $hns -or "$($hns.Status)" -ne 'Running') { return }
    if (Get-Service -Name 'kubelet' -ErrorAction SilentlyContinue) { Add-RestartReason $Context 'HNS settings'; return }
    try {
        $stopped = @(Stop-RunningService 'docker', 'hns')
        [System.Array]::Reverse($stopped)
        foreach ($name in $stopped) { $null = Start-NodeService $name }
    }
    catch {
        Write-Event 'telemetry' 'note' "HNS was not started again: $($_.Exception.Message)"
        Add-RestartReason $Context 'HNS settings'
    }
}

function Invoke-Telemetry {
    param([object]$Context)
    $wrong = @(Get-WrongFix $Context)
    foreach ($setting in $wrong) {
        $before = Get-RegistryValue $setting.Path $setting.Name
        Set-RegistryValue $setting
        Write-Event 'telemetry' 'set' "$($setting.Name): '$before' -> '$(Get-RegistryValue $setting.Path $setting.Name)'"
    }
    if (@($wrong | Where-Object { $_.Name -eq 'HNSControlFlag' }).Count) { Restart-Hns $Context }
}

function Assert-Telemetry {
    param([object]$Context)
    $wrong = @(Get-WrongFix $Context)
    if ($wrong.Count) { throw "not as set: $(@($wrong | ForEach-Object { "$($_.Path) $($_.Name)" }) -join ', '); a group policy may undo it" }
}
