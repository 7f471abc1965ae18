# The cloud node manager runs in a container that does not know the root of an Azure Stack Hub. c:\k, which it mounts, gets the
# root, the program that adds it, and the script that its pod runs.
$script:RootCertificate = 'c:\k\azsroot.cer'
$script:RootProgram = 'c:\k\certoc.exe'
$script:RootScript = 'c:\k\addazsroot.bat'

function Get-RootScriptText {
    "@echo off`r`n$script:RootProgram -addstore root $script:RootCertificate`r`n"
}

# The certificate a server shows. Any answer will do, also a refusal.
function Get-ServerCertificate {
    param([string]$Address)
    # .NET Framework on an older build offers less by itself
    [System.Net.ServicePointManager]::SecurityProtocol = [System.Net.ServicePointManager]::SecurityProtocol -bor [System.Net.SecurityProtocolType]::Tls12
    $request = [System.Net.WebRequest]::Create($Address)
    $request.Timeout = 20000
    $problem = 'it shows no certificate'
    try { $request.GetResponse().Dispose() } catch { $problem = $_.Exception.Message }
    $certificate = $request.ServicePoint.Certificate
    if ($null -eq $certificate) { throw $problem }
    New-Object System.Security.Cryptography.X509Certificates.X509Certificate2($certificate)
}

function Test-TrustedRoot {
    param([string]$Thumbprint)
    Test-Path -LiteralPath "Cert:\LocalMachine\Root\$Thumbprint"
}

# The last of the chain that Windows builds.
function Get-ChainRoot {
    param([System.Security.Cryptography.X509Certificates.X509Certificate2]$Certificate)
    $chain = New-Object System.Security.Cryptography.X509Certificates.X509Chain
    $chain.ChainPolicy.RevocationMode = [System.Security.Cryptography.X509Certificates.X509RevocationMode]::NoCheck
    $null = $chain.Build($Certificate)
    $root = $chain.ChainElements[$chain.ChainElements.Count - 1].Certificate
    if (-not (Test-TrustedRoot $root.Thumbprint)) { throw "the chain of $($Certificate.Subject) ends at $($root.Subject), which is not in LocalMachine\Root: add the root of the stamp to the image, or give it with --trusted-ca" }
    $root
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
    param($Context)
    if (-not (Get-RootProblem)) { 'exported already' }
}

function Invoke-AzureStackRootCertificate {
    param($Context)
    $address = (Read-JsonFile 'c:\k\azurestackcloud.json').resourceManagerEndpoint
    try { $certificate = Invoke-WithRetry 'azure-stack-root-certificate' { Get-ServerCertificate $address } -Times 5 }
    catch { throw "no certificate from ${address}: $($_.Exception.Message); allow this node to reach it" }
    $root = Get-ChainRoot $certificate
    $type = [System.Security.Cryptography.X509Certificates.X509ContentType]::Cert
    [System.IO.File]::WriteAllBytes((Resolve-NodePath $script:RootCertificate), $root.Export($type))
    $program = "$env:SystemRoot\System32\certoc.exe"
    if (-not (Test-Path -LiteralPath $program)) { throw "$program is missing: use an image that has it" }
    Copy-Item -LiteralPath $program -Destination $script:RootProgram -Force
    Set-TextFile $script:RootScript (Get-RootScriptText)
    Set-Decision $Context 'done' $root.Subject
}

function Assert-AzureStackRootCertificate {
    param($Context)
    $problem = Get-RootProblem
    if ($problem) { throw "${problem}: run the extension again" }
}
