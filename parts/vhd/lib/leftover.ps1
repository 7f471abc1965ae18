# What must not be in an image.

# Of the build: its state but for the marks of what it installed, its downloads, private fixes.
function Get-BuildLeftover {
    foreach ($item in @(Get-ChildItem -LiteralPath $script:StateFolder -Force -ErrorAction SilentlyContinue)) { if ($item.Name -ne 'installed') { "$($item.FullName) is left of the build" } }
    foreach ($path in "$script:WorkFolder\private-fixes", "$env:SystemRoot\System32\config\systemprofile\.docker\config.json") { if (Test-Path -LiteralPath $path) { "$path is left of the build" } }
}

# Of a cluster: one image serves many, and what belongs to one must not reach another.
function Get-ClusterLeftover {
    foreach ($path in 'c:\k', 'C:\AzureData\k8s', 'C:\ProgramData\ssh\administrators_authorized_keys') { if (Test-Path -LiteralPath $path) { "$path belongs to a cluster" } }
    foreach ($file in @(Get-ChildItem -Path 'C:\ProgramData\ssh\ssh_host_*' -ErrorAction SilentlyContinue)) { "$($file.FullName) must be each node's own" }
    foreach ($name in 'kubelet', 'kubeproxy', 'csi-proxy', 'containerd') { if (Get-ServiceStatus $name) { "service $name belongs to a node" } }
}

# Of packer: its account, its listener, its scripts. Only after sysprep.
function Get-PackerLeftover {
    foreach ($user in @(Get-LocalUser | Where-Object { $_.Name -eq 'packer' })) { "account $($user.Name) is left of the build" }
    if (@(Invoke-Program 'winrm.cmd' @('enumerate', 'winrm/config/Listener')) -match 'Transport\s*=\s*HTTPS') { 'the WinRM listener of the build is left' }
    foreach ($pattern in 'C:\gen-cse-vhd', 'C:\Windows\Temp\packer-*', 'C:\Windows\Temp\script-*.ps1') {
        foreach ($item in @(Get-Item -Path $pattern -ErrorAction SilentlyContinue)) { "$($item.FullName) is left of the build" }
    }
}
