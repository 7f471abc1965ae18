# c:\k\kubeclusterconfig.json: what this cluster is, with the keys of aks-engine's: scripts of others read it.

function Get-KubeClusterConfig {
    param([object]$Configuration)
    $value = [ordered]@{
        Cri = [ordered]@{ Name = Get-Property $Configuration 'containerRuntime' 'containerd'; Images = @{ Pause = Get-Property $Configuration 'pauseImage' '' } }
        Cni = [ordered]@{ Name = Get-Property $Configuration 'networkPlugin' ''; Plugin = @{ Name = 'bridge' } }
        Csi = @{ EnableProxy = [bool](Get-Property $Configuration 'enableCsiProxy' $false) }
        Kubernetes = [ordered]@{
            Source = @{ Release = Get-Property $Configuration 'kubernetesVersion' '' }
            ControlPlane = [ordered]@{ IpAddress = Get-Property $Configuration 'apiServerIp' ''; Username = Get-Property $Configuration 'adminUsername' 'azureuser'; MasterSubnet = Get-Property $Configuration 'masterSubnet' '' }
            Network = [ordered]@{ ServiceCidr = Get-Property $Configuration 'serviceCidr' ''; ClusterCidr = Get-Property $Configuration 'clusterCidr' ''; DnsIp = Get-Property $Configuration 'dnsServiceIp' '' }
            Kubelet = [ordered]@{ NodeLabels = Get-Property $Configuration 'nodeLabels' ''; ConfigArgs = [string[]]@(Get-Property $Configuration 'kubeletArgs' @()) }
            Kubeproxy = [ordered]@{ FeatureGates = [string[]]@(Get-Property $Configuration 'kubeProxyFeatureGates' @()); ConfigArgs = [string[]]@(Get-Property $Configuration 'kubeProxyArgs' @()) }
        }
        Install = @{ Destination = 'c:\k' }
    }
    (ConvertTo-Json -InputObject $value -Depth 10) + "`n"
}

function Get-ClusterConfigFile {
    param([object]$Context)
    [ordered]@{ 'c:\k\kubeclusterconfig.json' = Get-KubeClusterConfig $Context.Configuration }
}

function Test-ClusterConfig {
    param([object]$Context)
    if (Test-RecordedFile 'cluster-config' (Get-ClusterConfigFile $Context)) { 'as wanted' }
}

function Invoke-ClusterConfig {
    param([object]$Context)
    Set-RecordedFile 'cluster-config' (Get-ClusterConfigFile $Context)
}

function Assert-ClusterConfig {
    param([object]$Context)
    Assert-RecordedFile 'cluster-config' (Get-ClusterConfigFile $Context)
    if ($null -eq (Read-JsonFile 'c:\k\kubeclusterconfig.json')) { throw 'c:\k\kubeclusterconfig.json is not JSON: report this as a defect of gen-cse' }
}
