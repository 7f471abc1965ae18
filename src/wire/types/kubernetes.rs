//! Kubernetes: version, network, runtime and components.

use super::{TextMap, definition};

definition! {
    /// Kubernetes version and settings.
    OrchestratorProfile {
        /// Orchestrator; always `Kubernetes`.
        "orchestratorType" orchestrator_type: String = "Kubernetes",
        /// Minor version, `1.23`; the newest patch that can be created is taken.
        "orchestratorRelease" orchestrator_release: String,
        /// Full version, `1.23.17`; must belong to orchestratorRelease when both are given. Decides the Kubernetes package of
        /// Windows nodes.
        "orchestratorVersion" orchestrator_version: String,
        /// Settings of the cluster.
        "kubernetesConfig" kubernetes_config: Box<KubernetesConfig>,
    }
}

definition! {
    /// Settings of Kubernetes. In masterProfile and agentPoolProfiles those that differ; Windows pools read only kubeletConfig there.
    KubernetesConfig {
        /// Registry of Kubernetes images. Linux only.
        "kubernetesImageBase" kubernetes_image_base: String,
        /// Layout of that registry. Linux only.
        "kubernetesImageBaseType" kubernetes_image_base_type: String where ImageBaseType,
        /// Registry of Kubernetes images mirrored by Microsoft. Linux only.
        "mcrKubernetesImageBase" mcr_kubernetes_image_base: String,
        /// Address range of pods; with dual stack an IPv4 and an IPv6 range, joined by a comma. Default: `10.240.0.0/12` with azure CNI,
        /// else `10.244.0.0/16`. Windows nodes exempt it from address translation.
        "clusterSubnet" cluster_subnet: String,
        /// Address of the cluster's DNS service, inside serviceCidr and not its first. Windows nodes give it to pods.
        "dnsServiceIP" dns_service_ip: String = "10.0.0.10",
        /// Address range of services; with dual stack an IPv4 and an IPv6 range, joined by a comma. Windows nodes route and exempt it.
        "serviceCidr" service_cidr: String = "10.0.0.0/16",
        /// Network policy: calico, cilium, antrea, azure or none. The first three refuse Windows pools.
        "networkPolicy" network_policy: String,
        /// Network plugin: azure or kubenet on Windows nodes; cilium, antrea and flannel without any.
        "networkPlugin" network_plugin: String = "azure",
        /// How azure CNI connects pods. Linux only.
        "networkMode" network_mode: String where NetworkMode,
        /// Container runtime. Windows nodes need containerd from Kubernetes 1.24 on.
        "containerRuntime" container_runtime: String where ContainerRuntime,
        /// Pods per node. Deprecated and without effect: use kubeletConfig["--max-pods"].
        "maxPods" max_pods: i64,
        /// Address range of the docker bridge. Linux only.
        "dockerBridgeSubnet" docker_bridge_subnet: String = "172.17.0.1/16",
        /// Let nodes call Azure with a managed identity instead of a service principal. Default: true, except on custom clouds and with
        /// scale set control planes.
        "useManagedIdentity" use_managed_identity: bool,
        /// Name or resource id of a user-assigned identity. Windows nodes get its client id.
        "userAssignedID" user_assigned_id: String,
        /// Client id of that identity, written by aks-engine; not read.
        "userAssignedClientID" user_assigned_client_id: String,
        /// Image of hyperkube. Linux only.
        "customHyperkubeImage" custom_hyperkube_image: String,
        /// Image of the API server. Control plane only.
        "customKubeAPIServerImage" custom_kube_api_server_image: String,
        /// Image of the controller manager. Control plane only.
        "customKubeControllerManagerImage" custom_kube_controller_manager_image: String,
        /// Image of kube-proxy. Linux only.
        "customKubeProxyImage" custom_kube_proxy_image: String,
        /// Image of the scheduler. Control plane only.
        "customKubeSchedulerImage" custom_kube_scheduler_image: String,
        /// URL of Kubernetes binaries. Linux only.
        "customKubeBinaryURL" custom_kube_binary_url: String,
        /// Version of the Docker engine. Deprecated; Linux only.
        "dockerEngineVersion" docker_engine_version: String,
        /// Version of moby. Linux only.
        "mobyVersion" moby_version: String,
        /// URL of the moby package. Linux only.
        "linuxMobyURL" linux_moby_url: String,
        /// URL of the runc package. Linux only.
        "linuxRuncURL" linux_runc_url: String,
        /// Version of containerd. Linux only; Windows nodes take windowsContainerdURL.
        "containerdVersion" containerd_version: String,
        /// URL of the containerd package. Linux only.
        "linuxContainerdURL" linux_containerd_url: String,
        /// Image of the cloud controller manager. Control plane only.
        "customCcmImage" custom_ccm_image: String,
        /// Run the cloud controller manager: the kubelet gets `--cloud-provider=external`, and Windows nodes csi-proxy. Required on
        /// Azure Stack from Kubernetes 1.21 on.
        "useCloudControllerManager" use_cloud_controller_manager: bool,
        /// URL of a zip with the Kubernetes binaries of Windows nodes, instead of the one of the version.
        "customWindowsPackageURL" custom_windows_package_url: String,
        /// URL of the upstream `kubernetes-node-windows-amd64.tar.gz`, whose binaries replace those of the package on Windows nodes.
        "windowsNodeBinariesURL" windows_node_binaries_url: String,
        /// URL of containerd for Windows nodes, `.zip` or `.tar.gz`.
        "windowsContainerdURL" windows_containerd_url: String,
        /// URL of the SDN plugin for Windows nodes. Required with containerd and kubenet.
        "windowsSdnPluginURL" windows_sdn_plugin_url: String,
        /// Let the cloud provider ask the instance metadata service. Written to `azure.json` on Windows nodes. Default: true; false on
        /// Azure Stack, where it must not be true.
        "useInstanceMetadata" use_instance_metadata: bool,
        /// Role-based access control. Control plane only.
        "enableRbac" enable_rbac: bool,
        /// Refuse anonymous requests to kubelets and check client certificates: `--anonymous-auth` and `--client-ca-file`.
        "enableSecureKubelet" enable_secure_kubelet: bool = true,
        /// API aggregation. Control plane only.
        "enableAggregatedAPIs" enable_aggregated_apis: bool,
        /// API server without a public address.
        "privateCluster" private_cluster: PrivateCluster,
        /// Disk use in percent at which images are collected. Not read: use kubeletConfig["--image-gc-high-threshold"].
        "gchighthreshold" gc_high_threshold: i64,
        /// Disk use in percent down to which images are collected. Not read: use kubeletConfig["--image-gc-low-threshold"].
        "gclowthreshold" gc_low_threshold: i64,
        /// Version of etcd. Control plane only.
        "etcdVersion" etcd_version: String,
        /// Size of the etcd disk in GB, as text. Control plane only.
        "etcdDiskSizeGB" etcd_disk_size_gb: String,
        /// Size limit of the etcd database in GB. Control plane only.
        "etcdStorageLimitGB" etcd_storage_limit_gb: i64,
        /// Key with which secrets are encrypted in etcd, base64. Control plane only.
        "etcdEncryptionKey" etcd_encryption_key: String,
        /// Encrypt secrets in etcd. Control plane only.
        "enableDataEncryptionAtRest" enable_data_encryption_at_rest: bool,
        /// Encrypt secrets in etcd with a key in Key Vault. Control plane only.
        "enableEncryptionWithExternalKms" enable_encryption_with_external_kms: bool,
        /// Pod security policy. Deprecated; control plane only.
        "enablePodSecurityPolicy" enable_pod_security_policy: bool,
        /// Addons with their settings. Some put pods on Windows nodes: cloud-node-manager, the CSI drivers.
        "addons" addons: Vec<KubernetesAddon>,
        /// Components with their settings. Control plane only.
        "components" components: Vec<KubernetesComponent>,
        /// Settings of the container runtime: `dataDir`, an absolute path. Linux only.
        "containerRuntimeConfig" container_runtime_config: TextMap,
        /// Flags of the kubelet, `--max-pods` and so on; all values are text. Flags that Windows needs otherwise are replaced on
        /// Windows nodes.
        "kubeletConfig" kubelet_config: TextMap,
        /// Flags of the controller manager. Control plane only; `--node-monitor-grace-period` bounds the kubelet's update frequency.
        "controllerManagerConfig" controller_manager_config: TextMap,
        /// Flags of the cloud controller manager. Control plane only.
        "cloudControllerManagerConfig" cloud_controller_manager_config: TextMap,
        /// Flags of the API server. Control plane only.
        "apiServerConfig" api_server_config: TextMap,
        /// Flags of the scheduler. Control plane only.
        "schedulerConfig" scheduler_config: TextMap,
        /// Settings of pod security policy. Deprecated; control plane only.
        "podSecurityPolicyConfig" pod_security_policy_config: TextMap,
        /// Control group reserved for Kubernetes. Linux only.
        "kubeReservedCgroup" kube_reserved_cgroup: String,
        /// Version of the cloud provider's backoff: v1 or v2. Linux only.
        "cloudProviderBackoffMode" cloud_provider_backoff_mode: String,
        /// Back off when Azure throttles. Linux only.
        "cloudProviderBackoff" cloud_provider_backoff: bool,
        /// Attempts. Linux only.
        "cloudProviderBackoffRetries" cloud_provider_backoff_retries: i64,
        /// Jitter of the backoff. Linux only.
        "cloudProviderBackoffJitter" cloud_provider_backoff_jitter: f64,
        /// First pause in seconds. Linux only.
        "cloudProviderBackoffDuration" cloud_provider_backoff_duration: i64,
        /// Factor from pause to pause. Linux only.
        "cloudProviderBackoffExponent" cloud_provider_backoff_exponent: f64,
        /// Limit the rate of calls to Azure. Linux only.
        "cloudProviderRateLimit" cloud_provider_rate_limit: bool,
        /// Reading calls per second. Linux only.
        "cloudProviderRateLimitQPS" cloud_provider_rate_limit_qps: f64,
        /// Writing calls per second. Linux only.
        "cloudProviderRateLimitQPSWrite" cloud_provider_rate_limit_qps_write: f64,
        /// Reading calls in a burst. Linux only.
        "cloudProviderRateLimitBucket" cloud_provider_rate_limit_bucket: i64,
        /// Writing calls in a burst. Linux only.
        "cloudProviderRateLimitBucketWrite" cloud_provider_rate_limit_bucket_write: i64,
        /// Switch off source address translation of the load balancer. Linux only.
        "cloudProviderDisableOutboundSNAT" cloud_provider_disable_outbound_snat: bool,
        /// SKU of the load balancer, Standard or Basic in any case. Written to `azure.json` on Windows nodes. Default: Standard; Basic on
        /// Azure Stack.
        "loadBalancerSku" load_balancer_sku: String,
        /// Keep the control plane out of the standard load balancer. Written to `azure.json` on Windows nodes. Must be true when
        /// loadBalancerSku is given as `Standard`.
        "excludeMasterFromStandardLB" exclude_master_from_standard_lb: bool,
        /// Outbound addresses of the standard load balancer. Control plane only.
        "loadBalancerOutboundIPs" load_balancer_outbound_ips: i64,
        /// Version of azure CNI. Not read: replaced by the default.
        "azureCNIVersion" azure_cni_version: String,
        /// URL of azure CNI for Linux nodes. Linux only.
        "azureCNIURLLinux" azure_cni_url_linux: String,
        /// URL of azure CNI for Windows nodes, a zip.
        "azureCNIURLWindows" azure_cni_url_windows: String,
        /// SKU of the Key Vault for encryption. Control plane only.
        "keyVaultSku" key_vault_sku: String,
        /// Rules per load balancer. Control plane only.
        "maximumLoadBalancerRuleCount" maximum_load_balancer_rule_count: i64,
        /// Mode of kube-proxy. Linux only; Windows nodes use kernelspace.
        "kubeProxyMode" kube_proxy_mode: String where KubeProxyMode = Iptables,
        /// Private registry that nodes may pull from. Linux only.
        "privateAzureRegistryServer" private_azure_registry_server: String,
        /// Idle timeout of outbound rules in minutes. Control plane only.
        "outboundRuleIdleTimeoutInMinutes" outbound_rule_idle_timeout_in_minutes: i32,
        /// URL of Microsoft's apt repository. Linux only.
        "microsoftAptRepositoryURL" microsoft_apt_repository_url: String,
        /// Several standard load balancers in one cluster. Control plane only.
        "enableMultipleStandardLoadBalancers" enable_multiple_standard_load_balancers: bool,
        /// Tags that the cloud provider gives to the resources it creates, `a=b,c=d`. Control plane only.
        "tags" tags: String,
    }
}

definition! {
    /// An addon with its settings.
    KubernetesAddon {
        /// Name of the addon.
        "name" name: String,
        /// Whether the addon is deployed. Default: depends on the addon.
        "enabled" enabled: bool,
        /// Mode of the addon manager: EnsureExists or Reconcile. Control plane only.
        "mode" mode: String,
        /// Images and resources of its containers. Control plane only.
        "containers" containers: Vec<KubernetesContainerSpec>,
        /// Settings; all values are text. Control plane only.
        "config" config: TextMap,
        /// Settings by agent pool, for cluster-autoscaler. Control plane only.
        "pools" pools: Vec<AddonNodePoolsConfig>,
        /// Base64 of a manifest that replaces the addon's own. Control plane only.
        "data" data: String,
    }
}

definition! {
    /// Settings of an addon for one agent pool.
    AddonNodePoolsConfig {
        /// Name of the pool.
        "name" name: String,
        /// Settings; all values are text.
        "config" config: TextMap,
    }
}

definition! {
    /// Image and resources of a container.
    KubernetesContainerSpec {
        /// Name of the container.
        "name" name: String,
        /// Image.
        "image" image: String,
        /// Requested CPU, `100m`.
        "cpuRequests" cpu_requests: String,
        /// Requested memory, `50Mi`.
        "memoryRequests" memory_requests: String,
        /// Limit of CPU.
        "cpuLimits" cpu_limits: String,
        /// Limit of memory.
        "memoryLimits" memory_limits: String,
    }
}

definition! {
    /// A component of the control plane with its settings.
    KubernetesComponent {
        /// Name of the component.
        "name" name: String,
        /// Whether the component is deployed.
        "enabled" enabled: bool,
        /// Images and resources of its containers.
        "containers" containers: Vec<KubernetesContainerSpec>,
        /// Settings; all values are text.
        "config" config: TextMap,
        /// Base64 of a manifest that replaces the component's own.
        "data" data: String,
    }
}

definition! {
    /// API server without a public address.
    PrivateCluster {
        /// Whether the API server has only a private address. Control plane only.
        "enabled" enabled: bool = false,
        /// Run the agent that keeps the API server's name in the nodes' hosts file; a service on Windows nodes.
        "enableHostsConfigAgent" enable_hosts_config_agent: bool = false,
        /// A VM inside the network to work from. Control plane only.
        "jumpboxProfile" jumpbox_profile: PrivateJumpboxProfile,
    }
}

definition! {
    /// A VM inside the network of a private cluster to work from.
    PrivateJumpboxProfile {
        /// Name of the VM.
        "name" name: String,
        /// Azure VM size.
        "vmSize" vm_size: String,
        /// Size of the OS disk in GB, 0 to 2048.
        "osDiskSizeGB" os_disk_size_gb: i64,
        /// Name of the administrator.
        "username" username: String,
        /// Public SSH key.
        "publicKey" public_key: String,
        /// Kind of disks.
        "storageProfile" storage_profile: String,
    }
}
