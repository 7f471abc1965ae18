# TLS 1.2 (1.3 where Windows has it) and nothing older, for server and client.

# This list is all that is offered: without the first two a 2022 would lose TLS 1.3.
function Get-CipherSuite {
    if ([int](Get-OsBuild) -ge 20348) { 'TLS_AES_256_GCM_SHA384'; 'TLS_AES_128_GCM_SHA256' }
    foreach ($cipher in 'AES_256_GCM_SHA384', 'AES_128_GCM_SHA256', 'AES_256_CBC_SHA384', 'AES_128_CBC_SHA256') {
        "TLS_ECDHE_ECDSA_WITH_$cipher"
        "TLS_ECDHE_RSA_WITH_$cipher"
    }
}

function Get-TlsSetting {
    $schannel = 'HKLM:\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL'
    foreach ($protocol in 'SSL 2.0', 'SSL 3.0', 'TLS 1.0', 'TLS 1.1', 'TLS 1.2') {
        $on = [int]($protocol -eq 'TLS 1.2')
        foreach ($side in 'Client', 'Server') {
            New-Setting "$schannel\Protocols\$protocol\$side" 'Enabled' $on
            New-Setting "$schannel\Protocols\$protocol\$side" 'DisabledByDefault' (1 - $on)
        }
    }
    New-Setting 'HKLM:\SOFTWARE\Policies\Microsoft\Cryptography\Configuration\SSL\00010002' 'Functions' (@(Get-CipherSuite) -join ',') 'String'
    # .NET Framework takes what SCHANNEL offers instead of its own old list
    foreach ($root in 'HKLM:\SOFTWARE\Microsoft', 'HKLM:\SOFTWARE\WOW6432Node\Microsoft') {
        New-Setting "$root\.NETFramework\v4.0.30319" 'SchUseStrongCrypto' 1
        New-Setting "$root\.NETFramework\v4.0.30319" 'SystemDefaultTlsVersions' 1
    }
}

function Test-SecureTls {
    param($Context)
    if (-not @(Get-WrongSetting @(Get-TlsSetting)).Count) { 'only TLS 1.2 and later' }
}

function Invoke-SecureTls {
    param($Context)
    Add-RestartReason $Context 'SCHANNEL'
    foreach ($setting in @(Get-WrongSetting @(Get-TlsSetting))) { Set-RegistryValue $setting }
}

function Assert-SecureTls {
    param($Context)
    Assert-Setting @(Get-TlsSetting)
}
