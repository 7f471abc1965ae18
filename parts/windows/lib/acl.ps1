# Files and folders for SYSTEM and Administrators only. Containers that run as ContainerAdministrator, and host-process
# containers, are members of Administrators: they can read them where they are mounted.

# By SID: account names are in the language of the system. -Inherit '(OI)(CI)' for a folder.
function Set-ClosedAcl {
    param([string]$Path, [string]$Inherit = '')
    $null = Invoke-Program 'icacls.exe' @($Path, '/reset')
    $null = Invoke-Program 'icacls.exe' @($Path, '/inheritance:r', '/grant:r', "*S-1-5-18:${Inherit}F", "*S-1-5-32-544:${Inherit}F")
}

# The reason why it is open to others, or nothing. icacls prints one line per entry with translated names, so the entries
# are counted: our two and none inherited.
function Get-OpenAclReason {
    param([string]$Path)
    if (-not (Test-Path -LiteralPath $Path)) { return "$Path is missing" }
    $entries = @(Invoke-Program 'icacls.exe' @($Path) | Where-Object { $_ -match ':(\([A-Z,]+\))+\s*$' })
    if ($entries.Count -gt 2 -or "$entries" -match '\(I\)') { "$Path is open to others: $($entries -join ' | ')" }
}
