# Step `credential-provider`: the program that gives kubelet credentials for Azure Container Registry, and its configuration. Of
# pools whose kubelet asks for it by its arguments: it ends when it is not there then.

$script:ProviderFolder = 'c:\k\credential-provider'
$script:ProviderProgram = 'c:\k\credential-provider\azure-acr-credential-provider.exe'
$script:ProviderConfiguration = 'c:\k\credential-provider\credential-provider-config.yaml'

# The program of this minor version that the OS image brings, or nothing.
function Find-ImageProvider {
    param($Context)
    if (-not (Get-PresentCredentialProvider $Context)) { return }
    $minor = $Context.Configuration.kubernetesVersion -replace '^v?(\d+\.\d+).*$', '$1'
    Get-ChildItem -Path "$script:ProviderFolder\azure-acr-credential-provider*-v$minor.exe" | Select-Object -First 1
}

function Test-ProviderProgram {
    param($Context)
    $image = Find-ImageProvider $Context
    if (-not $image) { return Test-Installed 'credential-provider' (Get-ArtifactEntry 'credential-provider').sha256 }
    (Test-Path -LiteralPath $script:ProviderProgram) -and (Get-Sha256 $script:ProviderProgram) -eq (Get-Sha256 $image.FullName)
}

function Set-ProviderProgram {
    param($Context)
    $image = Find-ImageProvider $Context
    if (-not $image -and -not (Get-Component $Context 'credential-provider')) {
        throw "kubeletArgs ask for a credential provider, and neither the image nor the catalog has one for Kubernetes $($Context.Configuration.kubernetesVersion): name its package in the catalog, or leave the flags out"
    }
    if (-not $image) { Install-PackageProgram $Context 'credential-provider' 'azure-acr-credential-provider*.exe' $script:ProviderFolder 'azure-acr-credential-provider.exe'; return }
    Copy-Item -LiteralPath $image.FullName -Destination "$script:ProviderProgram.new" -Force
    Move-Item -LiteralPath "$script:ProviderProgram.new" -Destination $script:ProviderProgram -Force
}

function Get-ProviderText {
    param($Context)
    $lines = @('apiVersion: kubelet.config.k8s.io/v1'
        'kind: CredentialProviderConfig'
        'providers:'
        '- name: azure-acr-credential-provider'
        '  apiVersion: credentialprovider.kubelet.k8s.io/v1'
        '  defaultCacheDuration: 10m'
        '  matchImages:'
        foreach ($pattern in $Context.Configuration.registryPatterns) { "  - $(ConvertTo-QuotedText $pattern)" }
        '  args:'
        "  - $(ConvertTo-QuotedText 'c:\k\azure.json')")
    ($lines -join "`n") + "`n"
}

function Test-CredentialProvider {
    param($Context)
    if (-not (Find-ImageProvider $Context) -and -not (Get-Component $Context 'credential-provider')) { return }
    if ((Test-ProviderProgram $Context) -and (Get-TextFile $script:ProviderConfiguration) -ceq (Get-ProviderText $Context)) { 'program and configuration are as wanted' }
}

# kubelet reads the configuration once, when it starts.
function Invoke-CredentialProvider {
    param($Context)
    Stop-NodeService 'kubelet'
    $null = New-Item -ItemType Directory -Path $script:ProviderFolder -Force
    Set-ProviderProgram $Context
    Set-TextFile $script:ProviderConfiguration (Get-ProviderText $Context)
    Set-Decision $Context 'done' $(if (Find-ImageProvider $Context) { "the OS image's program" } else { (Get-ArtifactEntry 'credential-provider').url })
}

function Assert-CredentialProvider {
    param($Context)
    foreach ($path in $script:ProviderProgram, $script:ProviderConfiguration) {
        if (-not (Test-Path -LiteralPath $path)) { throw "$path is missing, kubelet would not start without it: run the extension again" }
    }
}
