# Gathers what is needed to understand this node into one zip and prints its path. -Trace N first traces HNS and VFP for N seconds.
# An allow list: azure.json, the kubeconfig, keys, what extensions were given and the memory in dumps are never read, nor are the
# logs of the extensions' own handlers, which may repeat what they were given. Works where the bootstrap broke off, too.
param([int]$Trace = 0)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
foreach ($file in @(Get-ChildItem -LiteralPath 'C:\AzureData\k8s\lib', 'c:\k\lib' -Filter '*.ps1' -ErrorAction SilentlyContinue)) { . $file.FullName }

# Bytes: of a file its end, of an answer its beginning; of all files together.
$script:Most = 4MB
$script:Room = 100MB

# How the node was made, how it is configured, what Windows, its services and Azure's agent said.
$script:Files = @('C:\AzureData\gen-cse\events.jsonl', 'C:\AzureData\gen-cse\result.json', 'C:\AzureData\gen-cse.log', 'c:\k\kubeclusterconfig.json',
    'c:\k\azurecni\netconf\10-azure.conflist', 'c:\k\cni\config\l2bridge.conf', 'c:\k\interfaces.json', 'c:\k\credential-provider\credential-provider-config.yaml',
    "$env:ProgramFiles\containerd\config.toml", 'C:\WindowsAzure\Logs\WaAppAgent.log', 'C:\Windows\Logs\CBS\CBS.log', 'C:\Windows\Logs\DISM\dism.log', 'c:\k\*.log')

# Of what is in them time, size and name, never the content: ours, logs of pods, reports of crashes, dumps, logs of extensions.
$script:Folders = @('c:\k', 'C:\var\log\pods', 'C:\ProgramData\Microsoft\Windows\WER', 'C:\Windows\Minidump', 'C:\WindowsAzure\Logs', 'C:\Packages\Plugins')

# File of the answer -> question; one that fails leaves its error there and does not stop the rest.
$script:Questions = [ordered]@{
    'system.txt' = { Get-CimInstance -ClassName Win32_OperatingSystem | Select-Object -Property * }
    'patches.txt' = { "UBR $(Get-OsPatch)"; Get-HotFix }
    'services.txt' = { Get-Service | Select-Object -Property Name, Status, StartType }
    'tasks.txt' = { Get-ScheduledTask }
    'volumes.txt' = { Get-Volume }
    'files.txt' = { Get-ChildItem -Path $script:Folders -Recurse -Depth 3 -ErrorAction SilentlyContinue | ForEach-Object { "$($_.LastWriteTimeUtc) $(Get-Property $_ 'Length') $($_.FullName)" } }
    'defender.txt' = { Get-MpPreference | Select-Object -Property Exclusion* }
    'network.txt' = { Get-Saying 'ipconfig.exe' '/all'; Get-Saying 'netsh.exe' 'int ipv4 show excludedportrange tcp', 'int ipv4 show excludedportrange udp'; Get-NetRoute }
    'hns-networks.json' = { ConvertTo-Json -InputObject @(Get-HnsObject 'networks') -Depth 8 }
    'hns-endpoints.json' = { ConvertTo-Json -InputObject @(Get-HnsObject 'endpoints') -Depth 8 }
    'hns-policies.json' = { ConvertTo-Json -InputObject @(Get-HnsObject 'policylists') -Depth 8 }
    'hnsdiag.txt' = { Get-Saying 'hnsdiag.exe' 'list all -d' }
    'vfp.txt' = { Get-Saying 'vfpctrl.exe' '/list-vmswitch-port' | ForEach-Object { $_; if ($_ -match 'Port name.*: *(\S+)') { Get-Saying 'vfpctrl.exe' "/port $($Matches[1]) /list-rule" } } }
    'containerd.txt' = { Get-Saying "$env:ProgramFiles\containerd\ctr.exe" '-n k8s.io containers ls', '-n k8s.io images ls', '-n k8s.io snapshots --snapshotter windows ls' }
    'docker.txt' = { Get-Saying 'docker.exe' 'ps -a --format {{.Names}}', 'images' }
    'events-system.txt' = { Get-LastEvent 'System' }
    'events-application.txt' = { Get-LastEvent 'Application' }
    'events-hns.txt' = { Get-LastEvent 'Microsoft-Windows-Host-Network-Service-Admin' }
}

function Get-LastEvent {
    param([string]$Log)
    Get-WinEvent -LogName $Log -MaxEvents 300 | Select-Object -Property TimeCreated, LevelDisplayName, ProviderName, Id, Message
}

# What a program says, or that it is not there; one that hangs is ended.
function Get-Saying {
    param([string]$Program, [string[]]$Asked)
    foreach ($words in $Asked) { try { Invoke-Program $Program ($words -split ' ') -Seconds 60 } catch { "failed: $($_.Exception.Message)" } }
}

# The end of a file, which others may be writing. Tells what stays behind.
function Copy-End {
    param($File, [string]$Target)
    $from = [System.IO.File]::Open($File.FullName, 'Open', 'Read', 'ReadWrite, Delete')
    try {
        $left = [System.Math]::Max(0, $from.Length - [System.Math]::Min($script:Most, $script:Room))
        $null = $from.Seek($left, 'Begin')
        $to = [System.IO.File]::Create((Resolve-NodePath $Target))
        try { $from.CopyTo($to); $script:Room -= $to.Length } finally { $to.Dispose() }
    }
    finally { $from.Dispose() }
    if ($left) { "$($File.Name): its first $left bytes" }
}

function Save-Answer {
    param([string]$Path, [scriptblock]$Question)
    try { $answer = & $Question | Out-String -Width 300 } catch { $answer = "failed: $($_.Exception.Message)" }
    if ($answer.Length -gt $script:Most) { "${Path}: its end"; $answer = $answer.Substring(0, $script:Most) }
    Set-TextFile $Path $answer
}

# Ended whatever happens; one that somebody else has started is left alone.
function Save-Trace {
    param([string]$Path)
    $null = Invoke-Program 'netsh.exe' @('trace', 'start', 'provider=Microsoft-Windows-Host-Network-Service', 'provider=Microsoft-Windows-Hyper-V-VfpExt', "tracefile=$Path", 'maxsize=100', 'report=disabled')
    try { Start-Sleep -Seconds $Trace } finally { $null = Invoke-Program 'netsh.exe' @('trace', 'stop') }
}

$folder = "c:\k\debug\$env:COMPUTERNAME-$((Get-UtcStamp) -replace '\D')_logs"
$null = New-Item -ItemType Directory -Path $folder -Force
try {
    $lost = @(
        if ($Trace) { try { Save-Trace "$folder\trace.etl" } catch { "trace: $($_.Exception.Message)" } }
        foreach ($name in $script:Questions.Keys) { Save-Answer "$folder\$name" $script:Questions[$name] }
        foreach ($path in $script:Files) { try { foreach ($file in @(Get-ChildItem -Path $path | Sort-Object -Property LastWriteTimeUtc -Descending)) { Copy-End $file "$folder\$($file.Name)" } } catch { "${path}: $($_.Exception.Message)" } }
    )
    Set-TextFile "$folder\not-collected.txt" ($lost -join "`r`n")
    Add-Type -AssemblyName System.IO.Compression.FileSystem
    $full = Resolve-NodePath $folder
    [System.IO.Compression.ZipFile]::CreateFromDirectory($full, "$full.zip")
}
finally { Remove-Item -LiteralPath $folder -Recurse -Force }
"$folder.zip"
