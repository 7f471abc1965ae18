# The clock jumps 20 days forward while files are fetched: libfaketime (Debian package faketime) reads the offset from this file.
$null = Set-PSBreakpoint -Command Invoke-ComponentFile -Action { [IO.File]::WriteAllText($env:FAKETIME_TIMESTAMP_FILE, "+20d`n") }
