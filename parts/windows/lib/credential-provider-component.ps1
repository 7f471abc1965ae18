# with: credential-provider
# Optional: for clusters whose kubelets ask for registry credentials.

# The image of aks-engine-azurestack has one program for each minor version. Which of them is on the image, or nothing.
function Get-PresentCredentialProvider {
    param($Context)
    if ($Context.Flavour -eq 'stock') { return }
    $minor = $Context.Configuration.kubernetesVersion -replace '^v?(\d+\.\d+).*$', '$1'
    $found = @(Get-ChildItem -Path "c:\k\credential-provider\azure-acr-credential-provider*-v$minor.exe" -ErrorAction SilentlyContinue)
    if ($found.Count) { "$($found[0].Name) is on the image" }
}
