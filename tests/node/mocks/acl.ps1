# ---------------------------------------------------------------- access lists: icacls.exe writes them, Get-Acl reads them as SDDL
# Kept by path: Closed (nothing comes from above) and Entries (SID -> rights). What has no list of its own inherits that of the
# nearest folder above which has one; C:\ lets all users in, as Windows has it.
function LabAclKey { param($path) "$path".ToLower().Replace('/', '\').TrimEnd('\') }
function LabAcls { $t = LabRead "$([Lab.Node]::State)/acl.json"; if ($t) { ConvertFrom-Json $t -AsHashtable } else { @{} } }
function LabInherited {
    param($acls, $key)
    if ($key -notmatch '\\') { return @{ SY = 'FA'; BA = 'FA'; BU = '0x1200a9' } }
    $above = $key.Substring(0, $key.LastIndexOf('\'))
    $own = $acls[$above]
    $all = if ($own -and $own.Closed) { @{} } else { LabInherited $acls $above }
    if ($own) { foreach ($sid in $own.Entries.Keys) { if ($own.Entries[$sid] -match 'OI') { $all[$sid] = $own.Entries[$sid] } } }
    $all
}
function LabSddl {
    param($path)
    $acls = LabAcls
    $key = LabAclKey $path
    $own = $acls[$key]
    $list = if ($own -and $own.Closed) { 'D:PAI' } else { 'D:AI' }
    if ($own) { foreach ($sid in $own.Entries.Keys | Sort-Object) { $list += "(A;;$($own.Entries[$sid] -replace '[()]|OI|CI');;;$sid)" } }
    if (-not $own -or -not $own.Closed) {
        $above = LabInherited $acls $key
        foreach ($sid in $above.Keys | Sort-Object) { $list += "(A;ID;$($above[$sid] -replace '[()]|OI|CI');;;$sid)" }
    }
    "O:SYG:SY$list"
}
function icacls.exe {
    Set-StrictMode -Off
    $a = @($args | ForEach-Object { "$_" })
    $f = LabNative $a[0]
    $ok = ($a[0] -match '[*?]') -or [IO.File]::Exists($f) -or [IO.Directory]::Exists($f)
    LabTrace 'acl' 'icacls.exe' $a $(if ($ok) { 0 } else { 2 })
    if (-not $ok) {
        "$($a[0]): The system cannot find the file specified."
        'Successfully processed 0 files; Failed processing 1 files'
        LabExit 2
        return
    }
    if ($a.Count -gt 1) { LabChangeAcl (LabAclKey $a[0]) @($a | Select-Object -Skip 1) }
    if ($a.Count -eq 1) { "$($a[0]) $(LabSddl $a[0])" } else { "processed file: $($a[0])" }
    'Successfully processed 1 files; Failed processing 0 files'
    LabExit 0
}
function LabChangeAcl {
    param($key, $words)
    $acls = LabAcls
    $own = $acls[$key]
    if (-not $own -or $words -contains '/reset') { $own = @{ Closed = $false; Entries = @{} } }
    $granting = $false
    foreach ($word in $words) {
        if ($word -match '^/inheritance:[rd]') { $own.Closed = $true; continue }
        if ($word -match '^/') { $granting = $word -match '^/grant'; continue }
        if ($granting -and $word -match '^\*?([^:]+):(.+)$') { $own.Entries[$Matches[1] -replace '^S-1-5-18$', 'SY' -replace '^S-1-5-32-544$', 'BA'] = $Matches[2] }
    }
    $acls[$key] = $own
    [IO.File]::WriteAllText("$([Lab.Node]::State)/acl.json", (ConvertTo-Json $acls -Depth 5))
}
Set-Alias icacls icacls.exe -Scope Global
