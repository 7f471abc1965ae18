# with: proxy
# Clusters whose nodes reach the internet through a proxy. Programs are told by their environment: this run and what it starts, containerd
# and kubelet by their start scripts. Never the whole machine, so no pod has it. It may hold a password, so it is kept in one closed file.

$script:ProxyFile = 'c:\k\proxy.json'

# Name -> value, as curl, Go's programs and .NET spell it; nothing where the secrets are gone. -Open: without user and password.
function Get-ProxyEnvironment {
    param($Context, [switch]$Open)
    if ($null -eq $Context.Secrets -and -not $Open) { return }
    $proxy = $Context.Configuration.proxy
    $values = [ordered]@{}
    foreach ($scheme in 'http', 'https') {
        $url = "$(Get-Property $proxy $scheme '')"
        $credentials = Get-Property $Context.Secrets "${scheme}ProxyCredentials"
        if ($credentials -and -not $Open) { $url = $url.Insert($url.IndexOf('//') + 2, "$credentials@") }
        if ($url) { $values["${scheme}_proxy"] = $url }
    }
    $values['no_proxy'] = $proxy.noProxy
    $values
}

# This process, and what it starts from here on. The password is hidden in logs, also in a run that was given no secrets.
function Use-Proxy {
    foreach ($property in @((Read-JsonFile $script:ProxyFile).PSObject.Properties)) {
        if ($property.Value -match '//([^/@]+)@') { foreach ($text in $Matches[1], ($Matches[1] -split ':', 2)[-1]) { Add-Secret @($text, [System.Uri]::UnescapeDataString($text)) } }
        Set-Item -LiteralPath "Env:$($property.Name)" -Value $property.Value
    }
    if ($env:https_proxy) { [System.Net.WebRequest]::DefaultWebProxy = Get-NetProxy $env:https_proxy "$env:no_proxy" }
}

# For .NET, which reads no environment on Windows; ranges it does not know.
function Get-NetProxy {
    param([string]$Url, [string]$Exceptions)
    $address = [System.Uri]$Url
    $names = @($Exceptions -split ',' | Where-Object { $_ -and $_ -notmatch '/' } | ForEach-Object { "(//|\.)$([regex]::Escape($_.TrimStart('.')))(:\d+)?`$" })
    $proxy = New-Object System.Net.WebProxy($address, $true, [string[]]$names)
    if ($address.UserInfo) {
        $user, $password = $address.UserInfo -split ':', 2 | ForEach-Object { [System.Uri]::UnescapeDataString($_) }
        $proxy.Credentials = New-Object System.Net.NetworkCredential($user, "$password")
    }
    $proxy
}

# The environment of docker's service, which is in the registry for all to read: without user and password.
function Get-DockerProxy {
    param($Context)
    $values = Get-ProxyEnvironment $Context -Open
    New-Setting "$script:Services\docker" 'Environment' ([string[]]@($values.Keys | ForEach-Object { "$_=$($values[$_])" })) 'MultiString'
}
