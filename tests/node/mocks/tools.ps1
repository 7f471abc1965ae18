# ---------------------------------------------------------------- small inbox tools: trace, print a line, exit 0
foreach ($t in 'powercfg', 'bcdedit', 'fsutil', 'w32tm', 'wevtutil', 'auditpol', 'gpupdate', 'route', 'ipconfig', 'taskkill',
    'shutdown', 'takeown', 'attrib', 'setx', 'certutil', 'wusa', 'dism', 'pnputil', 'logman', 'ping', 'nslookup',
    'tzutil', 'compact', 'label', 'mountvol', 'reagentc', 'wmic', 'hostname', 'whoami', 'where', 'robocopy',
    'findstr', 'msiexec', 'slmgr', 'bitsadmin', 'hcsdiag', 'hnsdiag', 'vfpctrl', 'cscript') {
    $code = switch ($t) {
        'wmic' {
            {
                $a = @($args | ForEach-Object { "$_" })
                if ($a -contains 'pagefileset') {
                    $auto = [IO.File]::Exists("$([Lab.Node]::State)/pagefile-automatic")
                    if ($auto) {
                        'No Instance(s) Available.'
                    } else {
                        LabSaveJson 'pagefile' @([pscustomobject]@{ Name = 'D:\pagefile.sys'; Setting = ($a -join ' ') })
                        'Property(s) update successful.'
                    }
                }
                LabTrace 'native' 'wmic.exe' $a 0
                LabExit 0
            }
        }
        'hostname' { { LabTrace 'native' 'hostname.exe' $args 0; $env:COMPUTERNAME; LabExit 0 } }
        'whoami' {
            {
                LabTrace 'native' 'whoami.exe' $args 0
                if ("$args" -match '/groups') { 'Mandatory Label\System Mandatory Level  Label  S-1-16-16384' } else { 'nt authority\system' }
                LabExit 0
            }
        }
        'taskkill' {
            {
                $id = @($args)[[array]::IndexOf(@($args | ForEach-Object { "$_".ToLower() }), '/pid') + 1]
                $process = if ("$id" -match '^\d+$') { try { [Diagnostics.Process]::GetProcessById($id) } catch { } }
                if ($process) { $process.Kill($true) } else { 'ERROR: The process not found.' }
                LabTrace 'native' 'taskkill.exe' $args $(if ($process) { 0 } else { 128 })
                LabExit $(if ($process) { 0 } else { 128 })
            }
        }
        'shutdown' {
            {
                LabTrace 'native' 'shutdown.exe' $args 0
                if ("$args" -match '/r|-r') { [IO.File]::WriteAllText("$([Lab.Node]::State)/reboot-requested", "shutdown $args") }
                LabExit 0
            }
        }
        'certutil' {
            {
                $a = @($args | ForEach-Object { "$_" })
                $c = 0
                if ($a[0] -match 'hashfile') {
                    $f = LabNative $a[1]
                    if ([IO.File]::Exists($f)) {
                        "SHA256 hash of $($a[1]):"
                        (Microsoft.PowerShell.Utility\Get-FileHash -LiteralPath $f -Algorithm $(if ($a[2]) {
                            $a[2]
                            } else { 'SHA1' })).Hash.ToLower()
                        'CertUtil: -hashfile command completed successfully.'
                    } else { $c = -2147024894; 'CertUtil: -hashfile command FAILED: 0x80070002' }
                }
                LabTrace 'native' 'certutil.exe' $a $c
                LabExit $c
            }
        }
        'where' {
            {
                Update-LabPath
                $b = "$([Lab.Node]::State)/bin/$("$($args[0])".ToLower())"
                $c = 1
                if ([IO.File]::Exists($b)) {
                    $c = 0
                    [Lab.Node]::ToWindows([IO.File]::ResolveLinkTarget($b, $true).FullName)
                } else { 'INFO: Could not find files for the given pattern(s).' }
                LabTrace 'native' 'where.exe' $args $c
                LabExit $c
            }
        }
        default { [scriptblock]::Create("LabTrace 'native' '$t.exe' `$args 0; LabExit 0") } }
    Set-Item "function:global:$t.exe" $code
    if ($t -ne 'where') { Set-Alias $t "$t.exe" -Scope Global } }
function netsh.exe {
    Set-StrictMode -Off
    $a = @($args | ForEach-Object { "$_" })
    LabTrace 'native' 'netsh.exe' $a 0
    if ("$a" -match 'advfirewall set (\w+) state (\w+)') {
        [IO.File]::AppendAllText("$([Lab.Node]::State)/firewall-profiles", "$($Matches[1])=$($Matches[2])`n")
    }
    'Ok.'
    ''
    LabExit 0
}
Set-Alias netsh netsh.exe -Scope Global
function reg.exe { Set-StrictMode -Off; $a = @($args | ForEach-Object { "$_" }); $code = 0; $k = $a[1]
    $v = $null
    $d = ''
    $t = 'REG_SZ'
    for ($i = 2; $i -lt $a.Count; $i++) {
        switch -regex ($a[$i]) { '^/v$' { $v = $a[++$i] } '^/d$' { $d = $a[++$i] } '^/t$' { $t = $a[++$i] } '^/ve$' { $v = '' } }
    }
    switch ($a[0]) {
        'add' {
            if (-not [Lab.Reg]::Exists($k)) { [Lab.Reg]::Create($k) }
            if ($null -ne $v) {
                [Lab.Reg]::Set([Lab.Reg]::Norm($k), $v, $d, @{
                    REG_SZ = 'String'
                    REG_DWORD = 'DWord'
                    REG_QWORD = 'QWord'
                    REG_MULTI_SZ = 'MultiString'
                    REG_EXPAND_SZ = 'ExpandString'
                    REG_BINARY = 'Binary'
                    }[$t])
            }
            'The operation completed successfully.'
        }
        'query' {
            if ([Lab.Reg]::Exists($k)) {
                $k
                foreach ($n in [Lab.Reg]::ValueNames([Lab.Reg]::Norm($k))) {
                    if ($null -eq $v -or $v -eq $n) {
                        "    $n    $([Lab.Reg]::Kind([Lab.Reg]::Norm($k), $n))    $([Lab.Reg]::Get([Lab.Reg]::Norm($k), $n))"
                    }
                }
            } else { $code = 1; 'ERROR: The system was unable to find the specified registry key or value.' }
        }
        'delete' {
            if ($v) { [void][Lab.Reg]::Remove([Lab.Reg]::Norm($k), $v) } else { [Lab.Reg]::Delete($k) }
            'The operation completed successfully.'
    } }
    LabTrace 'native' 'reg.exe' $a $code; LabExit $code }
Set-Alias reg reg.exe -Scope Global
function Set-LabExecutable {
    param($dir)
    if ([IO.Directory]::Exists($dir)) {
        foreach ($f in [IO.Directory]::EnumerateFiles($dir, '*.exe', 'AllDirectories')) {
            try { [IO.File]::SetUnixFileMode($f, 'UserRead,UserWrite,UserExecute,GroupRead,GroupExecute,OtherRead,OtherExecute') } catch { }
        }
    }
}
# Like Microsoft.PowerShell.Archive 1.0.1: .zip only, existing files are errors without -Force, a broken archive terminates and cleans up
function Expand-Archive {
    [CmdletBinding(DefaultParameterSetName = 'Path')]
    param(
        [Parameter(Mandatory, Position = 0, ParameterSetName = 'Path', ValueFromPipelineByPropertyName, ValueFromPipeline)] [string]$Path,
        [Parameter(Mandatory, ParameterSetName = 'LiteralPath')] [Alias('PSPath')] [string]$LiteralPath,
        [Parameter(Position = 1)] [string]$DestinationPath,
        [switch]$Force
    )
    process { Set-StrictMode -Off
        $src = if ($Path) { $Path } else { $LiteralPath }; $n = LabNative $src
        if (-not [IO.File]::Exists($n)) {
            LabTrace 'cmdlet' 'Expand-Archive' $PSBoundParameters 'not found'
            $PSCmdlet.ThrowTerminatingError((New-LabErrorRecord "The path '$src' either does not exist or is not a valid file system path." 'ArchiveCmdletPathNotFound,Expand-Archive' InvalidArgument $src))
        }
        if ([IO.Path]::GetExtension($n) -ne '.zip') {
            $PSCmdlet.ThrowTerminatingError((New-LabErrorRecord "$([IO.Path]::GetExtension($n)) is not a supported archive file format. .zip is the only supported archive file format." 'NotSupportedArchiveFileExtension,Expand-Archive' InvalidArgument $src))
        }
        $to = if ($DestinationPath) {
            LabNative $DestinationPath
        } else { [IO.Path]::Combine((LabNative '.'), [IO.Path]::GetFileNameWithoutExtension($n)) }
        [void][IO.Directory]::CreateDirectory($to); $done = [Collections.Generic.List[string]]::new(); $zip = $null; $fail = $null
        try { $zip = [IO.Compression.ZipFile]::OpenRead($n)
            foreach ($e in $zip.Entries) {
                $f = [IO.Path]::GetFullPath([IO.Path]::Combine($to, $e.FullName.Replace('\', '/')))
                if (-not $f.StartsWith($to)) {
                    $PSCmdlet.WriteError((New-LabErrorRecord "Can not process invalid archive entry '$($e.FullName)'." 'BadArchiveEntry' InvalidData $e.FullName))
                    continue
                }
                if ($e.FullName.EndsWith('/')) { [void][IO.Directory]::CreateDirectory($f); continue }
                [void][IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($f))
                if ([IO.File]::Exists($f)) {
                    if ($Force) {
                        [IO.File]::Delete($f)
                    } else {
                        $PSCmdlet.WriteError((New-LabErrorRecord "Failed to create file '$([Lab.Node]::ToWindows($f))' while expanding the archive file '$src' contents as the file '$([Lab.Node]::ToWindows($f))' already exists. Use the -Force parameter if you want to overwrite the existing directory '$([Lab.Node]::ToWindows($f))' contents when expanding the archive file." 'ExpandArchiveFileExists' InvalidOperation $f))
                        continue
                    }
                }
                $done.Add($f); [IO.Compression.ZipFileExtensions]::ExtractToFile($e, $f, $false) }
        } catch { $fail = $_ } finally { if ($zip) { $zip.Dispose() } }
        if ($fail) {
            foreach ($f in $done) { try { [IO.File]::Delete($f) } catch { } }
            LabTrace 'cmdlet' 'Expand-Archive' $PSBoundParameters "$fail"
            $PSCmdlet.ThrowTerminatingError((New-LabErrorRecord "Exception calling `"ExtractToFile`" or opening the archive: $($fail.Exception.InnerException.Message)" 'InvalidDataException' InvalidData $src))
        }
        Set-LabExecutable $to; LabTrace 'cmdlet' 'Expand-Archive' $PSBoundParameters 'ok' } }
function Compress-Archive {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)] [string[]]$Path,
        [Parameter(Mandatory, Position = 1)] [string]$DestinationPath,
        [switch]$Force,
        [switch]$Update,
        [string]$CompressionLevel
    )
    begin { $all = @() }
    process { $all += $Path }
    end {
        Set-StrictMode -Off
        $d = LabNative $DestinationPath
        if ([IO.File]::Exists($d)) {
            if ($Force -or $Update) {
                [IO.File]::Delete($d)
            } else {
                $PSCmdlet.ThrowTerminatingError((New-LabErrorRecord "The archive file $DestinationPath already exists." 'ArchiveFileExists' InvalidArgument $d))
            }
        }
        $z = [IO.Compression.ZipFile]::Open($d, 'Create')
        foreach ($p in $all) {
            foreach ($i in @(Get-Item $p -ErrorAction SilentlyContinue)) {
                if ($i.PSIsContainer) {
                    $base = [IO.Path]::GetDirectoryName($i.FullName)
                    foreach ($f in [IO.Directory]::GetFiles($i.FullName, '*', 'AllDirectories')) {
                        [void][IO.Compression.ZipFileExtensions]::CreateEntryFromFile($z, $f, $f.Substring($base.Length + 1))
                    }
                } else { [void][IO.Compression.ZipFileExtensions]::CreateEntryFromFile($z, $i.FullName, $i.Name) }
            }
        }
        $z.Dispose()
        LabTrace 'cmdlet' 'Compress-Archive' $PSBoundParameters 'ok'
    }
}
