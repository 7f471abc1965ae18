# Archives, zip or tar.gz: unpacked aside, moved into place file by file.

# Unpacks the archive of a component into a new folder and returns that folder. tar reads both kinds and checks the CRCs of a
# zip, which .NET Framework does not; it takes drive and first slash off a name, and refuses one with a step up.
function Expand-Component {
    param($Context, [string]$Id)
    $archive = Resolve-NodePath (Get-ComponentPath $Context $Id)
    $folder = "$script:Downloads\$Id\unpacked"
    if (Test-Path -LiteralPath $folder) { Remove-Item -LiteralPath $folder -Recurse -Force }
    $null = New-Item -ItemType Directory -Path $folder -Force
    try {
        $null = Invoke-Program 'tar.exe' @('-xf', $archive, '-C', (Resolve-NodePath $folder))
    }
    catch { throw "$archive is not unpacked: $($_.Exception.Message); delete it, or correct its URL" }
    $folder
}

# Moves every file below one folder to the same place below another. A program that runs cannot be overwritten, but it can
# be renamed; the old one is deleted as soon as nothing runs it. Returns the paths.
function Move-Tree {
    param([string]$From, [string]$To)
    $length = (Resolve-NodePath $From).TrimEnd('\', '/').Length
    foreach ($file in @(Get-ChildItem -LiteralPath $From -Recurse -File)) {
        $target = $To + '\' + $file.FullName.Substring($length).TrimStart('\', '/').Replace('/', '\')
        $null = [System.IO.Directory]::CreateDirectory([System.IO.Path]::GetDirectoryName((Resolve-NodePath $target)))
        if (Test-Path -LiteralPath $target) { Move-Item -LiteralPath $target -Destination "$target.$([System.Guid]::NewGuid().ToString('N')).replaced" }
        Move-Item -LiteralPath $file.FullName -Destination $target
        $target
    }
    Get-ChildItem -LiteralPath $To -Recurse -File -Filter '*.replaced' -ErrorAction SilentlyContinue | Remove-Item -Force -ErrorAction SilentlyContinue
}
