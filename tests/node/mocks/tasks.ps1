# ---------------------------------------------------------------- scheduled tasks
function New-ScheduledTaskAction {
    [CmdletBinding()] param([Parameter(Mandatory)] [string]$Execute, [string]$Argument, [string]$WorkingDirectory, [string]$Id)
    [pscustomobject]@{ Execute = $Execute; Arguments = $Argument; WorkingDirectory = $WorkingDirectory }
}
function New-ScheduledTaskTrigger {
    [CmdletBinding()]
    param(
        [switch]$AtStartup,
        [switch]$AtLogOn,
        [switch]$Daily,
        [switch]$Weekly,
        [switch]$Once,
        $At,
        $RandomDelay,
        $DaysInterval,
        $WeeksInterval,
        $RepetitionInterval,
        $RepetitionDuration,
        $DaysOfWeek,
        $User
    )
    $k = if ($AtStartup) {
        'AtStartup'
    } elseif ($AtLogOn) { 'AtLogOn' } elseif ($Daily) { 'Daily' } elseif ($Weekly) { 'Weekly' } else { 'Once' }
    [pscustomobject]@{ Kind = $k; At = "$At"; Repetition = "$RepetitionInterval"; RandomDelay = "$RandomDelay"; Delay = '' }
}
function New-ScheduledTaskPrincipal {
    [CmdletBinding()]
    param(
        [string]$UserId,
        [string]$GroupId,
        [string]$LogonType,
        [string]$RunLevel,
        [string]$Id,
        [string]$ProcessTokenSidType
    )
    [pscustomobject]@{ UserId = $UserId; LogonType = $LogonType; RunLevel = $RunLevel }
}
function New-ScheduledTaskSettingsSet {
    [CmdletBinding()]
    param(
        [switch]$AllowStartIfOnBatteries,
        [switch]$DontStopIfGoingOnBatteries,
        [switch]$StartWhenAvailable,
        [switch]$Hidden,
        $ExecutionTimeLimit,
        $RestartCount,
        $RestartInterval,
        [string]$MultipleInstances,
        [int]$Priority,
        [switch]$DontStopOnIdleEnd,
        [switch]$RunOnlyIfNetworkAvailable,
        [switch]$Disable
    )
    [pscustomobject]@{
        ExecutionTimeLimit = "$ExecutionTimeLimit"
        RestartCount = "$RestartCount"
        RestartInterval = "$RestartInterval"
        MultipleInstances = $MultipleInstances
    }
}
function New-ScheduledTask {
    [CmdletBinding()] param([object[]]$Action, [string]$Description, $Principal, $Settings, [object[]]$Trigger)
    [pscustomobject]@{
        Actions = @($Action)
        Description = $Description
        Principal = $Principal
        Settings = $Settings
        Triggers = @($Trigger)
    }
}
function LabTaskFile {
    param($n)
    [void][IO.Directory]::CreateDirectory("$([Lab.Node]::State)/tasks")
    "$([Lab.Node]::State)/tasks/$($n.ToLower() -replace '[\\/ ]', '_').json"
}
function LabTasks {
    $d = "$([Lab.Node]::State)/tasks"
    if ([IO.Directory]::Exists($d)) {
        [IO.Directory]::GetFiles($d, '*.json') | Sort-Object | ForEach-Object { ConvertFrom-Json ([IO.File]::ReadAllText($_)) }
    }
}
function Register-ScheduledTask {
    [CmdletBinding()]
    param(
        [Parameter(Position = 0)] [string]$TaskName,
        [string]$TaskPath = '\',
        [Parameter(ValueFromPipeline)] $InputObject,
        [object[]]$Action,
        [object[]]$Trigger,
        $Principal,
        $Settings,
        [string]$Description,
        [string]$User,
        [string]$Password,
        [string]$RunLevel,
        [string]$Xml,
        [switch]$Force
    )
    process { Set-StrictMode -Off; $f = LabTaskFile $TaskName
        if ([IO.File]::Exists($f) -and -not $Force) {
            LabTrace 'task' 'Register-ScheduledTask' $TaskName 'exists'
            $PSCmdlet.WriteError((New-LabErrorRecord 'Cannot create a file when that file already exists.' 'HRESULT 0x800700b7,Register-ScheduledTask' ResourceExists $TaskName))
            return
        }
        $t = if ($InputObject) {
            $InputObject
        } else { New-ScheduledTask -Action $Action -Trigger $Trigger -Principal $Principal -Settings $Settings -Description $Description }
        $o = [pscustomobject]@{
            TaskName = $TaskName
            TaskPath = $TaskPath
            State = 'Ready'
            Description = $t.Description
            Actions = @($t.Actions)
            Triggers = @($t.Triggers)
            Principal = $(if ($t.Principal) { $t.Principal } else { @{ UserId = $User; RunLevel = $RunLevel } })
            Settings = $t.Settings
            Xml = $Xml
        }
        [IO.File]::WriteAllText($f, (ConvertTo-Json $o -Depth 6)); LabTrace 'task' 'Register-ScheduledTask' $TaskName 'ok'; $o } }
function Get-ScheduledTask {
    [CmdletBinding()] param([Parameter(Position = 0)] [string[]]$TaskName, [string[]]$TaskPath)
    Set-StrictMode -Off
    LabTrace 'task' 'Get-ScheduledTask' $PSBoundParameters $null
    foreach ($n in $(if ($TaskName) {
        $TaskName
        } else {
            '*'
    })) {
        $h = @(LabTasks | Where-Object { $_.TaskName -like $n })
        if ($h) {
            $h
        } elseif ($n -notmatch '[*?]') {
            $PSCmdlet.WriteError((New-LabErrorRecord "No MSFT_ScheduledTask objects found with property 'TaskName' equal to '$n'.  Verify the value of the property and retry." 'CmdletizationQuery_NotFound_TaskName' ObjectNotFound $n))
        }
    }
}
function Unregister-ScheduledTask {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Position = 0)] [string[]]$TaskName,
        [string]$TaskPath,
        [Parameter(ValueFromPipeline)] $InputObject
    )
    process {
        Set-StrictMode -Off
        foreach ($n in @($TaskName) + @($InputObject |
                ForEach-Object TaskName)) {
            if (-not $n) { continue }
            $f = LabTaskFile $n
            LabTrace 'task' 'Unregister-ScheduledTask' $n $null
            if ([IO.File]::Exists($f)) {
                [IO.File]::Delete($f)
            } else {
                $PSCmdlet.WriteError((New-LabErrorRecord "No MSFT_ScheduledTask objects found with property 'TaskName' equal to '$n'." 'CmdletizationQuery_NotFound_TaskName' ObjectNotFound $n))
            }
        }
    }
}
function Start-ScheduledTask {
    [CmdletBinding()] param([Parameter(Position = 0)] [string[]]$TaskName, [string]$TaskPath, [Parameter(ValueFromPipeline)] $InputObject)
    process {
        Set-StrictMode -Off
        foreach ($n in @($TaskName) + @($InputObject |
                ForEach-Object TaskName)) {
            if ($n) { LabTrace 'task' 'Start-ScheduledTask' $n $null; [IO.File]::AppendAllText("$([Lab.Node]::State)/task-queue", "$n`n") }
        }
    }
}
foreach ($t in 'Stop-ScheduledTask', 'Enable-ScheduledTask', 'Disable-ScheduledTask', 'Set-ScheduledTask') {
    Set-Item "function:global:$t" ([scriptblock]::Create("LabTrace 'task' '$t' `$args `$null"))
}
function schtasks.exe {
    Set-StrictMode -Off
    $a = @($args | ForEach-Object { "$_" })
    $o = @{}
    for ($i = 0; $i -lt $a.Count; $i++) {
        if ($a[$i] -match '^/(\w+)$') {
            $k = $Matches[1].ToLower()
            if ($i + 1 -lt $a.Count -and $a[$i + 1] -notmatch '^/\w+$') { $o[$k] = $a[++$i] } else { $o[$k] = $true }
        }
    }
    $code = 0
    if ($o.create) {
        $w = @(Split-LabArgs $o.tr)
        $k = switch ($o.sc) { 'onstart' { 'AtStartup' } 'daily' { 'Daily' } default { "$($o.sc)" } }
        if ([IO.File]::Exists((LabTaskFile $o.tn)) -and -not $o.f) {
            $code = 1
            'ERROR: The task already exists.'
        } else {
            Register-ScheduledTask -TaskName $o.tn -Force -InputObject ([pscustomobject]@{
                Description = ''
                Actions = @([pscustomobject]@{ Execute = $w[0]; Arguments = ($w | Select-Object -Skip 1) -join ' ' })
                Triggers = @([pscustomobject]@{ Kind = $k })
                Principal = @{ UserId = $o.ru }
                Settings = $null
            }) |
                Out-Null
            "SUCCESS: The scheduled task `"$($o.tn)`" has successfully been created."
        }
    }
    elseif ($o.delete) {
        $f = LabTaskFile $o.tn
        if ([IO.File]::Exists($f)) { [IO.File]::Delete($f) } else { $code = 1 }
    } elseif ($o.run) {
        Start-ScheduledTask -TaskName $o.tn
    } elseif ($o.query) {
        if ($o.tn -and -not [IO.File]::Exists((LabTaskFile $o.tn))) { $code = 1; 'ERROR: The system cannot find the file specified.' }
    }
    LabTrace 'native' 'schtasks.exe' $a $code; LabExit $code }
Set-Alias schtasks schtasks.exe -Scope Global
