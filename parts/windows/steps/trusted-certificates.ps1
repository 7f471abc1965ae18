# Step `trusted-certificates`: the owner's authorities are in the stores of the machine before the first download. curl, containerd and
# kubelet ask Windows whom to trust.

function Get-TrustedCertificate {
    param($Context)
    foreach ($text in $Context.Configuration.trustedCertificates) { New-Object System.Security.Cryptography.X509Certificates.X509Certificate2(, [System.Convert]::FromBase64String($text)) }
}

# One that signs itself is a root; others stand between a root and a server.
function Get-AuthorityStore {
    param([System.Security.Cryptography.X509Certificates.X509Certificate2]$Certificate)
    if ($Certificate.Subject -eq $Certificate.Issuer) { 'Root' } else { 'CA' }
}

function Get-MissingCertificate {
    param($Context)
    foreach ($certificate in @(Get-TrustedCertificate $Context)) {
        if (-not (Test-Path -LiteralPath "Cert:\LocalMachine\$(Get-AuthorityStore $certificate)\$($certificate.Thumbprint)")) { $certificate }
    }
}

function Test-TrustedCertificate {
    param($Context)
    if (-not @(Get-MissingCertificate $Context).Count) { 'every authority is trusted' }
}

function Invoke-TrustedCertificate {
    param($Context)
    $file = "$script:StateFolder\authority.cer"
    $missing = @(Get-MissingCertificate $Context)
    foreach ($certificate in $missing) {
        [System.IO.File]::WriteAllBytes((Resolve-NodePath $file), $certificate.RawData)
        try { $null = Import-Certificate -FilePath $file -CertStoreLocation "Cert:\LocalMachine\$(Get-AuthorityStore $certificate)" }
        catch { throw "$($certificate.Subject) cannot be trusted: $($_.Exception.Message)" }
    }
    Remove-Item -LiteralPath $file -Force
    Set-Decision $Context 'done' "trusted: $(@($missing | ForEach-Object { $_.Subject }) -join ', ')"
}

# Where it does not last, downloads tell by their own errors: a policy may distrust an authority on purpose.
function Assert-TrustedCertificate {
    param($Context)
    foreach ($certificate in @(Get-MissingCertificate $Context)) { Write-Event 'trusted-certificates' 'note' "$($certificate.Subject) was imported, and is not in the store: a policy may keep it out" }
}
