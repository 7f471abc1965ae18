# Files and folders for SYSTEM and Administrators only. Containers that run as ContainerAdministrator, and host-process
# containers, are members of Administrators: they can read them where they are mounted.

# By SID: account names are in the language of the system. -Inherit '(OI)(CI)' for a folder.
function Set-ClosedAcl {
    param([string]$Path, [string]$Inherit = '')
    $null = Invoke-Program 'icacls.exe' @($Path, '/reset')
    $null = Invoke-Program 'icacls.exe' @($Path, '/inheritance:r', '/grant:r', "*S-1-5-18:${Inherit}F", "*S-1-5-32-544:${Inherit}F")
}

# A folder for SYSTEM and administrators. One that is there and open is first taken from whoever made it, with all that is in it:
# an owner may always open it again. A closed one is left alone: to close it anew would open it for a moment.
function Initialize-ClosedFolder {
    param([string]$Path)
    if (-not (Test-Path -LiteralPath $Path)) {
        $null = New-Item -ItemType Directory -Path $Path -Force
        Set-ClosedAcl $Path '(OI)(CI)'
    }
    elseif (Get-OpenAclReason $Path) {
        $null = Invoke-Program 'icacls.exe' @($Path, '/setowner', '*S-1-5-32-544', '/T', '/C', '/Q')
        $null = Invoke-Program 'icacls.exe' @($Path, '/reset', '/T', '/C', '/Q')
        Set-ClosedAcl $Path '(OI)(CI)'
    }
}

# The scripts of the payload and no others, where nobody else can put one. Another run may be reading the same file, so what is
# as it should be is not written again.
function Save-Script {
    param([object[]]$Files)
    $root = 'C:\AzureData\k8s'
    Initialize-ClosedFolder $root
    foreach ($file in $Files) {
        if ((Get-TextFile "$root\$($file.path)") -cne $file.text) { Set-TextFile "$root\$($file.path)" $file.text }
    }
    $wanted = @($Files | ForEach-Object { $_.path })
    foreach ($folder in 'bootstrap', 'lib', 'node', 'steps') {
        foreach ($file in @(Get-ChildItem -LiteralPath "$root\$folder" -ErrorAction SilentlyContinue)) {
            if ($wanted -notcontains "$folder\$($file.Name)") { Remove-Item -LiteralPath "$root\$folder\$($file.Name)" -Recurse -Force }
        }
    }
}

# The reason why it is open to others, or nothing. icacls prints one line per entry with translated names, so the entries
# are counted: our two and none inherited.
function Get-OpenAclReason {
    param([string]$Path)
    if (-not (Test-Path -LiteralPath $Path)) { return "$Path is missing" }
    $entries = @(Invoke-Program 'icacls.exe' @($Path) | Where-Object { $_ -match ':(\([A-Z,]+\))+\s*$' })
    if ($entries.Count -gt 2 -or "$entries" -match '\(I\)') { "$Path is open to others: $($entries -join ' | ')" }
}
