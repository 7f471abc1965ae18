# Folders that hold secrets, or scripts that run as SYSTEM, are closed before anything is written there.
$script:ClosedFolders = @('c:\k', 'C:\AzureData\gen-cse', 'C:\AzureData\k8s')
$script:OtherFolders = @('c:\tmp', 'c:\k\volumeplugins', 'c:\k\debug')

function Get-FolderProblem {
    foreach ($path in $script:ClosedFolders) { Get-OpenAclReason $path }
    foreach ($path in $script:OtherFolders) { if (-not (Test-Path -LiteralPath $path)) { "$path is missing" } }
}

function Test-Directories {
    param([object]$Context)
    if (-not @(Get-FolderProblem).Count) { 'folders are there and closed' }
}

function Invoke-Directories {
    param([object]$Context)
    foreach ($path in $script:ClosedFolders) { Initialize-ClosedFolder $path }
    foreach ($path in $script:OtherFolders) { $null = New-Item -ItemType Directory -Path $path -Force }
}

function Assert-Directories {
    param([object]$Context)
    $problems = @(Get-FolderProblem)
    if ($problems.Count) { throw "$($problems -join '; '): remove other entries with icacls" }
}
