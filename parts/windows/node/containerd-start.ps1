# with: proxy
# What the service containerd runs on nodes with a proxy: the environment with its password belongs to this process, not into the
# registry, where nssm would keep it and every user could read it.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
foreach ($file in @(Get-ChildItem -LiteralPath 'c:\k\lib' -Filter '*.ps1')) { . $file.FullName }

$code = 1
try {
    Use-Proxy
    $code = Invoke-NodeProgram "$env:ProgramFiles\containerd\containerd.exe" @('--config', "$env:ProgramFiles\containerd\config.toml")
}
catch { Write-NodeLine "containerd was not started: $($_.Exception.Message)" }
exit $code
