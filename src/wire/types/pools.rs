//! The nodes: control plane and agent pools.

use super::{KubernetesConfig, TextMap, definition};

definition! {
    /// The control plane nodes, which run Linux. What reaches Windows nodes: dnsPrefix (name of the API server, name suffix of all
    /// resources), the virtual network, and the address of the API server.
    MasterProfile {
        /// Number of nodes: 1, 3 or 5. Required. With one, Windows nodes talk to its address; with more, to the internal load balancer.
        "count" count: i64,
        /// DNS label of the API server, 3 to 45 letters, digits and hyphens. Required. All resource names derive from it.
        "dnsPrefix" dns_prefix: String,
        /// Further names in the API server's certificate. Control plane only.
        "subjectAltNames" subject_alt_names: Vec<String>,
        /// Azure VM size. Required. Control plane only.
        "vmSize" vm_size: String,
        /// Size of the OS disk in GB, 0 to 2048; 0 is the size of the image. Control plane only.
        "osDiskSizeGB" os_disk_size_gb: i64,
        /// Resource id of an existing subnet. Either the control plane and every pool have one, or none has.
        "vnetSubnetID" vnet_subnet_id: String,
        /// Address range of the existing virtual network. Windows nodes exempt it from address translation.
        "vnetCidr" vnet_cidr: String,
        /// Resource id of the agents' subnet when the control plane is a scale set. Not read: pools name their own.
        "agentVnetSubnetID" agent_vnet_subnet_id: String,
        /// Address of the first control plane node.
        "firstConsecutiveStaticIP" first_consecutive_static_ip: String,
        /// Addresses per network interface, 0 to 256. Control plane only.
        "ipAddressCount" ip_address_count: i64,
        /// Kind of disks. Control plane only.
        "storageProfile" storage_profile: String where MasterDisk,
        /// Source addresses that may reach the API server. Control plane only.
        "HTTPSourceAddressPrefix" http_source_address_prefix: String,
        /// Left from DC/OS; not read.
        "oauthEnabled" oauth_enabled: bool,
        /// Extension whose script runs before a node is joined. Control plane only.
        "preProvisionExtension" pre_provision_extension: Extension,
        /// Extensions that are deployed to the nodes. Control plane only.
        "extensions" extensions: Vec<Extension>,
        /// Linux distribution. Control plane only.
        "distro" distro: String,
        /// Settings that differ from orchestratorProfile.kubernetesConfig. Control plane only.
        "kubernetesConfig" kubernetes_config: Box<KubernetesConfig>,
        /// Image to start nodes from. Control plane only.
        "imageReference" image_reference: ImageReference,
        /// Files to put on the nodes. Control plane only.
        "customFiles" custom_files: Vec<CustomFile>,
        /// Availability set or scale set; scale set control planes need scale set pools.
        "availabilityProfile" availability_profile: String where Availability = Set,
        /// Address range of the agents' subnet when the control plane is a scale set. Not read.
        "agentSubnet" agent_subnet: String,
        /// Availability zones. Control plane only.
        "availabilityZones" availability_zones: Vec<String>,
        /// Keep a scale set within one placement group. Control plane only.
        "singlePlacementGroup" single_placement_group: bool,
        /// Fault domains of the availability set. Control plane only.
        "platformFaultDomainCount" platform_fault_domain_count: i64,
        /// Update domains of the availability set. Control plane only.
        "platformUpdateDomainCount" platform_update_domain_count: i64,
        /// Run auditd. Control plane only.
        "auditDEnabled" audit_d_enabled: bool,
        /// Tags of the VMs. Control plane only.
        "customVMTags" custom_vm_tags: TextMap,
        /// Kernel settings. Control plane only.
        "sysctldConfig" sysctld_config: TextMap,
        /// Allow ultra disks. Control plane only.
        "ultraSSDEnabled" ultra_ssd_enabled: bool,
        /// Encrypt disks and caches at the host. Control plane only.
        "encryptionAtHost" encryption_at_host: bool,
        /// Name of the API server of a deployed cluster, written by aks-engine; not read.
        "fqdn" fqdn: String,
        /// Use Cosmos DB instead of etcd. Control plane only.
        "cosmosEtcd" cosmos_etcd: bool,
        /// Resource id of a proximity placement group. Control plane only.
        "proximityPlacementGroupID" proximity_placement_group_id: String,
        /// Cache of the OS disk. Control plane only.
        "osDiskCachingType" os_disk_caching_type: String,
    }
}

definition! {
    /// An image in the subscription: managed image (name, resource group) or shared image gallery (also subscription, gallery, version).
    ImageReference {
        /// Name of the image, or of its definition in the gallery.
        "name" name: String,
        /// Resource group of the image or gallery.
        "resourceGroup" resource_group: String,
        /// Subscription of the gallery.
        "subscriptionId" subscription_id: String,
        /// Name of the gallery.
        "gallery" gallery: String,
        /// Version of the image in the gallery.
        "version" version: String,
    }
}

definition! {
    /// A file to put on the control plane nodes.
    CustomFile {
        /// Absolute path where aks-engine runs.
        "source" source: String,
        /// Absolute path on the node.
        "dest" dest: String,
    }
}

definition! {
    /// The use of an extension by a pool.
    Extension {
        /// Name of an entry of extensionProfiles; case does not matter.
        "name" name: String,
        /// `single`: on the first node only; else on all. Not read: a script before a node joins runs on every node.
        "singleOrAll" single_or_all: String,
        /// Template of the extension. Not read.
        "template" template: String,
    }
}

definition! {
    /// A pool of agent nodes of one kind.
    AgentPoolProfile {
        /// Name: a lower-case letter, then at most 11 of a-z and 0-9; unique. Required. Part of resource names; label `agentpool`.
        "name" name: String,
        /// Number of nodes, 1 to 1000. Required.
        "count" count: i64,
        /// Azure VM size. Required. Also decides the label `storagetier`.
        "vmSize" vm_size: String,
        /// Size of the OS disk in GB, 0 to 2048; 0 is the size of the image. Windows nodes extend their partition to it; container
        /// images need room, 128 is usual.
        "osDiskSizeGB" os_disk_size_gb: i64 = 0,
        /// Left from other orchestrators; must be empty.
        "dnsPrefix" dns_prefix: String,
        /// Operating system. Windows makes this a Windows pool.
        "osType" os_type: String where OsType = Linux,
        /// Left from other orchestrators; must be empty.
        "ports" ports: Vec<i64>,
        /// Availability set or scale set; the same for all pools. Azure Stack needs `AvailabilitySet`.
        "availabilityProfile" availability_profile: String where Availability = ScaleSet,
        /// Priority of a scale set.
        "scaleSetPriority" scale_set_priority: String where Capacity,
        /// What happens to evicted nodes of a scale set.
        "scaleSetEvictionPolicy" scale_set_eviction_policy: String where Eviction,
        /// Highest price of a spot node in US dollars per hour; -1 is the price on demand.
        "spotMaxPrice" spot_max_price: f64,
        /// Kind of disks. `ManagedDisks` gives the labels `storageprofile` and `storagetier`.
        "storageProfile" storage_profile: String where DiskKind = Managed,
        /// Sizes of data disks in GB, at most 4, each 1 to 32767. Windows nodes format them with NTFS.
        "diskSizesGB" disk_sizes_gb: Vec<i64>,
        /// Resource id of an existing subnet. Either the control plane and every pool have one, or none has.
        "vnetSubnetID" vnet_subnet_id: String,
        /// Addresses per network interface, 0 to 256. Default: 1, and with azure CNI one more per pod.
        "ipAddressCount" ip_address_count: i64,
        /// Linux distribution. Linux only.
        "distro" distro: String,
        /// Settings that differ from orchestratorProfile.kubernetesConfig; on Windows nodes kubeletConfig only.
        "kubernetesConfig" kubernetes_config: Box<KubernetesConfig>,
        /// Image to start nodes from. Linux only; Windows pools take windowsProfile.imageReference.
        "imageReference" image_reference: ImageReference,
        /// Role of the pool; not read.
        "role" role: String,
        /// Accelerated networking. Linux only; Windows pools have acceleratedNetworkingEnabledWindows.
        "acceleratedNetworkingEnabled" accelerated_networking_enabled: bool,
        /// Accelerated networking of Windows pools. The VM size must offer it; not on Azure Stack.
        "acceleratedNetworkingEnabledWindows" accelerated_networking_enabled_windows: bool = false,
        /// Let the scale set start more nodes than needed and keep the first ones.
        "vmssOverProvisioningEnabled" vmss_over_provisioning_enabled: bool = false,
        /// Run auditd. Linux only.
        "auditDEnabled" audit_d_enabled: bool,
        /// Tags of the VMs.
        "customVMTags" custom_vm_tags: TextMap,
        /// Resource id of a disk encryption set.
        "diskEncryptionSetID" disk_encryption_set_id: String,
        /// Allow ultra disks.
        "ultraSSDEnabled" ultra_ssd_enabled: bool,
        /// Encrypt disks and caches at the host.
        "encryptionAtHost" encryption_at_host: bool,
        /// Security type of the VMs; aks-engine has no such key. Where nothing is said Azure decides. `TrustedLaunch` needs an image of
        /// generation 2; not on Azure Stack.
        "securityType" security_type: String where SecurityKind,
        /// Secure boot of `TrustedLaunch`.
        "secureBootEnabled" secure_boot_enabled: bool = true,
        /// Virtual TPM of `TrustedLaunch`.
        "vTpmEnabled" v_tpm_enabled: bool = true,
        /// Name of a deployed pool, written by aks-engine; not read.
        "fqdn" fqdn: String,
        /// Labels of the nodes, besides those that every node has.
        "customNodeLabels" custom_node_labels: TextMap,
        /// Extension whose script runs on a node before it is joined; PowerShell on Windows pools.
        "preProvisionExtension" pre_provision_extension: Extension,
        /// Extensions that are deployed after the nodes. Availability sets only. Not read: their templates are not part of the template.
        "extensions" extensions: Vec<Extension>,
        /// Keep a scale set within one placement group (at most 100 nodes).
        "singlePlacementGroup" single_placement_group: bool,
        /// Fault domains of the availability set or scale set.
        "platformFaultDomainCount" platform_fault_domain_count: i64,
        /// Update domains of the availability set.
        "platformUpdateDomainCount" platform_update_domain_count: i64,
        /// Availability zones. Scale sets only.
        "availabilityZones" availability_zones: Vec<String>,
        /// Give each node of a scale set a public address.
        "enableVMSSNodePublicIP" enable_vmss_node_public_ip: bool,
        /// Resource ids of load balancer pools that the nodes join.
        "loadBalancerBackendAddressPoolIDs" load_balancer_backend_address_pool_ids: Vec<String>,
        /// Kernel settings. Linux only.
        "sysctldConfig" sysctld_config: TextMap,
        /// Resource id of a proximity placement group.
        "proximityPlacementGroupID" proximity_placement_group_id: String,
        /// Cache of the OS disk.
        "osDiskCachingType" os_disk_caching_type: String where Caching,
        /// Cache of the data disks.
        "dataDiskCachingType" data_disk_caching_type: String where Caching,
        /// Name of a deployed scale set, written by aks-engine: kept when pools before it are removed.
        "vmssName" vmss_name: String,
    }
}
