# What the service kubelet runs: arguments from the node configuration, for kubenet also the network, then kubelet itself.
# nssm starts it again after every end, so a failure is a line and exit code 1, never an endless wait.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
foreach ($file in @(Get-ChildItem -LiteralPath 'c:\k\lib' -Filter '*.ps1')) { . $file.FullName }

# Flags a kubelet no longer knows, by the release that forgot them: one of them ends it at once. Those of 1.24 were docker's;
# no other runtime needs them. From the generator none should come; users can set any.
$removedFlags = @{
    '1.24' = '--cni-bin-dir', '--cni-cache-dir', '--cni-conf-dir', '--docker-endpoint', '--experimental-dockershim-root-directory',
    '--image-pull-progress-deadline', '--network-plugin', '--network-plugin-mtu', '--non-masquerade-cidr'
    '1.27' = '--container-runtime', '--master-service-namespace'
    '1.30' = '--azure-container-registry-config'
    '1.31' = '--keep-terminated-pod-volumes'
    '1.34' = '--cloud-config'
    '1.35' = '--pod-infra-container-image'
}

# Name -> value ($null: a flag alone), in the order of the configuration; of two with one name the last wins.
function Read-KubeletFlag {
    param([object]$Configuration)
    $flags = [ordered]@{}
    foreach ($argument in @($Configuration.kubeletArgs)) {
        $flag, $value = $argument -split '=', 2
        $flags[$flag] = if ($value -eq '""') { '' } else { $value }    # two quotes are a shell's way to write nothing
    }
    $flags
}

function Remove-OldFlag {
    param([object]$Configuration, [System.Collections.IDictionary]$Flags)
    $release = Get-Release $Configuration
    $removed = @(foreach ($since in $removedFlags.Keys) {
            if ($release -ge [version]$since -or ($since -eq '1.24' -and $Configuration.containerRuntime -ne 'docker')) { $removedFlags[$since] }
        })
    if ($release -ge [version]'1.34' -and $Flags['--cloud-provider'] -ne 'external') { $removed += '--cloud-provider' }
    foreach ($flag in $removed) {
        if ($Flags.Contains($flag)) { Write-NodeLine "left out $flag=$($Flags[$flag]): this kubelet does not know it"; $Flags.Remove($flag) }
    }
}

# From 1.29 on a kubelet whose cloud provider is external does not look for its address: without one the node has none until
# the cloud answers, and the CNI plugins and host-network pods start without.
function Wait-NodeAddress {
    $found = @{}
    $null = Wait-Condition { $found['address'] = Get-DefaultRoute | ForEach-Object { Get-InterfaceAddress $_.ifIndex } | Select-Object -First 1; [bool]$found['address'] } 120 2
    if (-not $found['address']) { throw 'the machine has no IPv4 address on its default route after 120 s: check its network interface and DHCP' }
    $found['address']
}

# What only the node knows, or knows better than the definition.
function Get-KubeletArgument {
    param([object]$Configuration)
    $flags = Read-KubeletFlag $Configuration
    Remove-OldFlag $Configuration $flags
    $labels = @($flags['--node-labels'], (Get-Property $Configuration 'nodeLabels' '') | Where-Object { $_ }) -join ','
    if ($labels) { $flags['--node-labels'] = $labels }
    $flags['--volume-plugin-dir'] = 'c:\k\volumeplugins'
    if (-not $flags.Contains('--windows-priorityclass')) { $flags['--windows-priorityclass'] = 'ABOVE_NORMAL_PRIORITY_CLASS' }
    $release = Get-Release $Configuration
    if ($release -ge [version]'1.29' -and $flags['--cloud-provider'] -eq 'external' -and -not $flags.Contains('--node-ip')) { $flags['--node-ip'] = Wait-NodeAddress }
    if ($release -lt [version]'1.27') { $flags['--container-runtime'] = 'remote' }
    $flags['--container-runtime-endpoint'] = 'npipe://./pipe/containerd-containerd'
    if ($Configuration.containerRuntime -eq 'docker') { Add-DockerFlag $Configuration $flags }
    foreach ($flag in $flags.Keys) { if ($null -eq $flags[$flag]) { $flag } else { "$flag=$($flags[$flag])" } }
}

$code = 1
try {
    $configuration = Read-NodeConfiguration
    $arguments = [string[]]@(Get-KubeletArgument $configuration)
    if (Test-Path -LiteralPath 'c:\k\azurestackcloud.json') { $env:AZURE_ENVIRONMENT_FILEPATH = 'c:\k\azurestackcloud.json' }
    if ($configuration.networkPlugin -eq 'kubenet') { Initialize-Kubenet $configuration $arguments }
    $code = Invoke-NodeProgram 'c:\k\kubelet.exe' $arguments
}
catch { Write-NodeLine "kubelet was not started: $($_.Exception.Message)" }
exit $code
