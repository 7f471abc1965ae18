# with: hosts-config-agent
# What the service hosts-config-agent runs. The tag aksAPIServerIPAddress of this machine says where the API server of a private
# cluster is; nobody's DNS may know it. Every 15 s one line of the hosts file maps the name in the kubeconfig to that address.
# A kubeconfig that holds an address needs no name, so nothing is written then.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
foreach ($file in @(Get-ChildItem -LiteralPath 'c:\k\lib' -Filter '*.ps1')) { . $file.FullName }

$hostsFile = 'c:\windows\system32\drivers\etc\hosts'
$mark = '# kept by hosts-config-agent'
# byte for byte: what others wrote there may be in any code page
$plain = [System.Text.Encoding]::GetEncoding(28591)

function Test-Address {
    param([string]$Text)
    $parsed = $null
    $Text -match '^(\d+\.\d+\.\d+\.\d+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)$' -and [System.Net.IPAddress]::TryParse($Text, [ref]$parsed)
}

# Host of the first server in the kubeconfig, '' when there is none yet.
function Get-ServerHost {
    $text = "$(Get-TextFile 'c:\k\config')"
    if ($text -notmatch '(?m)^\s*server:\s*["'']?https?://(\[[^\]]+\]|[^:/"''\s]+)') { return '' }
    $Matches[1].Trim('[', ']')
}

# Tags as a list, not as the text with semicolons: a value may hold colons. IMDS answers this machine only, never by a proxy.
function Get-ServerTag {
    [System.Net.WebRequest]::DefaultWebProxy = $null
    $compute = Invoke-RestMethod -Uri 'http://169.254.169.254/metadata/instance/compute?api-version=2021-02-01&format=json' -Headers @{ Metadata = 'true' } -UseBasicParsing -TimeoutSec 10
    foreach ($tag in @(Get-Property $compute 'tagsList' @())) {
        if ((Get-Property $tag 'name' '') -eq 'aksAPIServerIPAddress') { return "$(Get-Property $tag 'value' '')".Trim() }
    }
}

# The line the hosts file shall have, or '' for none.
function Get-HostsLine {
    param([string]$Server, [string]$Address)
    if (-not $Address -or -not $Server -or (Test-Address $Server)) { return '' }
    if (-not (Test-Address $Address)) { throw "tag aksAPIServerIPAddress is '$Address', which is no address" }
    "$Address $Server $mark"
}

# Says whether it changed the file. All other lines stay as they are.
function Set-HostsLine {
    param([string]$Line)
    $full = Resolve-NodePath $hostsFile
    $text = if ([System.IO.File]::Exists($full)) { [System.IO.File]::ReadAllText($full, $plain) } else { '' }
    $kept = @($text.TrimEnd("`r", "`n") -split '\r?\n' | Where-Object { -not $_.EndsWith($mark) })
    $new = (@($kept) + @($Line | Where-Object { $_ })) -join "`r`n"
    if ($new -ceq (($text.TrimEnd("`r", "`n") -split '\r?\n') -join "`r`n")) { return $false }
    [System.IO.File]::WriteAllText($full, "$new`r`n", $plain)
    $true
}

# The same news is told once.
$told = ''
function Write-News {
    param([string]$Text)
    if ($Text -cne $script:told) { Write-NodeLine $Text; $script:told = $Text }
}

function Update-HostsFile {
    $server = Get-ServerHost
    $line = Get-HostsLine $server (Get-ServerTag)
    if (Set-HostsLine $line) { Write-NodeLine "hosts file: $(if ($line) { $line } else { 'line removed' })" }
    if (-not $line) { Write-News "nothing to map: the kubeconfig names '$server'" } else { $script:told = '' }
}

while ($true) {
    try { Update-HostsFile } catch { Write-News "not updated: $($_.Exception.Message)" }
    Start-Sleep -Seconds 15
}
