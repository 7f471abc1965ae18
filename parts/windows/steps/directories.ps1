# Folders that hold secrets, or scripts that run as SYSTEM, are closed before anything is written there.
# kubelet keeps its key in the last one; the volumes of pods, which containers must reach, lie beside it.
$script:ClosedFolders = @('c:\k', 'C:\AzureData\gen-cse', 'C:\AzureData\k8s', 'C:\var\lib\kubelet\pki')
$script:OtherFolders = @('c:\tmp', 'c:\k\volumeplugins', 'c:\k\debug')

# Step container-access lets the containers' user pass through c:\k.
function Get-FolderGuest {
    param($Context, [string]$Path)
    if ($Path -eq 'c:\k' -and (Get-Property $Context.Configuration 'containerUserFiles')) { $script:ContainerUserSid }
}

function Get-FolderProblem {
    param($Context)
    foreach ($path in $script:ClosedFolders) { Get-OpenAclReason $path (Get-FolderGuest $Context $path) }
    foreach ($path in $script:OtherFolders) { if (-not (Test-Path -LiteralPath $path)) { "$path is missing" } }
}

function Test-Directory {
    param($Context)
    if (-not @(Get-FolderProblem $Context).Count) { 'folders are there and closed' }
}

function Invoke-Directory {
    param($Context)
    foreach ($path in $script:ClosedFolders) { Initialize-ClosedFolder $path (Get-FolderGuest $Context $path) }
    foreach ($path in $script:OtherFolders) { $null = New-Item -ItemType Directory -Path $path -Force }
}

function Assert-Directory {
    param($Context)
    $problems = @(Get-FolderProblem $Context)
    if ($problems.Count) { throw "$($problems -join '; '): remove other entries with icacls" }
}
