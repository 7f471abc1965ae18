# Every file that the scripts hash is noted: Get-Sha256 itself is .NET and leaves no trace.
$null = Set-PSBreakpoint -Command Get-Sha256 -Action {
    if ("$Path" -match '\.(zip|gz|tgz)(\.part)?$') { LabTrace 'hash' 'Get-Sha256' "$Path" $null }
}
