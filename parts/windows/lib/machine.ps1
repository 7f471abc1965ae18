# The machine: build, disk, PATH, waiting, one run at a time.

$script:WindowsVersion = 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion'

function Get-OsBuild {
    (Get-ItemProperty -LiteralPath $script:WindowsVersion).CurrentBuildNumber
}

# The last number of 20348.2113.
function Get-OsPatch {
    [int](Get-RegistryValue $script:WindowsVersion 'UBR')
}

# Is it for this Windows? -Range: build, since and until, of which each may be missing; until is the first patch level that is not meant.
function Test-WindowsRange {
    param($Range)
    $build, $patch = (Get-OsBuild), (Get-OsPatch)
    $until = Get-Property $Range 'until'
    (Get-Property $Range 'build' $build) -eq $build -and $patch -ge (Get-Property $Range 'since' 0) -and ($null -eq $until -or $patch -lt $until)
}

# By the token's integrity level: whoever is no administrator, or one whose rights are filtered, has medium or less (high is 12288).
function Test-Administrator {
    "$(Invoke-Program 'whoami.exe' @('/groups'))" -notmatch 'S-1-16-\d{1,4}\b'
}

# Asked once in a run.
$script:OsPartition = $null

# C:, in bytes: Size, and Unallocated, what no partition of its disk has. Get-PartitionSupportedSize would say what C: may grow to, but takes
# minutes.
function Get-OsPartition {
    if ($null -eq $script:OsPartition) {
        $all = @(Get-Partition)
        $ours = $all | Where-Object { "$($_.DriveLetter)" -eq 'C' } | Select-Object -First 1
        $taken = ($all | Where-Object { $_.DiskNumber -eq $ours.DiskNumber } | Measure-Object -Property Size -Sum).Sum
        $script:OsPartition = [pscustomobject]@{ Size = $ours.Size; Unallocated = (Get-Disk -Number $ours.DiskNumber).Size - $taken }
    }
    $script:OsPartition
}

# The value is read unexpanded, else %SystemRoot% would be written back as text.
function Add-MachinePath {
    param([string]$Folder)
    $key = 'HKLM:\SYSTEM\CurrentControlSet\Control\Session Manager\Environment'
    $old = "$((Get-Item -LiteralPath $key).GetValue('Path', '', [Microsoft.Win32.RegistryValueOptions]::DoNotExpandEnvironmentNames))"
    if (@($old -split ';') -notcontains $Folder) { $null = New-ItemProperty -LiteralPath $key -Name Path -PropertyType ExpandString -Value "$($old.TrimEnd(';'));$Folder" -Force }
    if (@($env:Path -split ';') -notcontains $Folder) { $env:Path = "$env:Path;$Folder" }
}

# True as soon as the condition holds, false after the given time. Ends by count of pauses, too: a clock that stands still
# must not make it endless.
function Wait-Condition {
    param([scriptblock]$Condition, [int]$Seconds = 60, [int]$PauseSeconds = 1)
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    for ($waited = 0; ; $waited += $PauseSeconds) {
        if (& $Condition) { return $true }
        if ($waited -ge $Seconds -or $watch.Elapsed.TotalSeconds -ge $Seconds) { return $false }
        Start-Sleep -Seconds $PauseSeconds
    }
}

# Now, as text: PowerShell 7 would turn a date into an object, 5.1 would not.
function Get-Tick {
    "$([System.DateTime]::UtcNow.Ticks)"
}

# Is the time that was noted of this start of Windows? Times of start are not compared with each other: Windows computes them anew
# whenever its clock is corrected.
function Test-SinceStart {
    param([string]$Noted)
    [long]$Noted -ge (Get-CimInstance -ClassName Win32_OperatingSystem).LastBootUpTime.ToUniversalTime().Ticks
}

# One at a time on the machine; the others wait. Returns what the action returns.
function Use-SingleInstance {
    param([string]$Name, [scriptblock]$Action, [int]$WaitSeconds = 3600)
    $mutex = New-Object System.Threading.Mutex($false, "Global\$Name")
    $mine = $false
    try {
        # abandoned: its owner was killed, and it is ours now
        try { $mine = $mutex.WaitOne($WaitSeconds * 1000) } catch [System.Threading.AbandonedMutexException] { $mine = $true }
        if (-not $mine) { throw "another run did not end within $WaitSeconds s" }
        & $Action
    }
    finally {
        if ($mine) { $mutex.ReleaseMutex() }
        $mutex.Dispose()
    }
}
