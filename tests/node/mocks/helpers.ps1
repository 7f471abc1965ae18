# ---------------------------------------------------------------- helpers
function LabTrace { param($kind, $name, $a, $r) [Lab.Node]::Trace($kind, $name, $a, $r) }
function LabNative {
    param($p)
    [Lab.Node]::ToNative([string]$p, $executionContext.SessionState.Path.CurrentFileSystemLocation.ProviderPath)
}
function LabRead { param($f) if ([IO.File]::Exists($f)) { [IO.File]::ReadAllText($f) } }
function LabJson { param($name) $t = LabRead "$([Lab.Node]::State)/$name.json"; if ($t) { ConvertFrom-Json $t | ForEach-Object { $_ } } }
function LabSaveJson { param($name, $v) [IO.File]::WriteAllText("$([Lab.Node]::State)/$name.json", (ConvertTo-Json @($v) -Depth 8)) }
function LabOff { $env:LAB_NETWORK -eq 'off' }
function LabErr { param($msg, $id, $cat, $target)
    New-LabErrorRecord $msg $id $cat $target }
function New-LabErrorRecord { param($msg, $id = 'LabError', $cat = 'NotSpecified', $target = $null)
    [System.Management.Automation.ErrorRecord]::new([System.InvalidOperationException]::new($msg), $id, [System.Management.Automation.ErrorCategory]$cat, $target)
}
function LabExit { param($code) $global:LASTEXITCODE = $code }
# one HTTP request that stands for a Windows Update / gallery transfer
function LabFetch { param($url)
    if (LabOff) { LabTrace 'http' 'GET' $url 'no network'; return $false }
    $u = [uri]$url
    try {
        $r = Microsoft.PowerShell.Utility\Invoke-WebRequest -Uri "$env:LAB_MIRROR/$($u.Host)$($u.PathAndQuery)" -TimeoutSec 3 -SkipHttpErrorCheck
        LabTrace 'http' 'GET' $url $r.StatusCode
        return ($r.StatusCode -lt 400)
    } catch { LabTrace 'http' 'GET' $url "$_"; return $false }
}
