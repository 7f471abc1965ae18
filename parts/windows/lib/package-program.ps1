# with: csi-proxy credential-provider
# Packages of one program, for the steps csi-proxy and credential-provider.

# Puts the one program that matches into a folder under its name there; it may run while it is replaced.
function Install-PackageProgram {
    param($Context, [string]$Id, [string]$Pattern, [string]$Folder, [string]$Name)
    $package = Get-PackageFolder $Context $Id $Pattern
    $found = Get-ChildItem -LiteralPath $package -File | Where-Object { $_.Name -like $Pattern } | Select-Object -First 1
    $alone = "$script:Downloads\$Id\unpacked\alone"
    $null = New-Item -ItemType Directory -Path $alone -Force
    Move-Item -LiteralPath $found.FullName -Destination "$alone\$Name"
    Clear-Installed $Id
    Set-Installed $Id (Get-ArtifactEntry $Id).sha256 @(Move-Tree $alone $Folder)
}
