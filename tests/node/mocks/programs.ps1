# ---------------------------------------------------------------- programs and PATH
# writes a shim executable at a windows path
function Install-LabProgram { param([string]$Path, [string]$Version = 'v0.0.0')
    $n = [Lab.Node]::ToNative($Path); [void][IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($n))
    [IO.File]::WriteAllText($n, "#!/bin/sh`nLAB_SHIM_VERSION=$Version exec `"`$LAB_SHIM`" $([IO.Path]::GetFileName($n)) `"`$@`"`n")
    [IO.File]::SetUnixFileMode($n, 'UserRead,UserWrite,UserExecute,GroupRead,GroupExecute,OtherRead,OtherExecute') }
function Get-LabPathDirs {
    $p = @([Lab.Reg]::Get('HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment', 'Path')) + @([Environment]::GetEnvironmentVariable('Path'))
    @(($p -join ';') -split ';' | ForEach-Object { $_.Trim().Trim('"') } | Where-Object { $_ }) + @('C:\Windows\System32', 'C:\Windows') |
        ForEach-Object { $_ -replace '%SystemRoot%', 'C:\Windows' } |
        Select-Object -Unique
}
# state/bin holds links name and name.exe for every program on the windows PATH
function Update-LabPath {
    $bin = "$([Lab.Node]::State)/bin"; [void][IO.Directory]::CreateDirectory($bin)
    foreach ($d in Get-LabPathDirs) { $nd = [Lab.Node]::ToNative($d)
        if ([IO.Directory]::Exists($nd)) { foreach ($f in [IO.Directory]::GetFiles($nd)) { if ($f -match '\.(exe|cmd|bat)$') {
            $b = [IO.Path]::GetFileName($f).ToLower()
            foreach ($l in $b, ($b -replace '\.(exe|cmd|bat)$', '')) {
                if (-not [IO.File]::Exists("$bin/$l")) { try { [void][IO.File]::CreateSymbolicLink("$bin/$l", $f) } catch { } }
            }
            }
            }
        }
    }
}
$ExecutionContext.InvokeCommand.CommandNotFoundAction = {
    param($n, $e)
    if ($n -match '^[\w.-]+$') { Update-LabPath; $l = "$([Lab.Node]::State)/bin/$($n.ToLower())"
        if ([IO.File]::Exists($l)) { $e.CommandScriptBlock = [scriptblock]::Create("& '$l' @args"); $e.StopSearch = $true } } }
function Start-Process {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0)] [Alias('PSPath', 'Path')] [string]$FilePath,
        [Parameter(Position = 1)] [Alias('Args')] [string[]]$ArgumentList,
        [switch]$Wait,
        [switch]$PassThru,
        [switch]$NoNewWindow,
        [string]$WorkingDirectory,
        [string]$RedirectStandardOutput,
        [string]$RedirectStandardError,
        [string]$RedirectStandardInput,
        [string]$WindowStyle,
        [string]$Verb,
        [switch]$UseNewEnvironment,
        [object]$Credential,
        [switch]$LoadUserProfile
    )
    Set-StrictMode -Off
    LabTrace 'cmdlet' 'Start-Process' $PSBoundParameters $null
    $leaf = ($FilePath -split '[\\/]')[-1]
    $mock = Get-Command $leaf -CommandType Function, Alias -ErrorAction Ignore
    if (-not $mock -and $leaf -notmatch '\.') { $mock = Get-Command "$leaf.exe" -CommandType Function -ErrorAction Ignore }
    $out = if ($RedirectStandardOutput) { LabNative $RedirectStandardOutput }
    $err = if ($RedirectStandardError) { LabNative $RedirectStandardError }
    if ($mock) {
        $process = Start-LabMock $mock @(foreach ($x in $ArgumentList) { Split-LabArgs $x }) $out $err
        if ($PassThru) { $process }
        return
    }
    $program = if ($FilePath -match '[\\/]') { LabNative $FilePath } else { Update-LabPath; "$([Lab.Node]::State)/bin/$($leaf.ToLower())" }
    if (-not [IO.File]::Exists($program)) {
        $text = 'This command cannot be run due to the error: The system cannot find the file specified.'
        $id = 'InvalidOperationException,Microsoft.PowerShell.Commands.StartProcessCommand'
        $PSCmdlet.ThrowTerminatingError((New-LabErrorRecord $text $id InvalidOperation $FilePath))
    }
    $real = @{ FilePath = $program; PassThru = $true; NoNewWindow = $true }
    if ($ArgumentList) { $real.ArgumentList = $ArgumentList -join ' ' }
    if ($out) { $real.RedirectStandardOutput = $out }
    if ($err) { $real.RedirectStandardError = $err }
    $process = Microsoft.PowerShell.Management\Start-Process @real
    if ($Wait) { $process.WaitForExit() }
    if ($PassThru) { $process }
}
# a mocked program is run to its end at once
function Start-LabMock {
    param($Mock, [string[]]$Words, [string]$Out, [string]$Err)
    $global:LASTEXITCODE = 0
    $said = & $Mock @Words 2>&1
    $errors = @($said | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] })
    if ($Out) {
        $lines = @($said | Where-Object { $_ -isnot [System.Management.Automation.ErrorRecord] })
        [IO.File]::WriteAllText($Out, ($lines -join "`n") + "`n")
    } else { $said | Out-Host }
    if ($Err) { [IO.File]::WriteAllText($Err, $errors -join "`n") }
    $name = $Mock.Name
    $o = [pscustomobject]@{ Id = 4242; ExitCode = $global:LASTEXITCODE; HasExited = $true; Name = $name; ProcessName = $name; Handle = 1 }
    $o |
        Add-Member ScriptMethod WaitForExit { $true } -PassThru |
        Add-Member ScriptMethod Kill { } -PassThru |
        Add-Member ScriptMethod Refresh { } -PassThru
}
# words of a windows command line
function Split-LabArgs { param([string]$line)
    $w = [System.Text.StringBuilder]::new(); $q = $false; $any = $false
    for ($i = 0; $i -lt $line.Length; $i++) { $c = $line[$i]
        if ($c -eq '\') { $n = 0; while ($i -lt $line.Length -and $line[$i] -eq '\') { $n++; $i++ }
            if ($i -lt $line.Length -and $line[$i] -eq '"') {
                [void]$w.Append('\' * [math]::Floor($n / 2))
                if ($n % 2) { [void]$w.Append('"'); $any = $true } else { $i-- }
            } else { [void]$w.Append('\' * $n); $i-- }
            $any = $true
        }
        elseif ($c -eq '"') {
            if ($q -and $i + 1 -lt $line.Length -and $line[$i + 1] -eq '"') { [void]$w.Append('"'); $i++ } else { $q = -not $q }
            $any = $true
        }
        elseif (($c -eq ' ' -or $c -eq "`t") -and -not $q) { if ($any) { $w.ToString(); [void]$w.Clear(); $any = $false } }
        else { [void]$w.Append($c); $any = $true } }
    if ($any) { $w.ToString() } }
# a child PowerShell inside the node: words as powershell.exe got them
function Invoke-LabPowerShell { param([string[]]$Words, [string]$Log, [switch]$Append, [string]$Cwd)
    # every start of Windows PowerShell writes its whole command line to the event log "Windows PowerShell" (400, 403, 600)
    [IO.File]::AppendAllText("$([Lab.Node]::State)/eventlog-windows-powershell.txt", "HostApplication=powershell.exe $($Words -join ' ')`n")
    $mode = ''; $text = ''; $file = ''; $rest = @(); $i = 0; $w = @($Words)
    while ($i -lt $w.Count) {
        $o = $w[$i] -replace '^/', '-'
        if ($o -match '^-(ex|exec|executionpolicy|ep|w|windowstyle|v|version|inputformat|outputformat|configurationname)$') {
            $i += 2
            continue
        }
        if ($o -match '^-(nop|noprofile|noni|noninteractive|nol|nologo|noexit|sta|mta)$') { $i++; continue }
        if ($o -match '^-(c|command)$') { $text = ($w[($i + 1)..($w.Count)] | Where-Object { $null -ne $_ }) -join ' '; break }
        if ($o -match '^-(e|ec|enc|encodedcommand)$') {
            $text = [Text.Encoding]::Unicode.GetString([Convert]::FromBase64String($w[$i + 1]))
            break
        }
        if ($o -match '^-(f|file)$') { $file = $w[$i + 1]; $rest = @($w[($i + 2)..($w.Count)] | Where-Object { $null -ne $_ }); break }
        $text = ($w[$i..($w.Count)] | Where-Object { $null -ne $_ }) -join ' '; break }
    if ($file) {
        $rest = $rest | ForEach-Object { if ($_ -match '^-[A-Za-z]\w*:?$') { $_ } else { "'" + ($_ -replace "'", "''") + "'" } }
        $body = LabRead ([Lab.Node]::ToNative($file, $(if ($Cwd) { $Cwd } else { 'c:\Windows\System32' })))
        $tail = if ($body -match '(?m)\bexit\b') { '; exit $global:LASTEXITCODE' } else { '; exit 0' }
        $text = "`$global:LASTEXITCODE = 0; & '$($file -replace "'", "''")' $($rest -join ' ')$tail" }
    $si = [Diagnostics.ProcessStartInfo]::new('/bin/sh')
    $redir = if ($Log) {
        if ($Append) { 'exec "$@" >> "$LAB_OUT" 2>&1 </dev/null' } else { 'exec "$@" > "$LAB_OUT" 2>&1 </dev/null' }
    } else { 'exec "$@" </dev/null' }
    foreach ($x in '-c', $redir, 'sh', $env:LAB_PWSH, '-NoProfile', '-NonInteractive', '-Command',
        ". '$($env:LAB_HOME)/FakeNode.Enter.ps1'`n$text") { $si.ArgumentList.Add($x) }
    if ($Log) { $si.Environment['LAB_OUT'] = $Log }
    $si.Environment['LAB_CWD'] = $(if ($Cwd) { $Cwd } else { 'c:\Windows\System32' })
    $si.WorkingDirectory = [Lab.Node]::ToNative($si.Environment['LAB_CWD'])
    $si.UseShellExecute = $false
    if (-not $Log) { $si.RedirectStandardOutput = $true; $si.RedirectStandardError = $true }
    $p = [Diagnostics.Process]::Start($si)
    if (-not $Log) {
        $e = $p.StandardError.ReadToEndAsync()
        $t = $p.StandardOutput.ReadToEnd()
        if ($t) { $t.TrimEnd("`n") -split "`n" }
        if ($e.Result) { [Console]::Error.Write($e.Result) }
    }
    $p.WaitForExit(); $global:LASTEXITCODE = $p.ExitCode }
function powershell.exe {
    Set-StrictMode -Off
    $w = @($args | ForEach-Object { if ($_ -is [scriptblock]) { '-Command'; "$_" } else { "$_" } })
    LabTrace 'native' 'powershell.exe' $w $null
    Invoke-LabPowerShell $w -Cwd (Get-Location).Path
}
Set-Alias powershell powershell.exe -Scope Global
# cmd.exe: && & || redirections %VAR% echo, exit, copy, mkdir, del, type, powershell, any mock or program
function Invoke-LabCmdLine { param([string]$Line, [string]$Cwd = 'c:\Windows\System32')
    $vars = @{
        SYSTEMDRIVE = 'C:'
        WINDIR = 'C:\Windows'
        SYSTEMROOT = 'C:\Windows'
        COMPUTERNAME = $env:COMPUTERNAME
        TEMP = 'C:\Windows\Temp'
        TMP = 'C:\Windows\Temp'
        PROGRAMFILES = 'C:\Program Files'
        PROGRAMDATA = 'C:\ProgramData'
        PUBLIC = 'C:\Users\Public'
        USERPROFILE = 'C:\Windows\system32\config\systemprofile'
        DATE = 'Thu 01/01/2026'
        TIME = '12:00:00.00'
        CD = $Cwd
        ERRORLEVEL = '0'
    }
    $Line = [regex]::Replace($Line, '%(\w+)%', {
        param($m)
        $v = $vars[$m.Groups[1].Value.ToUpper()]
        if ($null -eq $v) { $v = [Environment]::GetEnvironmentVariable($m.Groups[1].Value) }
        if ($null -eq $v) { $m.Value } else { $v }
    })
    # split at operators outside double quotes
    $parts = [Collections.Generic.List[object]]::new(); $cur = ''; $q = $false; $op = ''
    for ($i = 0; $i -lt $Line.Length; $i++) { $c = $Line[$i]
        if ($c -eq '"') { $q = -not $q; $cur += $c; continue }
        if (-not $q -and $c -eq '^' -and $i + 1 -lt $Line.Length) { $i++; $cur += $Line[$i]; continue }
        if (-not $q -and $c -eq '&' -and $i -gt 0 -and $Line[$i - 1] -eq '>') { $cur += $c; continue }
        if (-not $q -and ($c -eq '&' -or $c -eq '|')) {
            $two = ($i + 1 -lt $Line.Length -and $Line[$i + 1] -eq $c)
            $parts.Add(@($op, $cur))
            $cur = ''
            $op = if ($two) { "$c$c" } else { "$c" }
            if ($two) { $i++ }
            continue
        }
        $cur += $c }
    $parts.Add(@($op, $cur)); $code = 0; $assigned = [Collections.Generic.List[string]]::new()
    foreach ($p in $parts) {
        if ($p[0] -eq '&&' -and $code -ne 0) { continue }; if ($p[0] -eq '||' -and $code -eq 0) { continue }
        $s = $p[1]; $log = ''; $append = $false; $t = ''; $q = $false
        for ($i = 0; $i -lt $s.Length; $i++) { $c = $s[$i]
            if ($c -eq '"') { $q = -not $q }
            if (-not $q -and $c -eq '>') {
                $fd = ''; if ($t -match '(^|\s)([12])$') { $fd = $Matches[2]; $t = $t.Substring(0, $t.Length - 1) }
                if ($i + 2 -lt $s.Length -and $s[$i + 1] -eq '&') { $i += 2; continue }
                if ($i + 1 -lt $s.Length -and $s[$i + 1] -eq '>') { $append = $true; $i++ }
                $i++; while ($i -lt $s.Length -and $s[$i] -eq ' ') { $i++ }
                $fn = ''
                $fq = $false
                while ($i -lt $s.Length -and ($fq -or $s[$i] -notin ' ', '>', '&')) {
                    if ($s[$i] -eq '"') { $fq = -not $fq } else { $fn += $s[$i] }
                    $i++
                }
                $i--; if ($fd -ne '2' -and $fn -ne 'nul') { $log = $fn }; continue }
            $t += $c }
        $t = $t.Trim(); if (-not $t) { continue }
        if ($t -match '^\(') { $t = $t.Trim('(', ')').Trim() }
        $words = @(Split-LabArgs $t); $verb = $words[0]; $leaf = ($verb -split '[\\/]')[-1].ToLower() -replace '\.exe$', ''
        $nlog = if ($log) { [Lab.Node]::ToNative($log, $Cwd) } else { '' }
        $rest = @($words | Select-Object -Skip 1)
        $code = 0; $out = $null
        switch ($leaf) {
            'echo' { $out = $t.Substring(4).Trim() }
            'exit' {
                $n = $rest | Where-Object { $_ -ne '/b' } | Select-Object -First 1
                if ($n -match '^-?\d+$') { $code = [int]$n }
                $global:LASTEXITCODE = $code
                return $code
            }
            {
                $_ -in 'powershell', 'pwsh'
            } {
                if ($nlog) {
                    [void][IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($nlog))
                    Invoke-LabPowerShell $rest -Log $nlog -Append:$append -Cwd $Cwd
                } else { Invoke-LabPowerShell $rest -Cwd $Cwd | ForEach-Object { [Console]::Out.WriteLine($_) } }
                $code = $global:LASTEXITCODE
                $nlog = ''
            }
            'cmd' {
                $k = [array]::FindIndex([string[]]$rest, [Predicate[string]] { param($x) $x -match '^/[ck]$' })
                $code = Invoke-LabCmdLine (($rest[($k + 1)..($rest.Count)] | Where-Object { $null -ne $_ }) -join ' ') $Cwd
            }
            { $_ -in 'mkdir', 'md' } { foreach ($d in $rest) { [void][IO.Directory]::CreateDirectory([Lab.Node]::ToNative($d, $Cwd)) } }
            'copy' {
                try {
                    $f = @($rest | Where-Object { $_ -notmatch '^/' })
                    [IO.File]::Copy([Lab.Node]::ToNative($f[0], $Cwd), [Lab.Node]::ToNative($f[1], $Cwd), $true)
                } catch { $code = 1; $out = 'The system cannot find the file specified.' }
            }
            {
                $_ -in 'del', 'erase'
            } { foreach ($f in $rest) { if ($f -notmatch '^/') { [IO.File]::Delete([Lab.Node]::ToNative($f, $Cwd)) } } }
            'type' { $out = LabRead ([Lab.Node]::ToNative($rest[0], $Cwd)) }
            'cd' { }
            'set' {
                if ($t -match '(?s)^set\s+"([^="]+)=(.*)"\s*$' -or $t -match '(?s)^set\s+([^="\s]+)=(.*)$') {
                    [Environment]::SetEnvironmentVariable($Matches[1], $Matches[2])
                    $assigned.Add($Matches[1])
                }
            }
            default {
                $g = Get-Command "$leaf.exe" -CommandType Function -ErrorAction Ignore
                if (-not $g) { $g = Get-Command $leaf -CommandType Function -ErrorAction Ignore }
                $global:LASTEXITCODE = 0
                if ($g) {
                    $out = & $g @rest
                } else {
                    $n = if ($verb -match '[\\/]') {
                        [Lab.Node]::ToNative($verb, $Cwd)
                    } else { Update-LabPath; "$([Lab.Node]::State)/bin/$leaf" }
                    if ([IO.File]::Exists($n)) {
                        $out = & $n @rest 2>&1
                    } else {
                        $out = "'$verb' is not recognized as an internal or external command,`noperable program or batch file."
                        $global:LASTEXITCODE = 9009
                    }
                }
                $code = $global:LASTEXITCODE } }
        if ($null -ne $out) {
            $txt = (@($out) -join "`n") + "`n"
            if ($nlog) {
                if ($append) { [IO.File]::AppendAllText($nlog, $txt) } else { [IO.File]::WriteAllText($nlog, $txt) }
            } else { [Console]::Out.Write($txt) }
        }
        LabTrace 'cmd' $leaf $rest.Count $code }
    foreach ($name in $assigned) { [Environment]::SetEnvironmentVariable($name, $null) }    # they end with this cmd.exe
    $global:LASTEXITCODE = $code; return $code }
function cmd.exe {
    Set-StrictMode -Off
    $a = @($args | ForEach-Object { "$_" })
    $k = [array]::FindIndex([string[]]$a, [Predicate[string]] { param($x) $x -match '^/[ck]$' })
    LabTrace 'native' 'cmd.exe' $a $null
    $c = Invoke-LabCmdLine (($a[($k + 1)..($a.Count)] | Where-Object { $null -ne $_ }) -join ' ') (Get-Location).Path
    $global:LASTEXITCODE = $c
}
Set-Alias cmd cmd.exe -Scope Global
