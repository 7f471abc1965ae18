# An Azure Stack Hub around the node: the certificate of its resource manager comes from a TLS server on this machine (the name
# resolves nowhere, and .NET on Linux does not tell a request's certificate), and Windows has certoc.exe.
function global:Get-LabStackCertificate {
    param([string]$Address)
    $client = [Net.Sockets.TcpClient]::new('127.0.0.1', [int]$env:LAB_STACK_PORT)
    try {
        $tls = [Net.Security.SslStream]::new($client.GetStream(), $false, [Net.Security.RemoteCertificateValidationCallback] { $true })
        $tls.AuthenticateAsClient(([uri]$Address).Host)
        [Security.Cryptography.X509Certificates.X509Certificate2]::new($tls.RemoteCertificate)
    } finally { $client.Dispose() }
}
Set-Alias -Name Get-ServerCertificate -Value Get-LabStackCertificate -Scope Global
if (-not [IO.File]::Exists([Lab.Node]::ToNative('C:\Windows\System32\certoc.exe'))) { Install-LabProgram 'C:\Windows\System32\certoc.exe' }
# the root of that chain is among those that Windows trusts
$labRoot = [Security.Cryptography.X509Certificates.X509Certificate2]::new($env:SSL_CERT_FILE)
$labStore = "$env:LAB_ROOT/state/cert/LocalMachine/Root"
$null = [IO.Directory]::CreateDirectory($labStore)
[IO.File]::WriteAllText("$labStore/$($labRoot.Thumbprint)", '')
