# What the VM has as C:\AzureData\CustomData.bin. The extension copies it to bootstrap.ps1 and runs it with -File; a startup
# task runs it again with -Resume after a restart. Unpacks the scripts, then hands over to start.ps1.
param([string]$Secrets = '', [string]$Resume = '')
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$PayloadBase64 = '@@PAYLOAD@@'
$NodeConfigurationBase64 = '@@CONFIGURATION@@'
$paths = $ExecutionContext.SessionState.Path
$code = 1
try {
    $memory = New-Object System.IO.MemoryStream(, [System.Convert]::FromBase64String($PayloadBase64))
    $gzip = New-Object System.IO.Compression.GZipStream($memory, [System.IO.Compression.CompressionMode]::Decompress)
    $reader = New-Object System.IO.StreamReader($gzip, [System.Text.Encoding]::UTF8)
    try { $files = @((ConvertFrom-Json $reader.ReadToEnd()).files) } finally { $reader.Dispose() }
    foreach ($file in $files) {
        $path = $paths.GetUnresolvedProviderPathFromPSPath("C:\AzureData\k8s\$($file.path)")
        $null = [System.IO.Directory]::CreateDirectory([System.IO.Path]::GetDirectoryName($path))
        # another run may be reading the same file
        if (-not [System.IO.File]::Exists($path) -or [System.IO.File]::ReadAllText($path) -cne $file.text) { [System.IO.File]::WriteAllText($path, $file.text) }
    }
    foreach ($folder in 'lib', 'bootstrap', 'steps') {
        foreach ($file in $files) { if ($file.path -like "$folder\*") { . "C:\AzureData\k8s\$($file.path)" } }
    }
    $code = [int]@(Start-Bootstrap $NodeConfigurationBase64 $Secrets ($Resume -eq 'yes') $PayloadBase64)[-1]
}
catch {
    $why = "the bootstrap did not start: $($_.Exception.Message)"
    [System.Console]::Out.WriteLine($why)
    $path = $paths.GetUnresolvedProviderPathFromPSPath('C:\AzureData\gen-cse\result.json')
    $null = [System.IO.Directory]::CreateDirectory([System.IO.Path]::GetDirectoryName($path))
    [System.IO.File]::WriteAllText($path, (ConvertTo-Json -InputObject @{ schema = 1; state = 'failed'; exitCode = 1; reason = $why }))
}
exit $code
