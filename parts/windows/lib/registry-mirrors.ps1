# with: registry-mirrors
# Clusters that ask others for the images of a registry: where containerd looks for them.

# hosts.toml of each mirrored registry, and the authority that its mirror goes by: text by path, put into -Files.
function Add-MirrorFile {
    param([object[]]$Mirrors, [System.Collections.IDictionary]$Files)
    foreach ($mirror in $Mirrors) {
        $server = if ($mirror.registry -eq 'docker.io') { 'registry-1.docker.io' } else { $mirror.registry }
        $lines = @("server = $(ConvertTo-QuotedText "https://$server")", "[host.$(ConvertTo-QuotedText $mirror.url)]", 'capabilities = ["pull", "resolve"]')
        # a path with its own v2 is taken as it is
        if ($mirror.url -match '^https?://[^/]+/.*\bv2\b') { $lines += 'override_path = true' }
        # containerd looks for host_port_ on Windows, where a name cannot have a colon
        $folder = "$script:RegistryHosts\$($mirror.registry -replace ':(\d+)$', '_$1_')"
        $authority = Get-Property $mirror 'ca'
        if ($authority) {
            $lines += "ca = $(ConvertTo-QuotedText "$folder\ca.crt")"
            $Files["$folder\ca.crt"] = "-----BEGIN CERTIFICATE-----`n$authority`n-----END CERTIFICATE-----`n"
        }
        $Files["$folder\hosts.toml"] = $lines -join "`n"
    }
}
