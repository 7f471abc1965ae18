# Do scripts as they travel say the same to PowerShell as they are written? Their tokens and the nodes of their trees, in order; of the
# source only comments, ends of lines and blanks may be gone. Prints a line per script that differs, and how many were compared.
#   pwsh -NoProfile -File same.ps1 SOURCES TRAVELLING
param([Parameter(Mandatory)] [string]$Sources, [Parameter(Mandatory)] [string]$Travelling)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

function Get-Meaning {
    param([string]$Path)
    $tokens = $mistakes = $null
    $tree = [System.Management.Automation.Language.Parser]::ParseFile($Path, [ref]$tokens, [ref]$mistakes)
    foreach ($mistake in $mistakes) { "mistake: $($mistake.Message)" }
    foreach ($token in $tokens) { if ("$($token.Kind)" -notin 'NewLine', 'Comment', 'LineContinuation', 'EndOfInput') { "$($token.Kind) $($token.Text)" } }
    foreach ($node in $tree.FindAll({ $true }, $true)) { $node.GetType().Name }
}

$compared = 0
foreach ($file in Get-ChildItem -LiteralPath $Travelling -Recurse -Filter '*.ps1' | Sort-Object -Property FullName) {
    $name = [System.IO.Path]::GetRelativePath($Travelling, $file.FullName)
    $written, $travels = @(Get-Meaning (Join-Path $Sources $name)), @(Get-Meaning $file.FullName)
    for ($at = 0; $at -lt [System.Math]::Max($written.Count, $travels.Count); $at++) {
        $two = @($written, $travels | ForEach-Object { if ($at -lt $_.Count) { $_[$at] } else { 'nothing' } })
        if ($two[0] -cne $two[1]) { "${name}: '$($two[0])' travels as '$($two[1])'"; break }
    }
    $compared++
}
"compared $compared"
