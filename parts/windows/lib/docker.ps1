# with: docker
# What is another way with docker than with containerd; only clusters whose runtime is docker have it.

# As Get-RuntimeCommand has it for ctr. Listed: a name as docker lists it, which adds the tag and leaves out its own registry.
# docker has no pins; kubelet spares its infra image there by itself.
function Get-DockerCommand {
    @{ Program = "$env:ProgramFiles\docker\docker.exe"; Options = @(); List = @('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}'); Pull = @('pull')
        Tag = @('tag'); Pin = @(); Containers = @('ps', '--all', '--quiet'); Remove = @(, @('rm', '--force'))
        Listed = {
            param([string]$Image)
            $short = $Image -replace '^(index\.)?docker\.io/' -replace '^library/'
            if ($short -match ':[^/]+$') { $short } else { "${short}:latest" }
        } }
}

# Windows gives a service the variables that were there when Windows started: DOCKER_API_VERSION may be newer.
function Set-DockerEnvironment {
    $api = Get-RegistryValue 'HKLM:\SYSTEM\CurrentControlSet\Control\Session Manager\Environment' 'DOCKER_API_VERSION'
    if ($api) { $env:DOCKER_API_VERSION = "$api" }
}
