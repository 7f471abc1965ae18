# What the VM has as C:\AzureData\CustomData.bin. The extension copies it into its own folder and runs it with -File; a startup task
# runs a copy again with -Resume after a restart. Unpacks the scripts, then hands over to start.ps1.
# Behind it the generator puts one more line, a comment: the node configuration. Short: unlike the scripts in it, this is not compressed.
param([string]$Resume = '')
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$PayloadBase64 = '@@PAYLOAD@@'
# read once: no program that is started from here on inherits them
$secrets = "$env:GEN_CSE_SECRETS"
$env:GEN_CSE_SECRETS = $null
$code = 1
try {
    $gzip = [IO.Compression.GZipStream]::new([IO.MemoryStream]::new([Convert]::FromBase64String($PayloadBase64)), [IO.Compression.CompressionMode]::Decompress)
    $files = @(foreach ($file in [IO.StreamReader]::new($gzip).ReadToEnd().Split([char]12)) { $path, $text = $file -split "`n", 2; @{ path = $path; text = $text } })
    # the libraries from memory first: they close the folder from which the scripts are then run
    foreach ($file in $files) { if ($file.path -like 'lib\*') { . ([scriptblock]::Create($file.text)) } }
    Save-Script $files
    foreach ($folder in 'lib', 'bootstrap', 'steps') {
        foreach ($file in $files) { if ($file.path -like "$folder\*") { . "C:\AzureData\k8s\$($file.path)" } }
    }
    # read anew: Windows PowerShell has taken this file for ANSI, and it is UTF-8
    $configuration = @([IO.File]::ReadAllLines($PSCommandPath))[-1].TrimStart('# ')
    $code = [int]@(Start-Bootstrap $configuration $secrets ($Resume -eq 'yes') $PayloadBase64)[-1]
}
catch {
    $why = "the bootstrap did not start: $($_.Exception.Message)"
    [Console]::Out.WriteLine($why)
    $full = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath('C:\AzureData\gen-cse')
    $null = [IO.Directory]::CreateDirectory($full)
    [IO.File]::WriteAllText("$full\result.json", (ConvertTo-Json -InputObject @{ schema = 1; state = 'failed'; exitCode = 1; reason = $why } -Depth 2))
}
exit $code
