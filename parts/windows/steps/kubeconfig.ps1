# c:\k\ca.crt and c:\k\config: how kubelet and kube-proxy reach the API server. config holds the key: compared by digest,
# replaced whole, never shown.

# Certificates and keys come as PEM or as its base64.
function ConvertTo-PemBase64 {
    param([string]$Text)
    if ($Text -like '-----BEGIN*') { return [System.Convert]::ToBase64String([System.Text.Encoding]::UTF8.GetBytes($Text)) }
    $Text
}

function ConvertFrom-PemBase64 {
    param([string]$Name, [string]$Text)
    if ($Text -like '-----BEGIN*') { return $Text }
    ConvertFrom-Base64Text $Name $Text
}

function Get-CaText {
    param([object]$Context)
    $text = ConvertFrom-PemBase64 'caCertificate' (Get-Property $Context.Configuration 'caCertificate' '')
    if (-not $text.Contains('-----BEGIN CERTIFICATE-----')) { throw 'caCertificate holds no certificate in PEM: correct it in the definition and deploy again' }
    $text
}

function Get-KubeconfigText {
    param([object]$Context)
    $configuration = $Context.Configuration
    $address = Get-Property $configuration 'apiServerIp' ''
    if ($address.Contains(':')) { $address = "[$address]" }
    $prefix = Get-Property $configuration 'masterFqdnPrefix' ''
    $name = ConvertTo-QuotedText $prefix
    $user = ConvertTo-QuotedText "$prefix-admin"
    $lines = @(
        'apiVersion: v1'
        'kind: Config'
        'clusters:'
        "- name: $name"
        '  cluster:'
        "    certificate-authority-data: $(ConvertTo-QuotedText (ConvertTo-PemBase64 (Get-CaText $Context)))"
        "    server: $(ConvertTo-QuotedText "https://${address}:443")"
        'contexts:'
        "- name: $name"
        '  context:'
        "    cluster: $name"
        "    user: $user"
        "current-context: $name"
        'users:'
        "- name: $user"
        '  user:'
        "    client-certificate-data: $(ConvertTo-QuotedText (ConvertTo-PemBase64 (Get-Property $configuration 'clientCertificate' '')))"
        "    client-key-data: $(ConvertTo-QuotedText (ConvertTo-PemBase64 (Get-Property $Context.Secrets 'clientPrivateKey' '')))"
    )
    ($lines -join "`n") + "`n"
}

# $null where the secrets are gone.
function Get-KubeconfigFile {
    param([object]$Context)
    if ($null -ne $Context.Secrets) { [ordered]@{ 'c:\k\ca.crt' = Get-CaText $Context; 'c:\k\config' = Get-KubeconfigText $Context } }
}

# ---- certificates that were rotated on the node ---------------------------------------------------------------------------

# When the certificate begins to hold, or nothing when it is none.
function Get-CertificateStart {
    param([string]$Pem)
    try { (New-Object System.Security.Cryptography.X509Certificates.X509Certificate2(, [System.Text.Encoding]::UTF8.GetBytes($Pem))).NotBefore } catch { return }
}

# A rotation puts newer certificates into both files. Nothing else has been asked of them since they were written: to write them
# again would take the node out of its cluster. The reason to leave them, or nothing.
function Get-RotationReason {
    param([object]$Context)
    if (-not (Test-SameRecord 'kubeconfig' (Get-KubeconfigFile $Context))) { return }
    $inside = if ("$(Get-TextFile 'c:\k\config')" -match 'client-certificate-data:\s*"?([A-Za-z0-9+/=]+)') { $Matches[1] } else { '' }
    try { $here = Get-CertificateStart (ConvertFrom-Base64Text 'c:\k\config' $inside) } catch { return }
    $given = Get-CertificateStart (ConvertFrom-PemBase64 'clientCertificate' (Get-Property $Context.Configuration 'clientCertificate' ''))
    if ($here -and $given -and $here -gt $given -and (Test-Path -LiteralPath 'c:\k\ca.crt')) { 'certificates were rotated on this node since, they stay' }
}

# ---- the step -----------------------------------------------------------------------------------------------------------

function Test-Kubeconfig {
    param([object]$Context)
    if (Test-RecordedFile 'kubeconfig' (Get-KubeconfigFile $Context)) { return 'as wanted' }
    Get-RotationReason $Context
}

function Invoke-Kubeconfig {
    param([object]$Context)
    Set-RecordedFile 'kubeconfig' (Get-KubeconfigFile $Context)
}

function Assert-Kubeconfig {
    param([object]$Context)
    if (-not (Get-RotationReason $Context)) { Assert-RecordedFile 'kubeconfig' (Get-KubeconfigFile $Context) }
}
