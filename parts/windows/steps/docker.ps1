# Step `docker`: an engine, its log options, the API version old engines need; done when it answers. Images and containers
# lie in C:\ProgramData\docker and outlive a change of the engine.

$script:DockerFolder = "$env:ProgramFiles\docker"
$script:DaemonFile = 'C:\ProgramData\docker\config\daemon.json'
$script:MachineEnvironment = 'HKLM:\SYSTEM\CurrentControlSet\Control\Session Manager\Environment'

# ---- engine -------------------------------------------------------------------------------------------------------------

# Why the engine that is there stays, or nothing.
function Get-DockerReason {
    param($Context)
    $present = Get-PresentDocker $Context
    if ($present) { return $present }
    $entry = Find-ArtifactEntry 'docker'
    if ($null -ne $entry -and (Get-ServiceStatus 'docker') -and (Test-Installed 'docker' $entry.sha256)) { "docker from $($entry.url)" }
}

function Install-Docker {
    param($Context)
    if (-not (Get-Component $Context 'docker')) {
        throw "no docker engine that fits is on the machine, and no package for docker $(Get-Property $Context.Configuration 'dockerVersion' '') is configured: use an image with docker, or a windowsDockerVersion that the catalog has"
    }
    $source = Get-ArtifactEntry 'docker'
    $package = Get-PackageFolder $Context 'docker' @('dockerd.exe', 'docker.exe')
    Clear-Installed 'docker'
    Stop-NodeService 'docker'
    Remove-OtherService 'docker' ([regex]::Escape($script:DockerFolder))
    Set-Installed 'docker' $source.sha256 @(Move-Tree $package $script:DockerFolder)
    if (-not (Get-ServiceStatus 'docker')) { $null = Invoke-Program "$script:DockerFolder\dockerd.exe" @('--register-service') }
    $script:DockerVersion = $null
}

# ---- daemon.json --------------------------------------------------------------------------------------------------------

function Read-DaemonSetting {
    $text = Get-TextFile $script:DaemonFile
    if (-not "$text".Trim()) { return [pscustomobject]@{} }
    try { ConvertFrom-Json $text } catch { throw "$script:DaemonFile is not JSON, docker would not start with it: correct or delete it" }
}

function Test-DaemonSetting {
    param($Settings, $Configuration)
    if ((Get-Property $Configuration 'containerDiskGB') -and @(Get-MissingStorageOption $Configuration $Settings).Count) { return $false }
    $options = Get-Property $Settings 'log-opts'
    (Get-Property $Settings 'log-driver') -eq 'json-file' -and (Get-Property $options 'max-size') -eq '50m' -and "$(Get-Property $options 'max-file')" -eq '5'
}

# Other keys stay as they are; options of another log driver go with it, docker does not start with them.
function Set-DaemonSetting {
    param($Settings, $Configuration)
    $storage = @(if (Get-Property $Configuration 'containerDiskGB') { Get-MissingStorageOption $Configuration $Settings })
    if ($storage.Count) { $Settings | Add-Member -MemberType NoteProperty -Name 'storage-opts' -Value $storage -Force }
    $options = $null
    if ((Get-Property $Settings 'log-driver' 'json-file') -eq 'json-file') { $options = Get-Property $Settings 'log-opts' }
    if ($null -eq $options) { $options = [pscustomobject]@{} }
    $options | Add-Member -MemberType NoteProperty -Name 'max-size' -Value '50m' -Force
    $options | Add-Member -MemberType NoteProperty -Name 'max-file' -Value '5' -Force
    $Settings | Add-Member -MemberType NoteProperty -Name 'log-driver' -Value 'json-file' -Force
    $Settings | Add-Member -MemberType NoteProperty -Name 'log-opts' -Value $options -Force
    Set-TextFile $script:DaemonFile (ConvertTo-Json -InputObject $Settings -Depth 20)
}

# ---- DOCKER_API_VERSION -------------------------------------------------------------------------------------------------

# Of these engines the kubelet would ask for a newer API than they have; '' for all others.
function Get-DockerApiVersion {
    $limits = @{ '17.06' = '1.30'; '18.03' = '1.37' }
    $release = (Get-DockerVersion) -replace '^(\d+\.\d+).*$', '$1'
    if ($limits.ContainsKey($release)) { $limits[$release] } else { '' }
}

function Test-DockerApiVersion {
    "$(Get-RegistryValue $script:MachineEnvironment 'DOCKER_API_VERSION')" -eq (Get-DockerApiVersion)
}

function Set-DockerApiVersion {
    if (Test-DockerApiVersion) { return }
    $wanted = Get-DockerApiVersion
    if ($wanted) { Set-RegistryValue (New-Setting $script:MachineEnvironment 'DOCKER_API_VERSION' $wanted 'String') }
    else { Remove-ItemProperty -LiteralPath $script:MachineEnvironment -Name 'DOCKER_API_VERSION' }
}

# ---- the step -----------------------------------------------------------------------------------------------------------

function Test-Docker {
    param($Context)
    $reason = Get-DockerReason $Context
    if ((Get-Property $Context.Configuration 'proxy') -and @(Get-WrongSetting (Get-DockerProxy $Context)).Count) { return }
    if (-not $reason -or -not (Test-DaemonSetting (Read-DaemonSetting) $Context.Configuration) -or -not (Test-DockerApiVersion)) { return }
    if ((Get-ServiceStatus 'docker') -ne 'Running') { return }
    try { $null = Invoke-Runtime 'docker' @('version') } catch { return }
    "$reason, configured, answers"
}

# Stopped before the change, as containerd is. kubelet and kube-proxy stop with it; step finish starts them.
function Invoke-Docker {
    param($Context)
    if (-not (Get-DockerReason $Context)) { Install-Docker $Context }
    $settings = Read-DaemonSetting
    if (-not (Test-DaemonSetting $settings $Context.Configuration)) {
        Stop-NodeService 'docker'
        Set-DaemonSetting $settings $Context.Configuration
    }
    Add-MachinePath $script:DockerFolder
    Set-DockerApiVersion
    if (Get-Property $Context.Configuration 'proxy') { Stop-NodeService 'docker'; Set-RegistryValue (Get-DockerProxy $Context) }
    Set-FailureAction 'docker'
    Start-NodeService 'docker'
}

function Assert-Docker {
    param($Context)
    try { $null = Invoke-WithRetry 'docker' { Invoke-Runtime 'docker' @('version') } -Times 12 -First 1 -Most 5 }
    catch { throw "docker does not answer: $($_.Exception.Message); its words are in the Application event log" }
}
