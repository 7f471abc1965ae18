# Each line behind which a rule stands has exactly this finding of check.ps1; the others have none.
if (-not (Get-Command Get-Sample -ErrorAction Ignore)) {
    function Get-Sample { 1 }    # conditional-definition
}
function Test-Planted {
    param([object]$Context)
    $Context ? 1 : 2    # powershell-7
    $Context ?? 1    # powershell-7
    ${Context}?.Secrets    # powershell-7
    Get-Random && Get-Random    # powershell-7
    Get-Random &    # powershell-7
    Get-Sample    # unknown-command
    Get-Nothing    # unknown-command
    "$(Test-Json '{}')"    # unknown-command
    Get-Item -Path 'c:\k' | where { $_ }    # alias
    ConvertFrom-Json -InputObject '{}' -Depth 3    # unknown-parameter
    Test-Planted -Fallback 2    # unknown-parameter
    Get-Item -Pat 'c:\k'    # unknown-parameter
    wget.exe '-h'    # unknown-program
    [semver]'1.2.3'    # unknown-type
    try { 1 } catch [System.IO.NoSuchException] { 2 }    # unknown-type
    Get-Item -LiteralPath 'c:\k' -ErrorAction Stop
    curl.exe '--version'
    [System.IO.File]::Exists('a')
    [IO.File]::Exists('a')
}
