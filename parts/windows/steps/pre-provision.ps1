# A script of the cluster's owner, run before kubelet is started. Its parameter travels in an environment variable: exact,
# whatever is in it, and not in the process list.
$script:PreProvisionMark = "$script:StateFolder\pre-provision.done"

function Get-PreProvisionParameter {
    param($Context)
    "$(Get-Property $Context.Secrets 'preProvisionParameter' '')"
}

function Get-PreProvisionDigest {
    param($Context)
    $extension = $Context.Configuration.preProvision
    Get-Digest ((@($extension.url) + @(Get-AcceptedHash $extension) + @(Get-PreProvisionParameter $Context)) -join "`n")
}

function Test-PreProvision {
    param($Context)
    $mark = Get-TextFile $script:PreProvisionMark
    # without the secrets the digest cannot be made again: it ran before the restart
    if ($mark -and ($null -eq $Context.Secrets -or $mark -eq (Get-PreProvisionDigest $Context))) { 'ran already' }
}

# Fetched anew each time it is to run, never from a cache. Returns its path.
function Save-PreProvisionScript {
    param($Context)
    $extension = $Context.Configuration.preProvision
    if ("$($extension.url)" -notlike 'https://*') { throw 'the extension is not fetched over https: correct its rootURL in the definition' }
    $file = [pscustomobject]@{ id = 'pre-provision'; urls = @($extension.url); fileName = 'pre-provision.ps1'; sha256 = @(Get-AcceptedHash $extension) }
    $path = Get-DownloadPath $file $extension.url
    foreach ($old in $path, "$path.part") { if ([System.IO.File]::Exists($old)) { [System.IO.File]::Delete($old) } }
    try { Save-Component $Context @($file) }
    catch { throw "the extension was not fetched: $($_.Exception.Message); check its URL and hash in the definition, and that this node may reach it" }
    $path
}

# $LASTEXITCODE decides, so a script whose last program may fail ends with 'exit 0'.
function Get-PreProvisionLine {
    param([string]$Path, [bool]$HasParameter)
    $call = "& '" + $Path.Replace("'", "''") + "'"
    if ($HasParameter) { $call += ' $env:GEN_CSE_PARAMETER' }
    '-NoProfile -NonInteractive -ExecutionPolicy Bypass -Command "' + $call + '; exit $LASTEXITCODE"'
}

function Invoke-PreProvisionScript {
    param([string]$Path, [string]$Parameter)
    $seconds = Get-RemainingSecond 3600
    $env:GEN_CSE_PARAMETER = $Parameter
    try { $ended = Wait-Program (Start-Program 'powershell.exe' (Get-PreProvisionLine $Path ([bool]$Parameter)) "$script:ProgramOutput\pre-provision") $seconds }
    finally { Remove-Item -LiteralPath 'Env:GEN_CSE_PARAMETER' -ErrorAction SilentlyContinue }
    foreach ($line in @("$($ended.Output)`n$($ended.ErrorText)" -split '\r?\n' | Where-Object { $_.Trim() } | Select-Object -Last 200)) { Write-Event 'pre-provision' 'output' $line }
    if (-not $ended.Ended) { throw "the extension did not end within the $seconds s that the run had left, and was stopped: its output is in events.jsonl" }
    if ($ended.ExitCode -ne 0) { throw "the extension ended with exit code $($ended.ExitCode): its output is in events.jsonl" }
}

function Invoke-PreProvision {
    param($Context)
    if ($null -eq $Context.Secrets) { throw 'the extension did not run before the restart, and its parameter is gone: run the CSE again' }
    $path = Save-PreProvisionScript $Context
    Invoke-PreProvisionScript $path (Get-PreProvisionParameter $Context)
    Set-TextFile $script:PreProvisionMark (Get-PreProvisionDigest $Context)
    Set-Decision $Context 'downloaded' "$(Get-Property $Context.Configuration.preProvision 'name' 'the extension') ran"
}

function Assert-PreProvision {
    param($Context)
    if (-not (Test-PreProvision $Context)) { throw 'the extension left no mark: run the CSE again' }
}
