# What `aks-engine rotate-certs` calls on a Windows node: its own script dot-sources C:\AzureData\k8s\windowskubeletfunc.ps1 and
# kuberneteswindowsfunctions.ps1, which lead here, and at last runs c:\k\windowsnodereset.ps1. Names and parameters are aks-engine's
# (parts/k8s/rotate-certs.ps1); it sets no strict mode, so neither does this.
foreach ($file in @(Get-ChildItem -LiteralPath 'c:\k\lib' -Filter '*.ps1')) { . $file.FullName }

function Write-Log {
    param([string]$Message)
    Write-NodeLine $Message
}

function Assert-FileExists {
    param([string]$Filename)
    if (-not (Test-Path -LiteralPath $Filename)) { throw "$Filename is missing: nothing was rotated" }
}

# -CACertificate: base64 of PEM.
function Write-CACert {
    param([string]$CACertificate, [string]$KubeDir)
    Set-TextFile "$KubeDir\ca.crt" (ConvertFrom-Base64Text 'the CA certificate' $CACertificate)
}

# All but the address as base64 of PEM.
function Write-KubeConfig {
    param([string]$CACertificate, [string]$MasterFQDNPrefix, [string]$MasterIP, [string]$AgentKey, [string]$AgentCertificate, [string]$KubeDir)
    Set-TextFile "$KubeDir\config" (Get-KubeconfigText @{ Name = $MasterFQDNPrefix; Address = $MasterIP; Authority = $CACertificate; Certificate = $AgentCertificate; Key = $AgentKey })
}

# True when it worked.
function Retry-Command {
    param([string]$Command, [Alias('Args')][hashtable]$Arguments, [int]$Retries, [int]$RetryDelaySeconds)
    for ($try = 0; $try -le $Retries; $try++) {
        try { $null = & $Command @Arguments; return $true }
        catch { Write-Log "${Command}: $($_.Exception.Message)" }
        if ($try -lt $Retries) { Start-Sleep -Seconds $RetryDelaySeconds }
    }
    $false
}
