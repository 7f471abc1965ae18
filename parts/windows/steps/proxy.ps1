# Step `proxy`: the closed file that says where the proxy is, and this run goes through it from here on. Every run does: also one after a
# restart, for which only this is left to do.

function Get-ProxyFile {
    param($Context)
    $values = Get-ProxyEnvironment $Context
    if ($null -ne $values) { [ordered]@{ $script:ProxyFile = ConvertTo-FlatJson $values } }
}

function Test-Proxy {
    param($Context)
    if (-not (Test-RecordedFile 'proxy' (Get-ProxyFile $Context))) { return }
    Use-Proxy
    $Context.Configuration.proxy.noProxy
}

# The runtime and kubelet read it when they start.
function Invoke-Proxy {
    param($Context)
    foreach ($name in 'kubelet', $Context.Configuration.containerRuntime) { Stop-NodeService $name }
    Set-RecordedFile 'proxy' (Get-ProxyFile $Context)
    Use-Proxy
}

function Assert-Proxy {
    param($Context)
    Assert-RecordedFile 'proxy' (Get-ProxyFile $Context)
}
