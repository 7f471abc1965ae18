# Folders that hold secrets, or scripts that run as SYSTEM, are closed before anything is written there.
$script:ClosedFolders = @('c:\k', 'C:\AzureData\gen-cse', 'C:\AzureData\k8s')
$script:OtherFolders = @('c:\tmp', 'c:\k\volumeplugins', 'c:\k\debug')

function Test-Directories {
    param([object]$Context)
    $missing = @($script:ClosedFolders + $script:OtherFolders | Where-Object { -not (Test-Path -LiteralPath $_) })
    if ($missing.Count -or -not (Test-Path -LiteralPath "$script:StateFolder\directories.done")) { return }
    if (-not @($script:ClosedFolders | Where-Object { Get-OpenAclReason $_ }).Count) { 'folders are there and closed' }
}

function Invoke-Directories {
    param([object]$Context)
    foreach ($path in $script:ClosedFolders) {
        $null = New-Item -ItemType Directory -Path $path -Force
        Set-ClosedAcl $path '(OI)(CI)'
    }
    foreach ($path in $script:OtherFolders) { $null = New-Item -ItemType Directory -Path $path -Force }
    Set-TextFile "$script:StateFolder\directories.done" ''
}

function Assert-Directories {
    param([object]$Context)
    foreach ($path in $script:ClosedFolders) {
        $reason = Get-OpenAclReason $path
        if ($reason) { throw "${reason}: remove the other entries with icacls and run the extension again" }
    }
}
