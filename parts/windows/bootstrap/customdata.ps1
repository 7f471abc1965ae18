# What the VM has as C:\AzureData\CustomData.bin. The extension copies it to bootstrap.ps1 and runs it with -File; a startup
# task runs it again with -Resume after a restart. Unpacks the scripts, then hands over to start.ps1.
# Short: unlike the scripts in it, this is not compressed.
param([string]$Secrets = '', [string]$Resume = '')
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$PayloadBase64 = '@@PAYLOAD@@'
$NodeConfigurationBase64 = '@@CONFIGURATION@@'
# another run may be reading the same file, so what is there already is not written again
function Save-Text {
    param([string]$Path, [string]$Text)
    $full = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath("C:\AzureData\$Path")
    $null = [System.IO.Directory]::CreateDirectory([System.IO.Path]::GetDirectoryName($full))
    if (-not [System.IO.File]::Exists($full) -or [System.IO.File]::ReadAllText($full) -cne $Text) { [System.IO.File]::WriteAllText($full, $Text) }
}
$code = 1
try {
    $memory = New-Object System.IO.MemoryStream(, [System.Convert]::FromBase64String($PayloadBase64))
    $gzip = New-Object System.IO.Compression.GZipStream($memory, [System.IO.Compression.CompressionMode]::Decompress)
    $files = (ConvertFrom-Json (New-Object System.IO.StreamReader($gzip)).ReadToEnd()).files
    foreach ($file in $files) { Save-Text "k8s\$($file.path)" $file.text }
    foreach ($folder in 'lib', 'bootstrap', 'steps') {
        foreach ($file in $files) { if ($file.path -like "$folder\*") { . "C:\AzureData\k8s\$($file.path)" } }
    }
    $code = [int]@(Start-Bootstrap $NodeConfigurationBase64 $Secrets ($Resume -eq 'yes') $PayloadBase64)[-1]
}
catch {
    $why = "the bootstrap did not start: $($_.Exception.Message)"
    [System.Console]::Out.WriteLine($why)
    Save-Text 'gen-cse\result.json' (ConvertTo-Json -InputObject @{ schema = 1; state = 'failed'; exitCode = 1; reason = $why } -Depth 2)
}
exit $code
