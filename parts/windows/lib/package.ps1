# Packages that hold programs: some are flat, some have a folder of their own for them.

# The folder that holds these programs of a component, unpacked; * and ? allowed.
function Get-PackageFolder {
    param([object]$Context, [string]$Id, [string[]]$Programs)
    $bare = (Get-ComponentPath $Context $Id) -like '*.exe'
    $folder = if ($bare -and (Get-Command Copy-BareProgram -ErrorAction Ignore)) { Copy-BareProgram $Context $Id } else { Expand-Component $Context $Id }
    $first = Get-ChildItem -LiteralPath $folder -Recurse -File | Where-Object { $_.Name -like $Programs[0] } | Sort-Object -Property { $_.FullName.Length } | Select-Object -First 1
    foreach ($program in $Programs) {
        if (-not $first -or -not (Test-Path -Path "$($first.DirectoryName)\$program")) { throw "$((Get-ArtifactEntry $Id).url) has no ${program}: correct the URL in the definition" }
    }
    $first.DirectoryName
}
