# Packages that hold programs: some are flat, some have a folder of their own for them.

# A package that is the program itself. The file stays: it may be the image's.
function Copy-BareProgram {
    param($Context, [string]$Id)
    $folder = "$script:Downloads\$Id\unpacked"
    if (Test-Path -LiteralPath $folder) { Remove-Item -LiteralPath $folder -Recurse -Force }
    $null = New-Item -ItemType Directory -Path $folder -Force
    Copy-Item -LiteralPath (Get-ComponentPath $Context $Id) -Destination $folder
    $folder
}

# The folder that holds these programs of a component, unpacked; * and ? allowed.
function Get-PackageFolder {
    param($Context, [string]$Id, [string[]]$Programs)
    $bare = (Get-ComponentPath $Context $Id) -like '*.exe'
    $folder = if ($bare) { Copy-BareProgram $Context $Id } else { Expand-Component $Context $Id }
    $first = Get-ChildItem -LiteralPath $folder -Recurse -File | Where-Object { $_.Name -like $Programs[0] } | Sort-Object -Property { $_.FullName.Length } | Select-Object -First 1
    foreach ($program in $Programs) {
        if (-not $first -or -not (Test-Path -Path "$($first.DirectoryName)\$program")) { throw "$((Get-ArtifactEntry $Id).url) has no ${program}: correct the URL in the definition" }
    }
    $first.DirectoryName
}
