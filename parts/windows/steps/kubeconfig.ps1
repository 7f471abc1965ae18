# c:\k\ca.crt and c:\k\config: how kubelet and kube-proxy reach the API server. config holds the key: compared by digest,
# replaced whole, never shown.

# Certificates come as PEM, which takes less room in the custom data; the key comes as base64 of PEM.
function Assert-Pem {
    param([string]$Name, [string]$Pem)
    if (-not $Pem.Contains('-----BEGIN ')) { throw "$Name is not PEM: correct it in the definition and make this node anew (docs/how-to-scale.md)" }
}

# $null where the secrets are gone.
function Get-KubeconfigFile {
    param($Context)
    if ($null -eq $Context.Secrets) { return }
    $configuration = $Context.Configuration
    Assert-Pem 'caCertificate' $configuration.caCertificate
    Assert-Pem 'clientCertificate' $configuration.clientCertificate
    Assert-Pem 'clientPrivateKey' (ConvertFrom-Base64Text 'clientPrivateKey' $Context.Secrets.clientPrivateKey)
    [ordered]@{ 'c:\k\ca.crt' = $configuration.caCertificate; 'c:\k\config' = Get-KubeconfigText @{
            Name = $configuration.masterFqdnPrefix; Address = $configuration.apiServerIp; Key = $Context.Secrets.clientPrivateKey
            Authority = ConvertTo-Base64Text $configuration.caCertificate; Certificate = ConvertTo-Base64Text $configuration.clientCertificate } }
}

# When a certificate begins to hold.
function Get-CertificateStart {
    param([string]$Base64)
    (New-Object System.Security.Cryptography.X509Certificates.X509Certificate2(, [System.Convert]::FromBase64String($Base64))).NotBefore
}

# A rotation puts newer certificates into both files. Nothing else has been asked of them since they were written: to write them
# again would take the node out of its cluster. The reason to leave them, or nothing.
function Get-RotationReason {
    param($Context)
    if (-not (Test-SameRecord 'kubeconfig' (Get-KubeconfigFile $Context)) -or -not (Test-Path -LiteralPath 'c:\k\ca.crt')) { return }
    if ("$(Get-TextFile 'c:\k\config')" -notmatch 'client-certificate-data:\s*"?([A-Za-z0-9+/=]+)') { return }
    try { if ((Get-CertificateStart $Matches[1]) -gt (Get-CertificateStart (ConvertTo-Base64Text $Context.Configuration.clientCertificate))) { 'certificates were rotated on this node since, they stay' } }
    catch { $null = $_ }    # what is no certificate was not rotated
}

function Test-Kubeconfig {
    param($Context)
    $reason = Test-RecordedFile 'kubeconfig' (Get-KubeconfigFile $Context)
    if ($reason) { $reason } else { Get-RotationReason $Context }
}

function Invoke-Kubeconfig {
    param($Context)
    Set-RecordedFile 'kubeconfig' (Get-KubeconfigFile $Context)
}

function Assert-Kubeconfig {
    param($Context)
    if (-not (Get-RotationReason $Context)) { Assert-RecordedFile 'kubeconfig' (Get-KubeconfigFile $Context) }
}
