# Programs: the exit code decides, waiting can have an end.

$script:ProgramOutput = 'C:\AzureData\gen-cse\output'

# Output lines of a program. In 5.1 a program that writes to a redirected error stream raises an error when
# ErrorActionPreference is Stop, so it is Continue here; an empty such line would read as the name of a .NET type.
# 5.1 passes neither an empty argument nor one with a double quote: put such a value into a file.
# -Seconds for a program that may hang: it is ended then, and so is what it started.
function Invoke-Program {
    param([string]$Path, [string[]]$Arguments = @(), [int[]]$Allowed = @(0), [switch]$Quiet, [int]$Seconds = 0)
    if ($Seconds -gt 0) { return Invoke-BoundedProgram $Path $Arguments $Allowed ([bool]$Quiet) $Seconds }
    $ErrorActionPreference = 'Continue'
    $global:LASTEXITCODE = 0
    $lines = @(& $Path @Arguments 2>&1 | ForEach-Object {
            if ($_ -is [System.Management.Automation.ErrorRecord] -and $null -ne $_.TargetObject) { "$($_.TargetObject)" } else { "$_" } })
    $code = $global:LASTEXITCODE
    if ($Allowed -notcontains $code) { throw (Get-ProgramFailure $Path $code $lines ([bool]$Quiet)) }
    $lines
}

function Get-ProgramFailure {
    param([string]$Path, [int]$Code, [string[]]$Lines, [bool]$Quiet)
    $last = @($Lines | Where-Object { $_ -and $_.Trim() } | Select-Object -Last 3)
    $shown = if ($Quiet -or -not $last.Count) { '' } else { ': ' + ($last -join ' | ') }
    "$Path ended with exit code $Code$shown"
}

function Invoke-BoundedProgram {
    param([string]$Path, [string[]]$Arguments, [int[]]$Allowed, [bool]$Quiet, [int]$Seconds)
    $limit = Get-RemainingSecond $Seconds
    $line = @($Arguments | ForEach-Object { ConvertTo-NativeArgument $_ }) -join ' '
    $ended = Wait-Program (Start-Program $Path $line "$script:ProgramOutput\$([System.Guid]::NewGuid().ToString('N'))") $limit
    $global:LASTEXITCODE = $ended.ExitCode
    $lines = @(@($ended.Output, $ended.ErrorText) | Where-Object { $_ } | ForEach-Object { $_ -split '\r?\n' })
    if (-not $ended.Ended) { throw "$Path did not end within $limit s and was stopped" }
    if ($Allowed -notcontains $ended.ExitCode) { throw (Get-ProgramFailure $Path $ended.ExitCode $lines $Quiet) }
    $lines
}

# By the rules of the C runtime.
function ConvertTo-NativeArgument {
    param([string]$Text)
    if ($Text -ne '' -and $Text -notmatch '[\s"]') { return $Text }
    '"' + (($Text -replace '(\\*)"', '$1$1\"') -replace '(\\+)$', '$1$1') + '"'
}

# Programs that run beside each other, or may hang: output goes to two files beside $Log, and waiting has an end. $Line is the
# command line as the program gets it, quotes included.
function Start-Program {
    param([string]$Path, [string]$Line, [string]$Log)
    $full = Resolve-NodePath $Log
    $null = [System.IO.Directory]::CreateDirectory([System.IO.Path]::GetDirectoryName($full))
    $start = @{ FilePath = $Path; PassThru = $true; NoNewWindow = $true; RedirectStandardOutput = "$full.out"; RedirectStandardError = "$full.err" }
    if ($Line) { $start['ArgumentList'] = $Line }    # an empty one is refused
    $process = Start-Process @start
    $null = $process.Handle    # else 5.1 has no ExitCode later
    [pscustomobject]@{ Process = $process; Log = $full }
}

# Ended, ExitCode (-1 when it was stopped), Output, ErrorText.
function Wait-Program {
    param([object]$Started, [int]$Seconds)
    $ended = $Started.Process.WaitForExit(1000 * $Seconds)
    if ($ended) { $null = $Started.Process.WaitForExit() } else { Stop-ProgramTree $Started.Process }
    $said = @(foreach ($stream in 'out', 'err') { Read-ProgramOutput "$($Started.Log).$stream" })
    [pscustomobject]@{ Ended = $ended; ExitCode = $(if ($ended) { $Started.Process.ExitCode } else { -1 }); Output = $said[0]; ErrorText = $said[1] }
}

# One text, '' at least. A program that was stopped may hold its file a little longer.
function Read-ProgramOutput {
    param([string]$Path)
    if (-not [System.IO.File]::Exists($Path)) { return '' }
    try { [System.IO.File]::ReadAllText($Path).Trim() } catch { '' }
    try { [System.IO.File]::Delete($Path) } catch { $null = $_ }
}

# Kill alone leaves what the program has started.
function Stop-ProgramTree {
    param([object]$Process)
    try { $null = Invoke-Program 'taskkill.exe' @('/T', '/F', '/PID', "$($Process.Id)") @(0, 128, 255) } catch { $null = $_ }
    try { if (-not $Process.HasExited) { $Process.Kill() } } catch { $null = $_ }
    $null = $Process.WaitForExit(5000)
}
