# Makes commands-5.1.json anew: the entries of Microsoft's compatibility profile that the scripts of nodes and images (and the planted ones) use.
#   pwsh -NoProfile -File regenerate.ps1 WHOLE-PROFILE.json
param([Parameter(Mandatory)] [string]$Whole)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$profile51 = [System.IO.File]::ReadAllText($Whole) | ConvertFrom-Json -AsHashtable
$words = [System.Collections.Generic.HashSet[string]]::new([System.StringComparer]::OrdinalIgnoreCase)

# every word that may be a name: the scripts' own, and those of the faults planted for the offline checks
$texts = @(Get-ChildItem "$PSScriptRoot/../../parts/windows", "$PSScriptRoot/../../parts/vhd" -Recurse -Filter '*.ps1') + @(Get-Item "$PSScriptRoot/faults.rs", "$PSScriptRoot/planted/*.ps1")
foreach ($file in $texts) {
    foreach ($found in [regex]::Matches([System.IO.File]::ReadAllText($file.FullName), '[A-Za-z][\w.]*(-\w+)?(\.exe)?')) { $null = $words.Add($found.Value) }
}
function Get-Sorted { param([string[]]$Names) [array]::Sort($Names, [System.StringComparer]::Ordinal); $Names }
function Get-Used { param([System.Collections.IDictionary]$All) $some = [ordered]@{}; foreach ($key in @(Get-Sorted @($All.Keys))) { if ($words.Contains($key)) { $some[$key] = $All[$key] } }; $some }

$types = [ordered]@{}
foreach ($key in @(Get-Sorted @($profile51.types.Keys))) {
    if ($key -notmatch '\|') { $types[$key] = $profile51.types[$key]; continue }
    $space = ($key -split '\|')[1]
    $used = @($profile51.types[$key] -split ' ' | Where-Object { $words.Contains("$space.$_") })
    if ($used.Count) { $types[$key] = $used -join ' ' }
}
$parts = [ordered]@{ source = $profile51.source; os = $profile51.os; commonParameters = $profile51.commonParameters
    commands = Get-Used $profile51.commands; aliases = $profile51.aliases; typeAccelerators = Get-Used $profile51.typeAccelerators
    types = $types; programs = Get-Used $profile51.programs }

# one line for each member of each member: a change shows which command it is about
$lines = foreach ($key in $parts.Keys) {
    if ($parts[$key] -isnot [System.Collections.IDictionary]) { "`"$key`": $(ConvertTo-Json $parts[$key] -Compress)"; continue }
    $inner = foreach ($name in $parts[$key].Keys) { "  $(ConvertTo-Json $name): $(ConvertTo-Json $parts[$key][$name] -Compress -Depth 8)" }
    "`"$key`": {`n$($inner -join ",`n")`n}"
}
[System.IO.File]::WriteAllText("$PSScriptRoot/commands-5.1.json", "{`n$($lines -join ",`n")`n}`n")
