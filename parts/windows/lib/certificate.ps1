# with: trusted-certificates azure-stack-root-certificate
# The certificate stores of the machine.

# -Store: Root for authorities that are trusted by themselves, CA for those between.
function Test-StoredCertificate {
    param([string]$Store, [string]$Thumbprint)
    $open = New-Object System.Security.Cryptography.X509Certificates.X509Store($Store, 'LocalMachine')
    $open.Open([System.Security.Cryptography.X509Certificates.OpenFlags]::ReadOnly)
    try { @($open.Certificates | Where-Object { $_.Thumbprint -eq $Thumbprint }).Count -gt 0 } finally { $open.Close() }
}
