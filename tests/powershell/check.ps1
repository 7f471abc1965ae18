# What PowerShell's own parser shows of the scripts: syntax that 5.1 lacks, and every command, parameter, program and type held against
# what Windows PowerShell 5.1 has. Prints a line per finding.
#   pwsh -NoProfile -File check.ps1 FOLDER
param([Parameter(Mandatory)] [string]$Folder)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$reference = [System.IO.File]::ReadAllText("$PSScriptRoot/commands-5.1.json") | ConvertFrom-Json -AsHashtable
$rules = [System.IO.File]::ReadAllText("$PSScriptRoot/rules.json") | ConvertFrom-Json -AsHashtable
$common = @($reference.commonParameters.names) + 'Confirm' + 'WhatIf'
$loadedTypes = @{}
foreach ($key in $reference.types.Keys) {
    if ($key -notmatch '\|') { continue }
    foreach ($name in $reference.types[$key] -split ' ') { $loadedTypes["$(($key -split '\|')[1]).$name"] = $true }
}

function Write-Finding {
    param($Extent, [string]$Rule, [string]$Message)
    "$([System.IO.Path]::GetRelativePath($Folder, $Extent.File).Replace('\', '/')):$($Extent.StartLineNumber): [$Rule] $Message"
}

# ---- syntax -------------------------------------------------------------------------------------------------------------

$newTokens = 'QuestionMark', 'QuestionQuestion', 'QuestionQuestionEquals', 'QuestionDot', 'QuestionLBracket', 'AndAnd', 'OrOr', 'Clean'
$newNodes = 'TernaryExpressionAst', 'PipelineChainAst'

function Get-SyntaxFinding {
    param($Ast, $Tokens)
    foreach ($token in $Tokens) { if ("$($token.Kind)" -in $newTokens) { Write-Finding $token.Extent 'powershell-7' "'$($token.Text)' is not in 5.1" } }
    foreach ($node in $Ast.FindAll({ $args[0].GetType().Name -in $newNodes }, $true)) { Write-Finding $node.Extent 'powershell-7' "'$($node.Extent.Text)' is not in 5.1" }
    foreach ($node in $Ast.FindAll({ $args[0] -is [System.Management.Automation.Language.PipelineAst] -and $args[0].Background }, $true)) {
        Write-Finding $node.Extent 'powershell-7' 'a pipeline in the background is not in 5.1'
    }
}

# ---- commands -----------------------------------------------------------------------------------------------------------

# Stands on the top of its file, so it is always defined once the file was read.
function Test-Unconditional {
    param($Function)
    $Function.Parent -is [System.Management.Automation.Language.NamedBlockAst] -and $null -eq $Function.Parent.Parent.Parent
}

function Get-FunctionParameter {
    param($Function)
    $block = $Function.Body.ParamBlock
    if ($block) { $block.Parameters } elseif ($Function.Parameters) { $Function.Parameters }
}

function Get-ParameterFinding {
    param($Command, [string]$Name, [string[]]$Known, [hashtable]$Aliases)
    foreach ($element in $Command.CommandElements) {
        if ($element -isnot [System.Management.Automation.Language.CommandParameterAst]) { continue }
        if ($Known -contains $element.ParameterName) { continue }
        if ($Aliases.ContainsKey($element.ParameterName)) { Write-Finding $element.Extent 'unknown-parameter' "-$($element.ParameterName) of $Name is short for -$($Aliases[$element.ParameterName])" }
        else { Write-Finding $element.Extent 'unknown-parameter' "$Name has no -$($element.ParameterName) in 5.1" }
    }
}

function Get-CommandFinding {
    param($Command, [hashtable]$Functions)
    $name = $Command.GetCommandName()
    if (-not $name -or $name -match '[\\/]' -or $name -match '^@@|\.ps1$') { return }
    if ($Functions.ContainsKey($name)) {
        $function = $Functions[$name]
        $known = @(Get-FunctionParameter $function | Where-Object { $_ } | ForEach-Object { $_.Name.VariablePath.UserPath })
        Get-ParameterFinding $Command $name $known @{}
    }
    elseif ($reference.commands.ContainsKey($name)) {
        $entry = $reference.commands[$name]
        $known = @($entry.parameters) + $common
        if ($rules.extraParameters.ContainsKey($name)) { $known += $rules.extraParameters[$name] }
        Get-ParameterFinding $Command $name $known $(if ($entry.ContainsKey('aliases')) { $entry.aliases } else { @{} })
    }
    elseif ($reference.aliases.ContainsKey($name)) { Write-Finding $Command.Extent 'alias' "$name is short for $($reference.aliases[$name])" }
    elseif ($name -match '\.exe$') {
        if (-not $reference.programs.ContainsKey($name.ToLower()) -and $rules.nodePrograms -notcontains $name) { Write-Finding $Command.Extent 'unknown-program' "$name is not in System32 of a server" }
    }
    elseif ($rules.calledOnlyWhenPacked.ContainsKey($name)) { }
    else { Write-Finding $Command.Extent 'unknown-command' "$name is neither in 5.1 nor always defined by the scripts" }
}

# ---- types --------------------------------------------------------------------------------------------------------------

function Get-TypeFinding {
    param($Ast)
    $nodes = $Ast.FindAll({ $args[0] -is [System.Management.Automation.Language.TypeExpressionAst] -or $args[0] -is [System.Management.Automation.Language.TypeConstraintAst] }, $true)
    foreach ($node in $nodes) {
        $name = $node.TypeName
        while ($name -is [System.Management.Automation.Language.ArrayTypeName]) { $name = $name.ElementType }
        $text = "$($name.FullName)" -replace '\[.*$'
        if ($loadedTypes.ContainsKey("System.$text")) { continue }    # PowerShell looks below System, too
        if ($text -in 'object', 'ordered' -or $reference.typeAccelerators.ContainsKey($text) -or $loadedTypes.ContainsKey($text) -or $text -like 'GenCse.*') { continue }
        Write-Finding $node.Extent 'unknown-type' "$text is not in the reference of 5.1"
    }
}

# ---- all scripts --------------------------------------------------------------------------------------------------------

$Folder = (Resolve-Path -LiteralPath $Folder).Path
$parsed = foreach ($file in Get-ChildItem -LiteralPath $Folder -Recurse -Filter '*.ps1' | Sort-Object FullName) {
    $tokens = $null
    $problems = $null
    $ast = [System.Management.Automation.Language.Parser]::ParseFile($file.FullName, [ref]$tokens, [ref]$problems)
    foreach ($problem in $problems) { Write-Finding $problem.Extent 'parse' $problem.Message | Out-Host }
    [pscustomobject]@{ Ast = $ast; Tokens = $tokens; Broken = $problems.Count }
}
$findings = @(
    $functions = @{}
    foreach ($one in $parsed) {
        foreach ($function in $one.Ast.FindAll({ $args[0] -is [System.Management.Automation.Language.FunctionDefinitionAst] }, $true)) {
            if (Test-Unconditional $function) { $functions[$function.Name] = $function }
            else { Write-Finding $function.Extent 'conditional-definition' "$($function.Name) is defined on a condition: it may be another command of that name, or none" }
        }
    }
    foreach ($one in $parsed) {
        Get-SyntaxFinding $one.Ast $one.Tokens
        foreach ($command in $one.Ast.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)) { Get-CommandFinding $command $functions }
        Get-TypeFinding $one.Ast
    }
)
$findings
exit [int]($findings.Count -gt 0 -or @($parsed | Where-Object Broken).Count -gt 0)
