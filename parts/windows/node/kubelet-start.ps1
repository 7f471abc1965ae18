# What the service kubelet runs: arguments from the node configuration, for kubenet also the network, then kubelet itself.
# nssm starts it again after every end, so a failure is a line and exit code 1, never an endless wait.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
foreach ($file in @(Get-ChildItem -LiteralPath 'c:\k\lib' -Filter '*.ps1')) { . $file.FullName }

# A kubelet whose cloud provider is external does not look for its address: without one the node has none until the cloud answers.
# With two families it takes both, else the cloud node manager would drop the other one.
function Wait-NodeAddress {
    param($Configuration)
    $found = @{}
    $null = Wait-Condition { $found['address'] = Get-DefaultRoute | ForEach-Object { Get-InterfaceAddress $_.ifIndex } | Select-Object -First 1; [bool]$found['address'] } 120 2
    if (-not $found['address']) { throw 'the machine has no IPv4 address on its default route after 120 s: check its network interface and DHCP' }
    if (-not (Get-Property $Configuration 'dualStack' $false)) { return $found['address'] }
    $null = Wait-Condition { $found['six'] = Get-DhcpAddressV6; [bool]$found['six'] } 120 2
    if (-not $found['six']) { Write-NodeLine 'no IPv6 address by DHCP after 120 s: the node starts with IPv4 only' }
    @($found['address'], $found['six'] | Where-Object { $_ }) -join ','
}

# For Windows and the kubelet, in MB, by the machine's memory: 25% of the first 4 GB, 20% of the next 4, 10% of the next 8, 6% of the next
# 112, 2% above, as learn.microsoft.com has it for nodes of AKS. 2 GB where the memory is not known.
function Get-ReservedMegabyte {
    $left = [double](Get-Property (Get-CimInstance -ClassName Win32_ComputerSystem) 'TotalPhysicalMemory' 0) / 1GB
    if ($left -le 0) { return 2048 }
    $reserved = [double]0
    foreach ($part in @(4, 0.25), @(4, 0.2), @(8, 0.1), @(112, 0.06), @(1000000, 0.02)) {
        $reserved += [System.Math]::Min($left, [double]$part[0]) * $part[1]
        $left = [System.Math]::Max([double]0, $left - $part[0])
    }
    [int][System.Math]::Ceiling($reserved * 1024)
}

# What only the node knows, beside what its configuration says.
function Get-KubeletArgument {
    param($Configuration)
    $Configuration.kubeletArgs
    "--node-labels=$($Configuration.nodeLabels)"
    if (Get-Property $Configuration 'maxParallelImagePulls') { Set-PullLimit $Configuration }
    if (Get-Property $Configuration 'memoryReservation' $false) { "--system-reserved=memory=$(Get-ReservedMegabyte)Mi" }
    if ($Configuration.nodeAddressFlag) { "--node-ip=$(Wait-NodeAddress $Configuration)" }
}

$code = 1
try {
    $configuration = Read-NodeConfiguration
    $arguments = [string[]]@(Get-KubeletArgument $configuration)
    if (Get-Property $configuration 'proxy') { Use-Proxy }
    if ($configuration.containerRuntime -eq 'docker') { Set-DockerEnvironment }
    if (Test-Path -LiteralPath 'c:\k\azurestackcloud.json') { $env:AZURE_ENVIRONMENT_FILEPATH = 'c:\k\azurestackcloud.json' }
    if ($configuration.networkPlugin -eq 'kubenet') { Initialize-Kubenet $configuration $arguments }
    $code = Invoke-NodeProgram 'c:\k\kubelet.exe' $arguments
}
catch { Write-NodeLine "kubelet was not started: $($_.Exception.Message)" }
exit $code
