# A phase of the build: the steps of the model that belong to it, run by the engine of the nodes. What a build leaves between its
# phases lies in the folder where a node has its own state; step image-clean empties it.

$script:WorkFolder = 'C:\gen-cse-vhd'
# the state folder is looked through for what is left of the build
$script:ProgramOutput = "$env:SystemRoot\Temp\gen-cse"

# A context as a node's steps get it, with the model for its configuration.
function New-ImageContext {
    param([string]$Model)
    $context = New-Context '' $false
    $context.Configuration = ConvertFrom-Json $Model
    $context
}

# Returns the exit code.
function Invoke-ImagePhase {
    param([string]$Model, [int]$Phase)
    $code = 1
    try {
        $context = New-ImageContext $Model
        $steps = @($context.Configuration.steps | Where-Object { $_.phase -eq $Phase })
        if (-not $steps.Count) { throw "there is no phase $Phase" }
        Initialize-StateFolder
        $script:Node.Seconds = 60 * $context.Configuration.deadlineMinutes
        foreach ($step in $steps) {
            $code = Invoke-Step $step $context
            if ($code) { break }
        }
    }
    catch { Write-Event 'image' 'failed' $_.Exception.Message }
    Write-Event 'image' $(if ($code) { 'failed' } else { 'done' }) "phase $Phase of $(Get-Property (ConvertFrom-Json $Model) 'name')" @{ exitCode = $code }
    $code
}

# ---- updates: private fixes and patches ---------------------------------------------------------------------------------

$script:UpdateRecord = "$script:StateFolder\updates.json"

# Those that were installed: name, sha256, exitCode.
function Get-InstalledUpdate {
    @(Get-Property (Read-JsonFile $script:UpdateRecord) 'updates' @())
}

# Program and arguments that install a file, by its kind.
function Get-UpdateCommand {
    param([string]$Path, [string[]]$Arguments)
    switch -Regex ($Path) {
        '\.msu$' { return @('wusa.exe', $Path, '/quiet', '/norestart') + $Arguments }
        '\.cab$' { return @('dism.exe', '/Online', '/Add-Package', "/PackagePath:$Path", '/Quiet', '/NoRestart') + $Arguments }
        '\.exe$' { return @($Path) + $Arguments }
        '\.ps1$' { return @('powershell.exe', '-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-File', $Path) + $Arguments }
    }
    throw "$Path is none of .msu, .cab, .exe and .ps1"
}

# Once: what a phase that broke off has installed is not installed again.
function Install-Update {
    param([string]$Name, [string]$Path, [string]$Sha256, [int[]]$ExitCodes, [string[]]$Arguments = @())
    $installed = @(Get-InstalledUpdate)
    if (@($installed | Where-Object { $_.name -eq $Name -and $_.sha256 -eq $Sha256 }).Count) { return }
    if (-not (Test-Path -LiteralPath $Path)) { throw "$Path is missing" }
    $found = Get-Sha256 $Path
    if ($found -ne $Sha256) { throw "$Path is not what its list says: SHA-256 is $found, wanted $Sha256" }
    $program, $rest = Get-UpdateCommand $Path $Arguments
    $null = Invoke-Program $program @($rest) $ExitCodes -Seconds 3600
    $code = $global:LASTEXITCODE
    Write-Event $script:Node.Step 'installed' "$Name, SHA-256 $found, exit code $code"
    $all = [object[]]@($installed + [pscustomobject]@{ name = $Name; sha256 = $found; exitCode = $code })
    Set-TextFile $script:UpdateRecord (ConvertTo-Json -InputObject @{ updates = $all } -Depth 4)
}
