# Packages that hold one program or a few: some are flat, some have a folder bin, and some are the program itself.

# The folder that holds the program of a component, unpacked. -Pattern: name of the program, * and ? allowed.
function Get-PackageFolder {
    param([object]$Context, [string]$Id, [string]$Pattern)
    $entry = Get-ArtifactEntry $Id
    if ("$(Get-Property (Get-Component $Context $Id) 'fileName')" -match '\.exe$') { return Copy-BareProgram $Context $Id }
    $folder = Expand-Component $Context $Id
    $found = @(Get-ChildItem -LiteralPath $folder -Recurse -File | Where-Object { $_.Name -like $Pattern } | Sort-Object -Property { $_.FullName.Length })
    if ($found.Count -eq 0) { throw "$($entry.url) has no ${Pattern}: correct the URL in the definition" }
    $found[0].DirectoryName
}

# The file itself stays: it may be the image's.
function Copy-BareProgram {
    param([object]$Context, [string]$Id)
    $folder = "$script:Downloads\$Id\unpacked"
    if (Test-Path -LiteralPath $folder) { Remove-Item -LiteralPath $folder -Recurse -Force }
    $null = New-Item -ItemType Directory -Path $folder -Force
    Copy-Item -LiteralPath (Get-ComponentPath $Context $Id) -Destination "$folder\$((Get-Component $Context $Id).fileName)"
    $folder
}

# Puts the one program that matches into a folder under its name there; it may run while it is replaced.
function Install-PackageProgram {
    param([object]$Context, [string]$Id, [string]$Pattern, [string]$Folder, [string]$Name)
    $package = Get-PackageFolder $Context $Id $Pattern
    $found = Get-ChildItem -LiteralPath $package -File | Where-Object { $_.Name -like $Pattern } | Select-Object -First 1
    if (-not $found) { throw "$((Get-ArtifactEntry $Id).url) is not ${Pattern}: correct the URL in the definition" }
    $alone = "$script:Downloads\$Id\unpacked\alone"
    $null = New-Item -ItemType Directory -Path $alone -Force
    Move-Item -LiteralPath $found.FullName -Destination "$alone\$Name"
    Clear-Installed $Id
    Set-Installed $Id (Get-ArtifactEntry $Id).sha256 @(Move-Tree $alone $Folder)
}
