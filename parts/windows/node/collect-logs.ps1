# Gathers what is needed to understand this node into one zip and prints its path. An allow list: azure.json, the
# kubeconfig, keys and the extension's settings are never read.
param([string]$Destination = 'c:\k\debug')
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
# for the HNS functions, where the machine has none; this script runs without them, too
if (Test-Path -LiteralPath 'c:\k\lib') { foreach ($file in @(Get-ChildItem -LiteralPath 'c:\k\lib' -Filter '*.ps1' | Sort-Object -Property Name)) { . $file.FullName } }

function Resolve-FullPath {
    param([string]$Path)
    $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path)
}

# Files worth having: how the node was made, how it is configured, what its services said.
function Get-CollectedFile {
    'C:\AzureData\gen-cse\events.jsonl', 'C:\AzureData\gen-cse\result.json', 'C:\AzureData\gen-cse.log'
    'c:\k\kubeclusterconfig.json', 'c:\k\azurecni\netconf\10-azure.conflist', 'c:\k\cni\config\l2bridge.conf', 'c:\k\interfaces.json'
    'c:\k\credential-provider\credential-provider-config.yaml', "$env:ProgramFiles\containerd\config.toml"
    foreach ($prefix in 'kubelet', 'kubeproxy', 'containerd', 'csi-proxy', 'hosts-config-agent', 'node-reset', 'hns-watch', 'azure-vnet') {
        Get-ChildItem -Path "c:\k\$prefix*" -Include '*.log' -ErrorAction SilentlyContinue | ForEach-Object { "c:\k\$($_.Name)" }
    }
}

# Returns what could not be copied, and why.
function Copy-CollectedFile {
    param([string]$Folder)
    foreach ($path in @(Get-CollectedFile)) {
        if (-not (Test-Path -LiteralPath $path)) { "$path is not there"; continue }
        try { Copy-Item -LiteralPath $path -Destination $Folder } catch { "${path}: $($_.Exception.Message)" }
    }
}

# One answer per file; a command that fails leaves its error there and does not stop the rest.
function Save-Answer {
    param([string]$Folder, [string]$Name, [scriptblock]$Question)
    try { $text = (& $Question | Out-String -Width 300) } catch { $text = "failed: $($_.Exception.Message)" }
    [System.IO.File]::WriteAllText([System.IO.Path]::Combine($Folder, $Name), $text, (New-Object System.Text.UTF8Encoding($false)))
}

function Save-MachineAnswer {
    param([string]$Folder)
    Save-Answer $Folder 'system.txt' { Get-CimInstance -ClassName Win32_OperatingSystem | Select-Object -Property Caption, Version, LastBootUpTime, FreePhysicalMemory | Format-List }
    Save-Answer $Folder 'services.txt' { Get-Service | Select-Object -Property Name, Status, StartType | Format-Table -AutoSize }
    Save-Answer $Folder 'tasks.txt' { Get-ScheduledTask | Select-Object -Property TaskName, State | Format-Table -AutoSize }
    Save-Answer $Folder 'volumes.txt' { Get-Volume | Select-Object -Property DriveLetter, FileSystem, Size, SizeRemaining | Format-Table -AutoSize }
    Save-Answer $Folder 'network.txt' { ipconfig.exe /all; Get-NetRoute | Format-Table -AutoSize }
    Save-Answer $Folder 'hns-networks.json' { ConvertTo-Json -InputObject @(Get-HnsNetwork) -Depth 8 }
    Save-Answer $Folder 'hns-endpoints.json' { ConvertTo-Json -InputObject @(Get-HnsEndpoint) -Depth 8 }
    Save-Answer $Folder 'hns-policies.json' { ConvertTo-Json -InputObject @(Get-HnsPolicyList) -Depth 8 }
    Save-Answer $Folder 'k-folder.txt' { Get-ChildItem -Path 'c:\k' | Select-Object -Property Name, Length, LastWriteTimeUtc | Format-Table -AutoSize }
    foreach ($log in 'System', 'Application', 'Microsoft-Windows-Host-Network-Service-Admin') {
        Save-Answer $Folder "events-$log.txt" { Get-WinEvent -LogName $log -MaxEvents 300 | Select-Object -Property TimeCreated, LevelDisplayName, ProviderName, Id, Message | Format-List }
    }
}

$stamp = [System.DateTime]::UtcNow.ToString('yyyyMMdd-HHmmss', [System.Globalization.CultureInfo]::InvariantCulture)
$name = "$env:COMPUTERNAME-${stamp}_logs"
$null = New-Item -ItemType Directory -Path "$Destination\$name" -Force
$folder = Resolve-FullPath "$Destination\$name"
try {
    $lost = @(Copy-CollectedFile $folder)
    Save-Answer $folder 'not-collected.txt' { $lost }
    Save-MachineAnswer $folder
    Add-Type -AssemblyName System.IO.Compression.FileSystem
    [System.IO.Compression.ZipFile]::CreateFromDirectory($folder, "$folder.zip")
}
finally { Remove-Item -LiteralPath $folder -Recurse -Force }
"$Destination\$name.zip"
