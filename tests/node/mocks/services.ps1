# ---------------------------------------------------------------- services
function LabSvcDir { param($n) "$([Lab.Node]::State)/services/$($n.ToLowerInvariant())" }
function LabSvcGet { param($n, $p) LabRead "$(LabSvcDir $n)/$p" }
function LabSvcSet {
    param($n, $p, $v)
    $d = LabSvcDir $n; [void][IO.Directory]::CreateDirectory($d); [IO.File]::WriteAllText("$d/$p", [string]$v)
}
function LabSvcNames {
    $d = "$([Lab.Node]::State)/services"
    if ([IO.Directory]::Exists($d)) { [IO.Directory]::GetDirectories($d) | Sort-Object | ForEach-Object { LabRead "$_/Name" } }
}
function LabSvcDeps { param($n) $t = LabSvcGet $n 'DependsOn'; if ($t) { @($t -split '[ /,]+' | Where-Object { $_ }) } else { @() } }
function LabSvcObject { param($n)
    $o = [pscustomobject]@{ Status = (LabSvcGet $n 'Status'); Name = (LabSvcGet $n 'Name')
        DisplayName = $(if (LabSvcGet $n 'DisplayName') { LabSvcGet $n 'DisplayName' } else { LabSvcGet $n 'Name' })
        ServiceName = (LabSvcGet $n 'Name')
        StartType = (LabSvcGet $n 'StartType'); CanStop = ((LabSvcGet $n 'Status') -eq 'Running'); MachineName = '.'
        ServicesDependedOn = @(LabSvcDeps $n); RequiredServices = @(LabSvcDeps $n)
        DependentServices = @(LabSvcNames | Where-Object { (LabSvcDeps $_) -contains $n }) }
    $o | Add-Member ScriptMethod ToString { $this.Name } -Force
    $o | Add-Member ScriptMethod Start { Start-Service -Name $this.Name } -Force
    $o | Add-Member ScriptMethod Stop { Stop-Service -Name $this.Name -Force } -Force
    $o | Add-Member ScriptMethod Refresh { $this.Status = LabSvcGet $this.Name 'Status' } -Force
    $o | Add-Member ScriptMethod Close { } -Force
    $o | Add-Member ScriptMethod Dispose { } -Force
    $o |
        Add-Member ScriptMethod WaitForStatus {
        param($want, $t)
        $this.Status = LabSvcGet $this.Name 'Status'
        if ("$want" -ne $this.Status) { throw 'Time out has expired and the operation has not been completed.' }
    } -Force
    $o | Add-Member ScriptProperty Count { 1 } -Force
    $o }
function LabSvcStart { param($n, [int]$depth = 0)  # '' or the reason it does not start
    $d = LabSvcDir $n
    if (-not [IO.Directory]::Exists($d)) { return "missing" }
    if ((LabSvcGet $n 'Status') -eq 'Running') { return '' }
    if ((LabSvcGet $n 'StartType') -eq 'Disabled') { return 'it is disabled' }
    $app = LabSvcGet $n 'Application'
    if (-not $app) {
        $b = LabSvcGet $n 'BinaryPath'
        if ($b -match '^"([^"]+)"') { $app = $Matches[1] } elseif ($b -match '^(.*?\.exe)') { $app = $Matches[1] } else { $app = $b }
    }
    if ($app -and $app -notmatch '(powershell|svchost|cmd|lsass|spoolsv)(\.exe)?$' -and
            -not [IO.File]::Exists([Lab.Node]::ToNative($app))) { return "the system cannot find the file specified ($app)" }
    foreach ($dep in (LabSvcDeps $n)) {
        if ($depth -lt 8) { $r = LabSvcStart $dep ($depth + 1); if ($r) { return "its dependency $dep did not start: $r" } }
    }
    if ($n -eq 'sshd') { $r = LabSshdRefuses; if ($r) { return $r } }
    LabSvcSet $n 'Status' 'Running'
    if ($app -notmatch 'svchost') { [IO.File]::AppendAllText("$([Lab.Node]::State)/start-queue", "$(LabSvcGet $n 'Name')`n") }
    return '' }
# sshd makes its folder at the first start.  Since the updates of October 2024 it ends at once when others may write there, and what
# somebody else made inherits just that from C:\ProgramData, until its access list is closed.
function LabSshdRefuses {
    $f = [Lab.Node]::ToNative('C:\ProgramData\ssh'); $mark = "$([Lab.Node]::State)/sshd-folder-closed"
    if (-not [IO.Directory]::Exists($f)) { [void][IO.Directory]::CreateDirectory($f); [IO.File]::WriteAllText($mark, 'by sshd') }
    if ([IO.File]::Exists($mark)) { return '' }
    $ubr = [int][Lab.Reg]::Get('HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion', 'UBR')
    $build = [int][Lab.Reg]::Get('HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion', 'CurrentBuildNumber')
    $patched = @{ 17763 = 6414; 20348 = 2762; 26100 = 0 }[$build]
    $trace = "$([Lab.Node]::State)/trace.jsonl"
    $closed = @(if ([IO.File]::Exists($trace)) {
        [IO.File]::ReadAllLines($trace) |
            Where-Object {
            $_ -match '"kind":"acl"' -and $_ -match 'ProgramData\\+ssh[\s",]' -and ($_ -notmatch 'icacls' -or $_ -match '/inheritance:[rd]')
        }
    }).Count
    if ($null -eq $patched -or $ubr -lt $patched -or $closed) { [IO.File]::WriteAllText($mark, 'accepted'); return '' }
    'Error 1067: The process terminated unexpectedly (C:\ProgramData\ssh may be written by others)' }
function LabSvcPick { param($Name, $DisplayName, $InputObject, $cmd)  # resolved names; missing ones as error records
    $all = @(LabSvcNames)
    if ($InputObject) {
        foreach ($i in @($InputObject)) {
            $x = if ($i -is [string]) { $i } else { $i.Name }
            if ($all -contains $x) {
                $all | Where-Object { $_ -eq $x }
            } else { New-LabErrorRecord "Cannot find any service with service name '$x'." 'NoServiceFoundForGivenName' ObjectNotFound $x }
        }
        return
    }
    if ($DisplayName) {
        foreach ($p in $DisplayName) {
            $hit = @($all | Where-Object { (LabSvcGet $_ 'DisplayName') -like $p })
            if ($hit) {
                $hit
            } elseif ($p -notmatch '[*?\[]') {
                New-LabErrorRecord "Cannot find any service with display name '$p'." 'NoServiceFoundForGivenDisplayName' ObjectNotFound $p
            }
        }
        return
    }
    foreach ($p in $Name) {
        $hit = @($all | Where-Object { $_ -like $p })
        if ($hit) {
            $hit
        } elseif ($p -notmatch '[*?\[]') {
            New-LabErrorRecord "Cannot find any service with service name '$p'." 'NoServiceFoundForGivenName' ObjectNotFound $p
        }
    }
}
function Get-Service {
    [CmdletBinding()]
    param(
        [Parameter(Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)] [Alias('ServiceName', 'SN')] [string[]]$Name,
        [string[]]$DisplayName,
        [object[]]$InputObject,
        [string[]]$Include,
        [string[]]$Exclude,
        [Alias('DS')][switch]$DependentServices,
        [Alias('SDO')][switch]$RequiredServices,
        [string[]]$ComputerName
    )
    process {
        Set-StrictMode -Off
        LabTrace 'cmdlet' 'Get-Service' $PSBoundParameters $null
        $n = if ($Name) { $Name } else { '*' }
        foreach ($x in @(LabSvcPick $n $DisplayName $InputObject)) {
            if ($x -is [System.Management.Automation.ErrorRecord]) { $PSCmdlet.WriteError($x); continue }
            if ($DependentServices) { LabSvcNames | Where-Object { (LabSvcDeps $_) -contains $x } | ForEach-Object { LabSvcObject $_ } }
            elseif ($RequiredServices) { LabSvcDeps $x | ForEach-Object { LabSvcObject $_ } }
            else { LabSvcObject $x }
} } }
function LabSvcAct { param($what, $Name, $DisplayName, $InputObject, $bound, $cmdlet, [switch]$PassThru, [switch]$Force)
    foreach ($x in @(LabSvcPick $Name $DisplayName $InputObject)) {
        if ($x -is [System.Management.Automation.ErrorRecord]) {
            LabTrace 'cmdlet' "$what-Service" $bound 'not found'
            $cmdlet.WriteError($x)
            continue
        }
        $r = ''
        if ($what -in 'Stop', 'Restart') {
            $dep = @(LabSvcNames | Where-Object { (LabSvcDeps $_) -contains $x -and (LabSvcGet $_ 'Status') -eq 'Running' })
            if ($dep -and -not $Force) {
                LabTrace 'cmdlet' "$what-Service" $bound 'has dependent services'
                $cmdlet.WriteError((New-LabErrorRecord "Cannot stop service '$(LabSvcGet $x 'DisplayName') ($x)' because it has dependent services. It can only be stopped if the Force flag is set." 'ServiceHasDependentServices' InvalidOperation $x))
                continue
            }
            foreach ($d in $dep) { LabSvcSet $d 'Status' 'Stopped' }
            LabSvcSet $x 'Status' 'Stopped'
            if ($what -eq 'Restart') { $r = LabSvcStart $x; foreach ($d in $dep) { [void](LabSvcStart $d) } }
        } elseif ($what -eq 'Start') { $r = LabSvcStart $x }
        LabTrace 'cmdlet' "$what-Service" $x $(if ($r) { $r } else { 'ok' })
        if ($r) {
            $cmdlet.WriteError((New-LabErrorRecord "Service '$(LabSvcGet $x 'DisplayName') ($x)' cannot be started due to the following error: Cannot start service $x on computer '.': $r" 'CouldNotStartService' OpenError $x))
        }
        if ($PassThru) { LabSvcObject $x }
} }
function Start-Service {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Position = 0, ValueFromPipelineByPropertyName)] [Alias('ServiceName')] [string[]]$Name,
        [string[]]$DisplayName,
        [Parameter(ValueFromPipeline)] [object[]]$InputObject,
        [switch]$PassThru
    )
    process {
        Set-StrictMode -Off
        LabSvcAct Start $Name $DisplayName $(if (-not $Name) { $InputObject }) $PSBoundParameters $PSCmdlet -PassThru:$PassThru
    }
}
function Stop-Service {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Position = 0, ValueFromPipelineByPropertyName)] [Alias('ServiceName')] [string[]]$Name,
        [string[]]$DisplayName,
        [Parameter(ValueFromPipeline)] [object[]]$InputObject,
        [switch]$Force,
        [switch]$NoWait,
        [switch]$PassThru
    )
    process {
        Set-StrictMode -Off
        LabSvcAct Stop $Name $DisplayName $(if (-not $Name) { $InputObject }) $PSBoundParameters $PSCmdlet -PassThru:$PassThru -Force:$Force
    }
}
function Restart-Service {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Position = 0, ValueFromPipelineByPropertyName)] [Alias('ServiceName')] [string[]]$Name,
        [string[]]$DisplayName,
        [Parameter(ValueFromPipeline)] [object[]]$InputObject,
        [switch]$Force,
        [switch]$PassThru
    )
    process {
        Set-StrictMode -Off
        LabSvcAct Restart $Name $DisplayName $(if (-not $Name) {
            $InputObject
        }) $PSBoundParameters $PSCmdlet -PassThru:$PassThru -Force:$Force
    }
}
function New-Service {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory, Position = 0)] [string]$Name,
        [Parameter(Mandatory, Position = 1)] [string]$BinaryPathName,
        [string]$DisplayName,
        [string]$Description,
        [string]$StartupType = 'Automatic',
        [object]$Credential,
        [string[]]$DependsOn
    )
    Set-StrictMode -Off; LabTrace 'cmdlet' 'New-Service' $PSBoundParameters $null
    if (@(LabSvcNames) -contains $Name) {
        $PSCmdlet.WriteError((New-LabErrorRecord "Service '$Name ($Name)' cannot be created due to the following error: The specified service already exists" 'CouldNotNewService' PermissionDenied $Name))
        return
    }
    LabSvcSet $Name Name $Name
    LabSvcSet $Name BinaryPath $BinaryPathName
    LabSvcSet $Name StartType $(if ($StartupType -like 'Auto*') { 'Automatic' } else { $StartupType })
    LabSvcSet $Name Status Stopped
    LabSvcSet $Name DisplayName $(if ($DisplayName) { $DisplayName } else { $Name })
    if ($DependsOn) { LabSvcSet $Name DependsOn ($DependsOn -join ' ') }
    if ($Description) { LabSvcSet $Name Description $Description }
    LabSvcObject $Name }
function Set-Service {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Position = 0, ValueFromPipelineByPropertyName)] [Alias('ServiceName')] [string]$Name,
        [Parameter(ValueFromPipeline)] [object]$InputObject,
        [string]$DisplayName,
        [string]$Description,
        [Alias('StartMode', 'ST')] [string]$StartupType,
        [string]$Status,
        [switch]$PassThru,
        [string[]]$ComputerName
    )
    process { Set-StrictMode -Off; LabTrace 'cmdlet' 'Set-Service' $PSBoundParameters $null
        foreach ($x in @(LabSvcPick $Name $null $(if (-not $Name) { $InputObject }))) {
            if ($x -is [System.Management.Automation.ErrorRecord]) { $PSCmdlet.WriteError($x); continue }
            if ($StartupType) { LabSvcSet $x StartType $(if ($StartupType -like 'Auto*') { 'Automatic' } else { $StartupType }) }
            if ($DisplayName) { LabSvcSet $x DisplayName $DisplayName }; if ($Description) { LabSvcSet $x Description $Description }
            if ($Status -eq 'Running') { [void](LabSvcStart $x) } elseif ($Status -eq 'Stopped') { LabSvcSet $x Status Stopped }
            if ($PassThru) { LabSvcObject $x } } } }
function Remove-Service {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Position = 0)] [string]$Name,
        [Parameter(ValueFromPipeline)] [object]$InputObject
    )
    process {
        Set-StrictMode -Off
        $n = if ($Name) { $Name } else { $InputObject.Name }
        LabTrace 'cmdlet' 'Remove-Service' $n $null
        $d = LabSvcDir $n
        if ([IO.Directory]::Exists($d)) {
            [IO.Directory]::Delete($d, $true)
        } else {
            $PSCmdlet.WriteError((New-LabErrorRecord "Cannot find any service with service name '$n'." 'NoServiceFoundForGivenName' ObjectNotFound $n))
        }
    }
}
function Get-Process {
    [CmdletBinding()]
    param(
        [Parameter(Position = 0)] [Alias('ProcessName')] [string[]]$Name,
        [int[]]$Id,
        [Parameter(ValueFromPipeline)] $InputObject
    )
    Set-StrictMode -Off; LabTrace 'cmdlet' 'Get-Process' $PSBoundParameters $null
    $run = @(LabSvcNames |
            Where-Object { (LabSvcGet $_ 'Status') -eq 'Running' } |
            ForEach-Object {
            $a = LabSvcGet $_ 'Application'
            if (-not $a) { $a = $_ }
            if ($a -match 'powershell') { $a = $_ -replace '^kubeproxy$', 'kube-proxy' }
            ($a -split '[\\/]')[-1] -replace '\.exe$', ''
    })
    $run = @($run | ForEach-Object { if ($_ -eq 'docker') { 'dockerd' } else { $_ } })
    foreach ($n in $(if ($Name) { $Name } else { '*' })) {
        $hit = @($run | Where-Object { $_ -like ($n -replace '\.exe$', '') })
        if (-not $hit -and $n -notmatch '[*?]') {
            $PSCmdlet.WriteError((New-LabErrorRecord "Cannot find a process with the name `"$n`". Verify the process name and call the cmdlet again." 'NoProcessFoundForGivenName' ObjectNotFound $n))
        }
        $hit |
            ForEach-Object {
            [pscustomobject]@{ Name = $_; ProcessName = $_; Id = 1000 + [math]::Abs($_.GetHashCode() % 9000); HasExited = $false }
        }
    }
}
function Stop-Process {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Position = 0)] [int[]]$Id,
        [string[]]$Name,
        [Parameter(ValueFromPipeline)] $InputObject,
        [switch]$Force,
        [switch]$PassThru
    )
    process { LabTrace 'cmdlet' 'Stop-Process' $PSBoundParameters $null }
}

function sc.exe {
    Set-StrictMode -Off
    $a = @($args | ForEach-Object { "$_" }); $verb = "$($a[0])".ToLower(); $n = "$($a[1])"
    $known = $n -and (@(LabSvcNames) -contains $n); $code = 0
    $opt = @{}
    for ($i = 2; $i -lt $a.Count; $i++) {
        if ($a[$i] -match '^(\w+)=\s*(.*)$') {
            $k = $Matches[1].ToLower()
            $v = $Matches[2]
            if (-not $v -and $i + 1 -lt $a.Count) { $i++; $v = $a[$i] }
            $opt[$k] = $v
        }
    }
    $st = @{ auto = 'Automatic'; demand = 'Manual'; disabled = 'Disabled'; 'delayed-auto' = 'Automatic' }
    switch -regex ($verb) {
        '^create$' { if ($known) { $code = 1073; "[SC] CreateService FAILED 1073:`n`nThe specified service already exists.`n" } else {
            LabSvcSet $n Name $n
            LabSvcSet $n DisplayName $(if ($opt.displayname) { $opt.displayname } else { $n })
            LabSvcSet $n BinaryPath $opt.binpath
            LabSvcSet $n Status Stopped
            LabSvcSet $n StartType $(if ($opt.start) { $st[$opt.start] } else { 'Manual' })
            if ($opt.depend) { LabSvcSet $n DependsOn ($opt.depend -replace '/', ' ') }
            '[SC] CreateService SUCCESS'
            }
        }
        '^(query|queryex|qc|start|stop|delete|config|failure|failureflag|description|sdset|sidtype|qfailure|privs)$' {
            if (-not $n -and $verb -eq 'query') { LabSvcNames | ForEach-Object { "SERVICE_NAME: $_" }; break }
            if (-not $known) {
                $code = 1060
                "[SC] OpenService FAILED 1060:`n`nThe specified service does not exist as an installed service.`n"
                break
            }
            switch ($verb) {
                {
                    $_ -in 'query', 'queryex'
                } {
                    "`nSERVICE_NAME: $n`n        TYPE               : 10  WIN32_OWN_PROCESS`n        STATE              : $(if ((LabSvcGet $n Status) -eq 'Running') { '4  RUNNING' } else { '1  STOPPED' })`n        WIN32_EXIT_CODE    : 0  (0x0)"
                }
                'qc' {
                    "[SC] QueryServiceConfig SUCCESS`n`nSERVICE_NAME: $n`n        START_TYPE         : $(LabSvcGet $n StartType)`n        BINARY_PATH_NAME   : $(LabSvcGet $n BinaryPath)`n        DEPENDENCIES       : $(LabSvcGet $n DependsOn)"
                }
                'start' {
                    if ((LabSvcGet $n Status) -eq 'Running') {
                        $code = 1056
                        "[SC] StartService FAILED 1056:`n`nAn instance of the service is already running."
                    } else {
                        $r = LabSvcStart $n
                        if ($r) {
                            $code = 2
                            "[SC] StartService FAILED 2:`n`nThe system cannot find the file specified."
                        } else { "SERVICE_NAME: $n STATE : 2 START_PENDING" }
                    }
                }
                'stop' {
                    if ((LabSvcGet $n Status) -ne 'Running') {
                        $code = 1062
                        "[SC] ControlService FAILED 1062:`n`nThe service has not been started."
                    } else { LabSvcSet $n Status Stopped; "SERVICE_NAME: $n STATE : 3 STOP_PENDING" }
                }
                'delete' { [IO.Directory]::Delete((LabSvcDir $n), $true); '[SC] DeleteService SUCCESS' }
                'config' {
                    if ($opt.start) { LabSvcSet $n StartType $st[$opt.start] }
                    if ($opt.binpath) { LabSvcSet $n BinaryPath $opt.binpath }
                    if ($opt.depend) { LabSvcSet $n DependsOn ($opt.depend -replace '/', ' ') }
                    '[SC] ChangeServiceConfig SUCCESS'
                }
                'failure' { LabSvcSet $n failure ($a[2..($a.Count - 1)] -join ' '); '[SC] ChangeServiceConfig2 SUCCESS' }
                default { '[SC] ChangeServiceConfig2 SUCCESS' } } }
        default { $code = 1639; 'ERROR:  Unrecognized command' } }
    LabTrace 'native' 'sc.exe' $a $code; LabExit $code }
function net.exe {
    Set-StrictMode -Off; $a = @($args | ForEach-Object { "$_" }); $code = 0
    switch ("$($a[0])".ToLower()) {
        'start' {
            if ($a.Count -gt 1) {
                $r = if ((LabSvcGet $a[1] Status) -eq 'Running') { 'already' } else { LabSvcStart $a[1] }
                if ($r) {
                    $code = 2
                    if ($r -eq 'missing') { 'The service name is invalid.' } else { "The $($a[1]) service could not be started." }
                } else { "The $($a[1]) service was started successfully." }
            }
        }
        'stop' {
            if (@(LabSvcNames) -contains $a[1]) {
                LabSvcSet $a[1] Status Stopped
                "The $($a[1]) service was stopped successfully."
            } else { $code = 2; 'The service name is invalid.' }
        }
        default { } }
    LabTrace 'native' 'net.exe' $a $code; LabExit $code }
Set-Alias net net.exe -Scope Global
