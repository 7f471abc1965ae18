# A setup script as reference facts tell of kuberneteswindowssetup.ps1: in its form, not in its words.
# @p:NAME@ is where parameters('NAME') is spliced in, @v:NAME@ variables('NAME').
param(
    [string]$MasterIP, [string]$KubeDnsServiceIp, [string]$MasterFQDNPrefix, [string]$Location, [string]$AgentKey,
    [string]$AADClientId, [string]$AADClientSecret, [string]$NetworkAPIVersion, [string]$TargetEnvironment
)
$sshEnabled = [System.Convert]::ToBoolean("true")
$global:SSHKeys = @( "ssh-rsa AAAA user@host" )
$global:CacheDir = "c:\akse-cache"
$global:CACertificate = "@p:caCertificate@"
$global:AgentCertificate = "@p:clientCertificate@"
$global:KubeBinariesPackageSASURL = "@p:kubeBinariesSASURL@"
$global:WindowsKubeBinariesURL = "@p:windowsKubeBinariesURL@"
$global:KubeBinariesVersion = "@p:kubeBinariesVersion@"
$global:ContainerdUrl = "@p:windowsContainerdURL@"
$global:ContainerdSdnPluginUrl = "@p:windowsSdnPluginURL@"
$global:DockerVersion = "@p:windowsDockerVersion@"
$global:ContainerRuntime = "@p:containerRuntime@"
$global:DefaultContainerdRuntimeHandler = "@p:defaultContainerdRuntimeHandler@"
$global:HypervRuntimeHandlers = "@p:hypervRuntimeHandlers@"
$global:WindowsTelemetryGUID = "@p:windowsTelemetryGUID@"
$global:TenantId = "@v:tenantID@"
$global:SubscriptionId = "@v:subscriptionId@"
$global:ResourceGroup = "@v:resourceGroup@"
$global:VmType = "@v:vmType@"
$global:SubnetName = "@v:subnetName@"
$global:MasterSubnet = "@p:masterSubnet@"
$global:SecurityGroupName = "@v:nsgName@"
$global:VNetName = "@v:virtualNetworkName@"
$global:RouteTableName = "@v:routeTableName@"
$global:PrimaryAvailabilitySetName = "@v:primaryAvailabilitySetName@"
$global:PrimaryScaleSetName = "@v:primaryScaleSetName@"
$global:KubeClusterCIDR = "@p:kubeClusterCidr@"
$global:KubeServiceCIDR = "@p:kubeServiceCidr@"
$global:VNetCIDR = "@p:vnetCidr@"
$global:KubeletNodeLabels = "kubernetes.azure.com/role=agent,agentpool=POOL,kubernetes.azure.com/cluster=@v:labelResourceGroup@"
$global:KubeletConfigArgs = @( "--address=0.0.0.0", "--max-pods=30", "--resolv-conf=""""", "--v=2" )
$global:KubeproxyFeatureGates = @(  )
$global:UseManagedIdentityExtension = "@v:useManagedIdentityExtension@"
$global:UseInstanceMetadata = "@v:useInstanceMetadata@"
$global:LoadBalancerSku = "@v:loadBalancerSku@"
$global:ExcludeMasterFromStandardLB = "@v:excludeMasterFromStandardLB@"
$global:HNSModule = "c:\k\hns.psm1"
$global:NetworkPlugin = "@p:networkPlugin@"
$global:VNetCNIPluginsURL = "@p:vnetCniWindowsPluginsURL@"
$global:IsDualStackEnabled = $false
$global:CNIPath = [Io.path]::Combine("$global:KubeDir", "cni")
$global:EnableCsiProxy = [System.Convert]::ToBoolean("@v:windowsEnableCSIProxy@");
$global:CsiProxyUrl = "@v:windowsCSIProxyURL@";
$global:EnableHostsConfigAgent = [System.Convert]::ToBoolean("@v:enableHostsConfigAgent@");
$global:ProvisioningScriptsPackageUrl = "@v:windowsProvisioningScriptsPackageURL@"
$global:WindowsPauseImageURL = "@v:windowsPauseImageURL@"
$global:AlwaysPullWindowsPauseImage = [System.Convert]::ToBoolean("@v:alwaysPullWindowsPauseImage@")
$global:WindowsSecureTLSEnabled = [System.Convert]::ToBoolean("@v:windowsSecureTLSEnabled@")
$zippedFiles = "ZIP"
[io.file]::WriteAllBytes("scripts.zip", [System.Convert]::FromBase64String($zippedFiles))
Expand-Archive scripts.zip -DestinationPath "C:\\AzureData\\"
try { . c:\AzureData\k8s\kuberneteswindowsfunctions.ps1 } catch { Write-Error $_; throw $_ }
