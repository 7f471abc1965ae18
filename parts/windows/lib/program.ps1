# Programs: the exit code decides, waiting can have an end.

$script:ProgramOutput = 'C:\AzureData\gen-cse\output'

# Output lines of a program. In 5.1 a program that writes to a redirected error stream raises an error when
# ErrorActionPreference is Stop, so it is Continue here; an empty such line would read as the name of a .NET type.
# 5.1 passes neither an empty argument nor one with a double quote: put such a value into a file.
# -Seconds for a program that may hang: it is ended then, and so is what it started.
function Invoke-Program {
    param([string]$Path, [string[]]$Arguments = @(), [int[]]$Allowed = @(0), [int]$Seconds = 0)
    if ($Seconds) {
        $line = @($Arguments | ForEach-Object { ConvertTo-NativeArgument $_ }) -join ' '
        $ended = Wait-Program (Start-Program $Path $line "$script:ProgramOutput\$([System.Guid]::NewGuid().ToString('N'))") (Get-RemainingSecond $Seconds)
        if (-not $ended.Ended) { throw "$Path did not end in time and was stopped" }
        $global:LASTEXITCODE = $ended.ExitCode
        $lines = @("$($ended.Output)`n$($ended.ErrorText)" -split '\r?\n' | Where-Object { $_ })
    }
    else {
        $ErrorActionPreference = 'Continue'
        $global:LASTEXITCODE = 0
        $lines = @(& $Path @Arguments 2>&1 | ForEach-Object {
                if ($_ -is [System.Management.Automation.ErrorRecord] -and $null -ne $_.TargetObject) { "$($_.TargetObject)" } else { "$_" } })
    }
    $code = $global:LASTEXITCODE
    if ($Allowed -notcontains $code) { throw "$Path ended with exit code ${code}: $(@($lines | Where-Object { $_.Trim() } | Select-Object -Last 3) -join ' | ')" }
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
    # without its handle 5.1 has no exit code later, and there is none where the program has ended already: such a short one runs again
    for ($try = 1; ; $try++) {
        $handle = $null
        $process = Start-Process -FilePath $Path -ArgumentList $Line -PassThru -NoNewWindow -RedirectStandardOutput "$full.out" -RedirectStandardError "$full.err"
        try { $handle = $process.Handle } catch { $null = $_ }
        if ($null -ne $handle) { break }
        if ($try -ge 3) { throw "$Path ended before its exit code could be read, $try times" }
    }
    [pscustomobject]@{ Process = $process; Log = $full }
}

# Ended, ExitCode (-1 when it was stopped), Output, ErrorText.
function Wait-Program {
    param($Started, [int]$Seconds)
    $ended = $Started.Process.WaitForExit(1000 * $Seconds)
    if ($ended) { $null = $Started.Process.WaitForExit() } else { Stop-ProgramTree $Started.Process }
    $said = @(foreach ($stream in 'out', 'err') { Read-ProgramOutput "$($Started.Log).$stream" })
    [pscustomobject]@{ Ended = $ended; ExitCode = $(if ($ended) { $Started.Process.ExitCode } else { -1 }); Output = $said[0]; ErrorText = $said[1] }
}

# One text, '' at least. A program that was stopped may hold its file a little longer.
function Read-ProgramOutput {
    param([string]$Path)
    $text = ''
    try { $text = [System.IO.File]::ReadAllText($Path).Trim(); [System.IO.File]::Delete($Path) } catch { $null = $_ }
    $text
}

# With what it has started.
function Stop-ProgramTree {
    param($Process)
    try { $null = Invoke-Program 'taskkill.exe' @('/T', '/F', '/PID', "$($Process.Id)") @(0, 128, 255) } catch { $null = $_ }
    $null = $Process.WaitForExit(5000)
}
