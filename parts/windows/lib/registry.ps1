# Registry values as data: path, name, value, kind; the kind 'Bits' adds to what is there. Restart: Windows reads it when it starts.

function New-Setting {
    param([string]$Path, [string]$Name, $Value, [string]$Kind = 'DWord', [bool]$Restart = $false)
    [pscustomobject]@{ Path = $Path; Name = $Name; Value = $Value; Kind = $Kind; Restart = $Restart }
}

# Those that the catalog has for this build of Windows and its patch level, whole dumps of programs that crash, each in a folder of its
# own, where the newest two stay (learn.microsoft.com, Collecting User-Mode Dumps), and the id under which Windows reports telemetry.
function Get-WindowsSetting {
    param($Configuration)
    foreach ($one in @(Get-Property $Configuration 'windowsSettings' @() | Where-Object { Test-WindowsRange $_ })) {
        New-Setting -Kind (Get-Property $one 'kind' 'DWord') -Restart (Get-Property $one 'restart' $false) -Path $one.path -Name $one.name -Value $one.value
    }
    foreach ($program in @(Get-Property $Configuration 'crashDumps' @())) {
        $key = "HKLM:\SOFTWARE\Microsoft\Windows\Windows Error Reporting\LocalDumps\$program.exe"
        New-Setting $key 'DumpFolder' "c:\k\dumps\$program" 'ExpandString'
        New-Setting $key 'DumpCount' 2
        New-Setting $key 'DumpType' 2
    }
    $id = Get-Property $Configuration 'windowsTelemetryGuid'
    if ($id) { New-Setting 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\DataCollection' 'CommercialId' $id 'String' }
}

function Get-RegistryValue {
    param([string]$Path, [string]$Name)
    if (Test-Path -LiteralPath $Path) { Get-Property (Get-ItemProperty -LiteralPath $Path) $Name }
}

# With the bits that are there, of the kind 'Bits'.
function Get-WantedValue {
    param($Setting)
    if ($Setting.Kind -eq 'Bits') { [int](Get-RegistryValue $Setting.Path $Setting.Name) -bor $Setting.Value } else { $Setting.Value }
}

# Those that are not as wanted.
function Get-WrongSetting {
    param([object[]]$Settings)
    foreach ($setting in $Settings) {
        $now = Get-RegistryValue $setting.Path $setting.Name
        if ($null -eq $now -or "$now" -ne "$(Get-WantedValue $setting)") { $setting }
    }
}

# New-Item -Force would empty a key that is there.
function Set-RegistryValue {
    param($Setting)
    if (-not (Test-Path -LiteralPath $Setting.Path)) { $null = New-Item -Path $Setting.Path -Force }
    $null = New-ItemProperty -LiteralPath $Setting.Path -Name $Setting.Name -Value (Get-WantedValue $Setting) -PropertyType ($Setting.Kind -replace 'Bits', 'DWord') -Force
}

function Assert-Setting {
    param([object[]]$Settings)
    $wrong = @(Get-WrongSetting $Settings | ForEach-Object { "$($_.Path) $($_.Name)" })
    if ($wrong.Count) { throw "not as set: $($wrong -join ', '); a group policy may undo it" }
}
