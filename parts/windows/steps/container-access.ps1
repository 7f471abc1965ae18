# with: steps/container-access.ps1
# Step `container-access`: the cloud node manager of Kubernetes 1.20 to 1.24 runs as ContainerUser and reads some files of c:\k,
# which it mounts. These, and no others, it may read. A file that is replaced later keeps its access list.

# The right in the words of icacls: to pass through the folder, to read a file, to run a program or script.
function Get-ContainerRight {
    param([string]$Path)
    if ($Path -eq 'c:\k') { 'X' } elseif ($Path -match '\.(exe|bat)$') { 'RX' } else { 'R' }
}

function Get-ContainerPath {
    param($Context)
    'c:\k'
    $Context.Configuration.containerUserFiles
}

# Those that the containers' user is not let into.
function Get-ContainerAccessProblem {
    param($Context)
    foreach ($path in @(Get-ContainerPath $Context)) {
        if (-not (Test-Path -LiteralPath $path)) { "$path is missing" }
        elseif ((Get-AccessList $path).Sids -notcontains $script:ContainerUserSid) { "containers may not use $path" }
    }
}

function Test-ContainerAccess {
    param($Context)
    if (-not @(Get-ContainerAccessProblem $Context).Count) { 'ContainerUser may read its files' }
}

function Invoke-ContainerAccess {
    param($Context)
    foreach ($path in @(Get-ContainerPath $Context)) {
        $null = Invoke-Program 'icacls.exe' @($path, '/grant', "*$($script:ContainerUserSid):($(Get-ContainerRight $path))")
    }
}

# Granting one fails where it cannot be done.
function Assert-ContainerAccess {
    param($Context)
    $missing = @(Get-ContainerPath $Context | Where-Object { -not (Test-Path -LiteralPath $_) })
    if ($missing.Count) { throw "$($missing -join ', ') is missing: run the extension again" }
}
