# with: docker
# Optional: for clusters that run docker.

# Asked once, and again after an engine was installed.
$script:DockerVersion = $null

# The engine's own version, '' when there is none.
function Get-DockerVersion {
    if ($null -eq $script:DockerVersion) { $script:DockerVersion = Find-DockerVersion }
    $script:DockerVersion
}

function Find-DockerVersion {
    $program = "$env:ProgramFiles\docker\dockerd.exe"
    if (-not (Test-Path -LiteralPath $program) -or -not (Get-Service -Name 'docker' -ErrorAction SilentlyContinue)) { return '' }
    $said = "$(Invoke-Program $program @('--version') -Seconds 60)"
    if ($said -match '(\d+\.\d+\.\d+)') { $Matches[1] } else { '' }
}

# Why the engine of the machine is taken, or nothing. Unless the definition names a version, it is as good as any.
function Get-PresentDocker {
    param($Context)
    $found = Get-DockerVersion
    if ($found -and ($found -eq $Context.Configuration.dockerVersion -or -not $Context.Configuration.dockerVersionPinned)) { "docker $found is on the machine" }
}
