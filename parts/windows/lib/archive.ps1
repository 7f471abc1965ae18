# Archives: told by their first bytes, checked before they are unpacked, moved into place file by file.

# Names of all entries of a zip or tar.gz.
function Get-ArchiveEntry {
    param([string]$Path)
    $stream = [System.IO.File]::OpenRead($Path)
    try { $first = $stream.ReadByte(); $second = $stream.ReadByte() } finally { $stream.Dispose() }
    if ($first -eq 0x50 -and $second -eq 0x4B) { Get-ZipEntry $Path }
    elseif ($first -eq 0x1F -and $second -eq 0x8B) { Invoke-Program 'tar.exe' @('-tf', $Path) }
    else { throw "$Path is neither a zip nor a tar.gz: the URL gave something else" }
}

function Get-ZipEntry {
    param([string]$Path)
    Add-Type -AssemblyName System.IO.Compression.FileSystem
    try { $zip = [System.IO.Compression.ZipFile]::OpenRead($Path) } catch { throw "${Path} is a damaged zip: $($_.Exception.Message)" }
    try { foreach ($entry in $zip.Entries) { $entry.FullName } } finally { $zip.Dispose() }
}

# No absolute name, no drive, no step up.
function Assert-ArchiveEntry {
    param([string]$Path)
    foreach ($name in @(Get-ArchiveEntry $Path)) {
        if ($name -match '^[\\/]|:|(^|[\\/])\.\.([\\/]|$)') { throw "${Path}: entry '$name' would leave the folder it is unpacked into; the archive is not used" }
    }
}

# Unpacks the archive of a component into a new folder and returns that folder.
function Expand-Component {
    param([object]$Context, [string]$Id)
    $archive = Resolve-NodePath (Get-ComponentPath $Context $Id)
    Assert-ArchiveEntry $archive
    $folder = "$script:Downloads\$Id\unpacked"
    if (Test-Path -LiteralPath $folder) { Remove-Item -LiteralPath $folder -Recurse -Force }
    $null = New-Item -ItemType Directory -Path $folder -Force
    # tar checks the CRCs of a zip, .NET Framework does not
    try { $null = Invoke-Program 'tar.exe' @('-xf', $archive, '-C', (Resolve-NodePath $folder)) }
    catch { throw "$archive cannot be unpacked: delete it and run the extension again; $($_.Exception.Message)" }
    $folder
}

# Moves every file below one folder to the same place below another. A program that runs cannot be overwritten, but it can
# be renamed; the old one is deleted as soon as nothing runs it. Returns the paths.
function Move-Tree {
    param([string]$From, [string]$To)
    $length = (Resolve-NodePath $From).TrimEnd('\', '/').Length
    foreach ($file in @(Get-ChildItem -LiteralPath $From -Recurse -File)) {
        $target = $To + '\' + $file.FullName.Substring($length).TrimStart('\', '/').Replace('/', '\')
        $full = Resolve-NodePath $target
        $null = [System.IO.Directory]::CreateDirectory([System.IO.Path]::GetDirectoryName($full))
        if (Test-Path -LiteralPath $target) { Move-Item -LiteralPath $target -Destination "$target.$([System.Guid]::NewGuid().ToString('N')).replaced" }
        Move-Item -LiteralPath $file.FullName -Destination $target
        $target
    }
    Remove-ReplacedFile $To
}

function Remove-ReplacedFile {
    param([string]$Folder)
    Get-ChildItem -LiteralPath $Folder -Recurse -File -Filter '*.replaced' -ErrorAction SilentlyContinue | Remove-Item -Force -ErrorAction SilentlyContinue
}
