# The cloud node manager runs in a container that does not know the root of an Azure Stack Hub. c:\k, which it mounts, gets the
# root, the program that adds it, and the script that its pod runs.
$script:RootCertificate = 'c:\k\azsroot.cer'
$script:RootProgram = 'c:\k\certoc.exe'
$script:RootScript = 'c:\k\addazsroot.bat'

function Get-RootScriptText {
    "@echo off`r`n$script:RootProgram -addstore root $script:RootCertificate`r`n"
}

function Get-ManagementEndpoint {
    param([object]$Context)
    $cloud = ConvertFrom-Json (ConvertFrom-Base64Text 'azureStackCloud' $Context.Configuration.azureStackCloud)
    $address = "$(Get-Property $cloud 'resourceManagerEndpoint' '')"
    if ($address -notmatch '^https://[^/]') { throw "azureStackCloud names '$address' as its resourceManagerEndpoint, which is no https address: correct customCloudProfile in the definition" }
    [System.Uri]$address
}

# The certificate a server shows. The connection is refused when Windows does not trust it, name and root.
function Get-ServerCertificate {
    param([System.Uri]$Address)
    $client = New-Object System.Net.Sockets.TcpClient
    try {
        $pending = $client.BeginConnect($Address.Host, $Address.Port, $null, $null)
        if (-not $pending.AsyncWaitHandle.WaitOne(20000)) { throw "no connection to $($Address.Host):$($Address.Port) within 20 s" }
        $client.EndConnect($pending)
        $stream = New-Object System.Net.Security.SslStream($client.GetStream(), $false)
        $stream.ReadTimeout = 20000
        $stream.AuthenticateAsClient($Address.Host, $null, [System.Security.Authentication.SslProtocols]::Tls12, $false)
        New-Object System.Security.Cryptography.X509Certificates.X509Certificate2($stream.RemoteCertificate)
    }
    finally { $client.Dispose() }
}

# The last of the chain that Windows builds.
function Get-ChainRoot {
    param([System.Security.Cryptography.X509Certificates.X509Certificate2]$Certificate)
    $chain = New-Object System.Security.Cryptography.X509Certificates.X509Chain
    $chain.ChainPolicy.RevocationMode = [System.Security.Cryptography.X509Certificates.X509RevocationMode]::NoCheck
    $null = $chain.Build($Certificate)
    $root = $chain.ChainElements[$chain.ChainElements.Count - 1].Certificate
    if ($root.Subject -ne $root.Issuer) { throw "the chain of $($Certificate.Subject) ends at $($root.Subject), which is no root: add the root of the stamp to the image" }
    $root
}

function Test-TrustedRoot {
    param([string]$Thumbprint)
    $store = New-Object System.Security.Cryptography.X509Certificates.X509Store('Root', 'LocalMachine')
    $store.Open([System.Security.Cryptography.X509Certificates.OpenFlags]::ReadOnly)
    try { @($store.Certificates | Where-Object { $_.Thumbprint -eq $Thumbprint }).Count -gt 0 } finally { $store.Close() }
}

# What keeps the three files from being as wanted, or nothing.
function Get-RootProblem {
    foreach ($path in $script:RootCertificate, $script:RootProgram, $script:RootScript) {
        if (-not (Test-Path -LiteralPath $path)) { return "$path is missing" }
    }
    if ((Get-TextFile $script:RootScript) -cne (Get-RootScriptText)) { return "$script:RootScript differs" }
    try { $root = New-Object System.Security.Cryptography.X509Certificates.X509Certificate2((Resolve-NodePath $script:RootCertificate)) }
    catch { return "$script:RootCertificate is no certificate" }
    if (-not (Test-TrustedRoot $root.Thumbprint)) { return "$script:RootCertificate is not among the trusted roots of this machine" }
}

function Test-AzureStackRootCertificate {
    param([object]$Context)
    if (-not (Get-Property $Context.Configuration 'exportAzureStackRoot' $false)) { return 'not asked for' }
    if (-not (Get-RootProblem)) { 'exported already' }
}

function Invoke-AzureStackRootCertificate {
    param([object]$Context)
    $address = Get-ManagementEndpoint $Context
    try { $certificate = Invoke-WithRetry 'azure-stack-root-certificate' { Get-ServerCertificate $address } -Times 5 }
    catch { throw "$address does not show a certificate this node trusts: $($_.Exception.Message); the root of the stamp must be in LocalMachine\Root, and the address reachable" }
    $root = Get-ChainRoot $certificate
    if (-not (Test-TrustedRoot $root.Thumbprint)) { throw "the root $($root.Subject) is not in LocalMachine\Root: add it to the image" }
    $type = [System.Security.Cryptography.X509Certificates.X509ContentType]::Cert
    [System.IO.File]::WriteAllBytes((Resolve-NodePath $script:RootCertificate), $root.Export($type))
    $program = "$env:SystemRoot\System32\certoc.exe"
    if (-not (Test-Path -LiteralPath $program)) { throw "$program is missing: use an image that has it" }
    Copy-Item -LiteralPath $program -Destination $script:RootProgram -Force
    Set-TextFile $script:RootScript (Get-RootScriptText)
    Set-Decision $Context 'done' $root.Subject
}

function Assert-AzureStackRootCertificate {
    param([object]$Context)
    $problem = Get-RootProblem
    if ($problem) { throw "${problem}: run the extension again" }
}
