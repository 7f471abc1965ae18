# Files and folders for SYSTEM and Administrators only. Containers that run as ContainerAdministrator, and host-process
# containers, are members of Administrators: they can read them where they are mounted. Most others run as ContainerUser.

# By SID everywhere: account names are in the language of the system. SDDL writes the first two by two letters.
$script:AdministratorSids = 'SY', 'BA', 'S-1-5-18', 'S-1-5-32-544'
$script:ContainerUserSid = 'S-1-5-93-2-2'

# -Inherit '(OI)(CI)' for a folder.
function Set-ClosedAcl {
    param([string]$Path, [string]$Inherit = '')
    $null = Invoke-Program 'icacls.exe' @($Path, '/reset')
    Close-NewItem $Path $Inherit
}

# What was just made, or reset, has nothing but what the folder above hands down.
function Close-NewItem {
    param([string]$Path, [string]$Inherit = '')
    $null = Invoke-Program 'icacls.exe' @($Path, '/inheritance:r', '/grant:r', "*S-1-5-18:${Inherit}F", "*S-1-5-32-544:${Inherit}F")
}

# A folder for SYSTEM and administrators. One that is there and open is first taken from whoever made it, with all that is in it:
# an owner may always open it again. A closed one is left alone: to close it anew would open it for a moment.
function Initialize-ClosedFolder {
    param([string]$Path, [string[]]$Guests = @())
    if (-not (Test-Path -LiteralPath $Path)) {
        $null = New-Item -ItemType Directory -Path $Path -Force
        Close-NewItem $Path '(OI)(CI)'
    }
    elseif (Get-OpenAclReason $Path $Guests) {
        $null = Invoke-Program 'icacls.exe' @($Path, '/setowner', '*S-1-5-32-544', '/T', '/C', '/Q')
        $null = Invoke-Program 'icacls.exe' @($Path, '/reset', '/T', '/C', '/Q')
        Close-NewItem $Path '(OI)(CI)'
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

# The access list of a file or folder: Closed ($true: nothing comes from the folder above) and Sids (whom it lets in).
function Get-AccessList {
    param([string]$Path)
    $list = [pscustomobject]@{ Closed = $false; Sids = @() }
    if ("$((Get-Acl -LiteralPath $Path).Sddl)" -notmatch 'D:([A-Z]*)(\(.*?)?(S:|$)') { return $list }
    $flags, $entries = $Matches[1], "$($Matches[2])"
    # an empty list lets in nobody
    $list.Closed = $flags.Contains('P') -or -not $entries
    # type;flags;rights;object;inherited object;SID, where the type of those that let in ends with A
    $list.Sids = @([regex]::Matches($entries, '\([A-Z]?A;[^;]*;[^;]*;[^;]*;[^;]*;([^;)]+)') | ForEach-Object { $_.Groups[1].Value })
    $list
}

# The reason why it is open to others, or nothing. -Guests: SIDs that may be there, too.
function Get-OpenAclReason {
    param([string]$Path, [string[]]$Guests = @())
    if (-not (Test-Path -LiteralPath $Path)) { return "$Path is missing" }
    $list = Get-AccessList $Path
    if (-not $list.Closed) { return "$Path is open to all who may use the folder above" }
    $others = @($list.Sids | Where-Object { ($script:AdministratorSids + $Guests) -notcontains $_ })
    if ($others.Count) { "$Path is open to $($others -join ', ')" }
}
