# c:\k\kubeclusterconfig.json: what this cluster is, with the keys of aks-engine's: scripts of others read it.

function Get-ClusterConfigFile {
    param($Context)
    $configuration = $Context.Configuration
    $value = [ordered]@{
        Cri = [ordered]@{ Name = $configuration.containerRuntime; Images = @{ Pause = Get-PauseImage $configuration } }
        Cni = [ordered]@{ Name = $configuration.networkPlugin; Plugin = @{ Name = 'bridge' } }
        Csi = @{ EnableProxy = $configuration.enableCsiProxy }
        Kubernetes = [ordered]@{
            Source = @{ Release = $configuration.kubernetesVersion }
            ControlPlane = [ordered]@{ IpAddress = $configuration.apiServerIp; Username = $configuration.adminUsername; MasterSubnet = $configuration.masterSubnet }
            Network = [ordered]@{ ServiceCidr = $configuration.serviceCidr; ClusterCidr = $configuration.clusterCidr; DnsIp = $configuration.dnsServiceIp }
            Kubelet = [ordered]@{ NodeLabels = $configuration.nodeLabels; ConfigArgs = [string[]]@($configuration.kubeletArgs) }
            Kubeproxy = [ordered]@{ FeatureGates = [string[]]@(Get-Property $configuration 'kubeProxyFeatureGates' @()); ConfigArgs = [string[]]@($configuration.kubeProxyArgs) }
        }
        Install = @{ Destination = 'c:\k' }
    }
    [ordered]@{ 'c:\k\kubeclusterconfig.json' = ConvertTo-Json -InputObject $value -Depth 10 }
}

function Test-ClusterConfig {
    param($Context)
    Test-RecordedFile 'cluster-config' (Get-ClusterConfigFile $Context)
}

function Invoke-ClusterConfig {
    param($Context)
    Set-RecordedFile 'cluster-config' (Get-ClusterConfigFile $Context)
}

function Assert-ClusterConfig {
    param($Context)
    Assert-RecordedFile 'cluster-config' (Get-ClusterConfigFile $Context)
}
