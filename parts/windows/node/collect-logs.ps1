# Gathers what is needed to understand this node into one zip and prints its path. An allow list: azure.json, the
# kubeconfig, keys and the extension's settings are never read. Works where the bootstrap broke off, too.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
foreach ($file in @(Get-ChildItem -LiteralPath 'C:\AzureData\k8s\lib', 'c:\k\lib' -Filter '*.ps1' -ErrorAction SilentlyContinue)) { . $file.FullName }

# How the node was made, how it is configured, what its services said.
$files = @('C:\AzureData\gen-cse\events.jsonl', 'C:\AzureData\gen-cse\result.json', 'C:\AzureData\gen-cse.log', 'c:\k\kubeclusterconfig.json',
    'c:\k\azurecni\netconf\10-azure.conflist', 'c:\k\cni\config\l2bridge.conf', 'c:\k\interfaces.json', 'c:\k\credential-provider\credential-provider-config.yaml',
    "$env:ProgramFiles\containerd\config.toml") + @(Get-ChildItem -Path 'c:\k\*.log' | ForEach-Object { "c:\k\$($_.Name)" })

# File of the answer -> question; one that fails leaves its error there and does not stop the rest.
$questions = [ordered]@{
    'system.txt' = { Get-CimInstance -ClassName Win32_OperatingSystem | Select-Object -Property Caption, Version, LastBootUpTime, FreePhysicalMemory | Format-List }
    'services.txt' = { Get-Service | Select-Object -Property Name, Status, StartType | Format-Table -AutoSize }
    'tasks.txt' = { Get-ScheduledTask | Select-Object -Property TaskName, State | Format-Table -AutoSize }
    'volumes.txt' = { Get-Volume | Select-Object -Property DriveLetter, FileSystem, Size, SizeRemaining | Format-Table -AutoSize }
    'network.txt' = { ipconfig.exe /all; Get-NetRoute | Format-Table -AutoSize }
    'hns-networks.json' = { ConvertTo-Json -InputObject @(Get-HnsObject 'networks') -Depth 8 }
    'hns-endpoints.json' = { ConvertTo-Json -InputObject @(Get-HnsObject 'endpoints') -Depth 8 }
    'hns-policies.json' = { ConvertTo-Json -InputObject @(Get-HnsObject 'policylists') -Depth 8 }
    'k-folder.txt' = { Get-ChildItem -Path 'c:\k' | Select-Object -Property Name, Length, LastWriteTimeUtc | Format-Table -AutoSize }
    'events-system.txt' = { Get-WinEvent -LogName System -MaxEvents 300 | Select-Object -Property TimeCreated, LevelDisplayName, ProviderName, Id, Message | Format-List }
    'events-application.txt' = { Get-WinEvent -LogName Application -MaxEvents 300 | Select-Object -Property TimeCreated, LevelDisplayName, ProviderName, Id, Message | Format-List }
    'events-hns.txt' = { Get-WinEvent -LogName 'Microsoft-Windows-Host-Network-Service-Admin' -MaxEvents 300 | Select-Object -Property TimeCreated, LevelDisplayName, ProviderName, Id, Message | Format-List }
}

$folder = "c:\k\debug\$env:COMPUTERNAME-$([System.DateTime]::UtcNow.ToString('yyyyMMdd-HHmmss', [System.Globalization.CultureInfo]::InvariantCulture))_logs"
$null = New-Item -ItemType Directory -Path $folder -Force
try {
    $lost = @(foreach ($path in $files) { try { Copy-Item -LiteralPath $path -Destination $folder } catch { "${path}: $($_.Exception.Message)" } })
    Set-TextFile "$folder\not-collected.txt" ($lost -join "`r`n")
    foreach ($name in $questions.Keys) {
        $question = $questions[$name]
        try { $answer = & $question | Out-String -Width 300 } catch { $answer = "failed: $($_.Exception.Message)" }
        Set-TextFile "$folder\$name" $answer
    }
    Add-Type -AssemblyName System.IO.Compression.FileSystem
    $full = Resolve-NodePath $folder
    [System.IO.Compression.ZipFile]::CreateFromDirectory($full, "$full.zip")
}
finally { Remove-Item -LiteralPath $folder -Recurse -Force }
"$folder.zip"
