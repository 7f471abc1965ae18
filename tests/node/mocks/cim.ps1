# ---------------------------------------------------------------- CIM / WMI
function LabCim { param($class)
    $saved = LabRead "$([Lab.Node]::State)/cim-$($class.ToLower()).json"; if ($saved) { return @(ConvertFrom-Json $saved) }
    $b = [Lab.Reg]::Get('HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion', 'CurrentBuildNumber')
    switch ($class) {
        'Win32_OperatingSystem' {
            [pscustomobject]@{
                BuildNumber = "$b"
                Version = "10.0.$b"
                Caption = [Lab.Reg]::Get('HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion', 'ProductName')
                SystemDrive = 'C:'
                OSArchitecture = '64-bit'
                TotalVisibleMemorySize = 8388148
                FreePhysicalMemory = 6291456
                SystemDirectory = 'C:\Windows\system32'
                WindowsDirectory = 'C:\Windows'
                ProductType = 3
                OperatingSystemSKU = 80
                LastBootUpTime = $(if ([IO.File]::Exists("$([Lab.Node]::State)/started")) { [IO.File]::GetLastWriteTime("$([Lab.Node]::State)/started") } else { [datetime]::Now.AddMinutes(-5) })
                InstallDate = [datetime]::Now.AddDays(-30)
                CSName = $env:COMPUTERNAME
            }
        }
        'Win32_ComputerSystem' {
            [pscustomobject]@{
                Name = $env:COMPUTERNAME
                Domain = 'WORKGROUP'
                PartOfDomain = $false
                AutomaticManagedPagefile = [IO.File]::Exists("$([Lab.Node]::State)/pagefile-automatic")
                TotalPhysicalMemory = 8589463552
                NumberOfLogicalProcessors = 2
                NumberOfProcessors = 1
                Manufacturer = 'Microsoft Corporation'
                Model = 'Virtual Machine'
                HypervisorPresent = $true
            }
        }
        'Win32_PageFileSetting' {
            if (-not [IO.File]::Exists("$([Lab.Node]::State)/pagefile-automatic")) {
                [pscustomobject]@{ Name = 'D:\pagefile.sys'; InitialSize = 0; MaximumSize = 0 }
            }
        }
        'Win32_PageFileUsage' {
            $set = @(LabCim 'Win32_PageFileSetting' | Where-Object { $_.InitialSize } | Select-Object -First 1)
            if ($set) { [pscustomobject]@{ Name = $set.Name; AllocatedBaseSize = $set.InitialSize; CurrentUsage = 20 } }
            else { [pscustomobject]@{ Name = 'D:\pagefile.sys'; AllocatedBaseSize = 1280; CurrentUsage = 20 } }
        }
        'Win32_Service' {
            foreach ($n in LabSvcNames) {
                [pscustomobject]@{
                    Name = $n
                    DisplayName = (LabSvcGet $n DisplayName)
                    State = (LabSvcGet $n Status)
                    StartMode = $(if ((LabSvcGet $n StartType) -eq 'Automatic') { 'Auto' } else { LabSvcGet $n StartType })
                    PathName = (LabSvcGet $n BinaryPath)
                    ProcessId = $(if ((LabSvcGet $n Status) -eq 'Running') { 1000 + $n.Length * 37 } else { 0 })
                    ExitCode = 0
                }
            }
        }
        'Win32_NetworkAdapterConfiguration' {
            [pscustomobject]@{
                Index = 1
                Description = 'Microsoft Hyper-V Network Adapter'
                IPEnabled = $true
                MACAddress = '00:0D:3A:11:22:33'
                IPAddress = @('10.240.0.4')
                DefaultIPGateway = @('10.240.0.1')
                DHCPEnabled = $true
                DNSServerSearchOrder = @('168.63.129.16')
            }
        }
        'Win32_NetworkAdapter' {
            [pscustomobject]@{
                Index = 1
                Name = 'Microsoft Hyper-V Network Adapter'
                NetConnectionID = 'Ethernet'
                MACAddress = '00:0D:3A:11:22:33'
                PhysicalAdapter = $true
            }
        }
        'Win32_Processor' { [pscustomobject]@{ Name = 'lab cpu'; NumberOfCores = 2; NumberOfLogicalProcessors = 2 } }
        'Win32_LogicalDisk' {
            $free = LabRead "$([Lab.Node]::State)/free-bytes"
            [pscustomobject]@{
                DeviceID = 'C:'
                Size = 136365211648
                FreeSpace = $(if ($free) { [long]$free } else { 100000000000 })
                DriveType = 3
                FileSystem = 'NTFS'
            }
        }
        'Win32_BIOS' { [pscustomobject]@{ SerialNumber = '0000-0000-0000'; Manufacturer = 'lab' } }
        'Win32_ComputerSystemProduct' { [pscustomobject]@{ UUID = '11111111-2222-3333-4444-555555555555' } }
        'Win32_QuickFixEngineering' {
            foreach ($k in @((LabRead "$([Lab.Node]::State)/hotfixes") -split "`n")) {
                if ($k) { [pscustomobject]@{ HotFixID = $k; Description = 'Security Update' } }
            }
        }
        default { } } }
function LabCimFilter { param($rows, $filter)
    if (-not $filter) { return $rows }
    $terms = @($filter -split '\s+and\s+')
    $rows |
        Where-Object {
        $r = $_
        $ok = $true
        foreach ($t in $terms) {
            if ($t -match "^\s*\(?\s*(\w+)\s*(=|like|<>)\s*['`"]?([^'`"]*?)['`"]?\s*\)?$") {
                $v = "$($r.($Matches[1]))"
                $x = $Matches[3] -replace '\\\\', '\'
                switch ($Matches[2]) { '=' {
                    if ($v -ne $x) { $ok = $false }
                    } '<>' { if ($v -eq $x) { $ok = $false } } 'like' { if ($v -notlike ($x -replace '%', '*')) { $ok = $false } } }
            }
        }
        $ok
    }
}
function LabCimGet { param($ClassName, $Filter, $Query, $Property)
    if ($Query -match '(?i)from\s+(\w+)(?:\s+where\s+(.*))?$') { $ClassName = $Matches[1]; $Filter = $Matches[2] }
    foreach ($r in @(LabCimFilter @(LabCim $ClassName) $Filter)) { if ($null -eq $r) { continue }
        $r | Add-Member NoteProperty LabClass $ClassName -Force
        $r | Add-Member NoteProperty CimClass ([pscustomobject]@{ CimClassName = $ClassName }) -Force
        $r | Add-Member ScriptMethod Put { LabCimPut $this } -Force
        $r | Add-Member ScriptMethod Delete { LabTrace 'cim' 'Delete' $this.LabClass $null } -Force
        $r
    }
}
function LabCimPut {
    param($o, $set)
    $c = $o.LabClass; if ($set) { foreach ($k in $set.Keys) { $o | Add-Member NoteProperty $k $set[$k] -Force } }
    if ($c -eq 'Win32_ComputerSystem' -and $null -ne $o.AutomaticManagedPagefile) {
        $f = "$([Lab.Node]::State)/pagefile-automatic"
        if ($o.AutomaticManagedPagefile) { [IO.File]::WriteAllText($f, '1') } elseif ([IO.File]::Exists($f)) { [IO.File]::Delete($f) }
    }
    $plain = $o | Select-Object -Property * -ExcludeProperty LabClass, CimClass
    if ($c -ne 'Win32_Service') {
        [IO.File]::WriteAllText("$([Lab.Node]::State)/cim-$($c.ToLower()).json", (ConvertTo-Json @($plain) -Depth 4))
    }
}
function Get-CimInstance {
    [CmdletBinding()]
    param(
        [Parameter(Position = 0)] [Alias('Class')] [string]$ClassName,
        [string]$Namespace,
        [string]$Filter,
        [string]$Query,
        [string[]]$Property,
        [Parameter(ValueFromPipeline)] $InputObject,
        $CimSession,
        [string[]]$ComputerName,
        [switch]$KeyOnly
    )
    process {
        Set-StrictMode -Off
        LabTrace 'cim' 'Get-CimInstance' $PSBoundParameters $null
        LabCimGet $ClassName $Filter $Query $Property
    }
}
function Get-WmiObject {
    [CmdletBinding()]
    param(
        [Parameter(Position = 0)] [Alias('ClassName')] [string]$Class,
        [Parameter(Position = 1)] [string[]]$Property,
        [string]$Namespace,
        [string]$Filter,
        [string]$Query,
        [switch]$EnableAllPrivileges,
        [string[]]$ComputerName
    )
    Set-StrictMode -Off; LabTrace 'cim' 'Get-WmiObject' $PSBoundParameters $null; LabCimGet $Class $Filter $Query $Property
}
Set-Alias gwmi Get-WmiObject -Scope Global; Set-Alias gcim Get-CimInstance -Scope Global -Force
function Set-CimInstance {
    [CmdletBinding()]
    param(
        [Parameter(Position = 0, ValueFromPipeline)] $InputObject,
        [System.Collections.IDictionary]$Property,
        [string]$Query,
        [string]$Namespace,
        [switch]$PassThru
    )
    process {
        Set-StrictMode -Off
        LabTrace 'cim' 'Set-CimInstance' @{ class = $InputObject.LabClass; query = $Query; property = $Property } $null
        foreach ($o in @(if ($Query) {
            LabCimGet $null $null $Query
            } else { $InputObject })) { if ($o) { LabCimPut $o $Property; if ($PassThru) { $o } } }
    }
}
function Set-WmiInstance {
    [CmdletBinding()]
    param(
        [Parameter(ValueFromPipeline)] $InputObject,
        [string]$Class,
        [System.Collections.IDictionary]$Arguments,
        [switch]$EnableAllPrivileges
    )
    process {
        Set-StrictMode -Off
        LabTrace 'cim' 'Set-WmiInstance' @{ class = $Class; arguments = $Arguments } $null
        if ($InputObject) {
            LabCimPut $InputObject $Arguments
            $InputObject
        } else { New-CimInstance -ClassName $Class -Property $Arguments }
    }
}
function New-CimInstance {
    [CmdletBinding()]
    param(
        [Parameter(Position = 0)] [string]$ClassName,
        [System.Collections.IDictionary]$Property,
        [string]$Namespace,
        [switch]$ClientOnly,
        [string[]]$Key
    )
    Set-StrictMode -Off
    LabTrace 'cim' 'New-CimInstance' $PSBoundParameters $null
    $o = [pscustomobject]$Property
    $o | Add-Member NoteProperty LabClass $ClassName -Force
    LabCimPut $o
    $o
}
function Remove-CimInstance {
    [CmdletBinding()] param([Parameter(ValueFromPipeline)] $InputObject, [string]$Query)
    process { Set-StrictMode -Off; LabTrace 'cim' 'Remove-CimInstance' $InputObject.LabClass $null }
}
function Invoke-CimMethod {
    [CmdletBinding()]
    param(
        [Parameter(ValueFromPipeline)] $InputObject,
        [string]$ClassName,
        [Parameter(Position = 0)] [string]$MethodName,
        [Parameter(Position = 1)] [System.Collections.IDictionary]$Arguments,
        [string]$Namespace,
        [string]$Query
    )
    process {
        Set-StrictMode -Off
        LabTrace 'cim' 'Invoke-CimMethod' $PSBoundParameters $null
        if ($InputObject.LabClass -eq 'Win32_Service') {
            switch ($MethodName) { 'Delete' {
                [IO.Directory]::Delete((LabSvcDir $InputObject.Name), $true)
                } 'StartService' { [void](LabSvcStart $InputObject.Name) } 'StopService' { LabSvcSet $InputObject.Name Status Stopped } }
        }
        [pscustomobject]@{ ReturnValue = 0 }
    }
}
function Get-ComputerInfo {
    [CmdletBinding()] param([Parameter(Position = 0)] [string[]]$Property)
    Set-StrictMode -Off
    LabTrace 'cmdlet' 'Get-ComputerInfo' $null $null
    $k = 'HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion'
    [pscustomobject]@{
        WindowsProductName = [Lab.Reg]::Get($k, 'ProductName')
        OsBuildNumber = [Lab.Reg]::Get($k, 'CurrentBuildNumber')
        OsVersion = "10.0.$([Lab.Reg]::Get($k, 'CurrentBuildNumber'))"
        WindowsVersion = [Lab.Reg]::Get($k, 'ReleaseId')
        WindowsInstallationType = [Lab.Reg]::Get($k, 'InstallationType')
    }
}
function Get-HotFix {
    [CmdletBinding()] param([Parameter(Position = 0)] [Alias('HFID')] [string[]]$Id)
    Set-StrictMode -Off
    LabTrace 'cmdlet' 'Get-HotFix' $PSBoundParameters $null
    $all = @(LabCim 'Win32_QuickFixEngineering')
    if ($Id) {
        foreach ($i in $Id) {
            $h = $all | Where-Object HotFixID -eq $i
            if ($h) {
                $h
            } else {
                $PSCmdlet.WriteError((New-LabErrorRecord "Cannot find the requested hotfix on the 'localhost' computer. Verify the input and run the command again." 'GetHotFixNoEntriesFound' ObjectNotFound $i))
            }
        }
    } else { $all }
}
function Restart-Computer {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Position = 0)] [string[]]$ComputerName,
        [switch]$Force,
        [switch]$Wait,
        [int]$Timeout,
        [int]$Delay
    )
    LabTrace 'reboot' 'Restart-Computer' $PSBoundParameters $null
    [IO.File]::WriteAllText("$([Lab.Node]::State)/reboot-requested", 'Restart-Computer')
}
function Stop-Computer { [CmdletBinding()] param([switch]$Force) LabTrace 'reboot' 'Stop-Computer' $null $null }
function Rename-Computer {
    [CmdletBinding()] param([Parameter(Position = 0)] [string]$NewName, [switch]$Force, [switch]$Restart)
    LabTrace 'cmdlet' 'Rename-Computer' $NewName $null
}
function Set-TimeZone {
    [CmdletBinding()] param([Parameter(Position = 0)] [string]$Id, [string]$Name)
    LabTrace 'cmdlet' 'Set-TimeZone' $PSBoundParameters $null
}
function Set-ExecutionPolicy {
    [CmdletBinding()] param([Parameter(Position = 0)] $ExecutionPolicy, $Scope, [switch]$Force)
    LabTrace 'cmdlet' 'Set-ExecutionPolicy' $PSBoundParameters $null
}
