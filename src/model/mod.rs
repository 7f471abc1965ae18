//! A valid cluster definition with every default filled in.
//!
//! [`validate`](crate::validate) is the only constructor of these types, so a [`Cluster`] that exists is one that can be
//! generated: choices are enums, a field that has a default is no `Option`, and names, addresses and versions have been
//! checked. What only a deployment knows (resource group, subscription, ...) is not here.

mod cloud;
mod identity;
mod kubelet;
mod name_suffix;
mod network;
mod pool;
mod pool_name;
mod windows;

pub use crate::words::{
    Availability, Caching, Capacity, ContainerRuntime, DiskKind, Eviction, IdentitySystem, LoadBalancerSku, NetworkPlugin, OsType,
    RuntimeHandler,
};
pub use cloud::{Cloud, CustomCloud};
pub use identity::{Certificates, Identity, Secret, UserAssignedIdentity};
pub use kubelet::KubeletFlags;
pub use name_suffix::name_suffix;
pub use network::{Network, Vnet};
pub use pool::{AgentPool, Disks, LinuxPool, OWN_TAGS, PreProvision, Priority, SecurityType, WindowsPool};
pub use pool_name::PoolName;
pub(crate) use windows::WITHOUT_DOCKER;
pub use windows::{AdminCredentials, ImageReference, KeyVaultCertificates, Location, WindowsImage, WindowsSettings, WindowsUrls};

use crate::catalog::KubernetesVersion;
use crate::report::Path;
use std::net::Ipv4Addr;

/// One cluster, as far as its Windows nodes and the ARM around them are concerned.
#[derive(Debug, Clone, PartialEq)]
pub struct Cluster {
    /// `masterProfile.dnsPrefix` as written: host name of the API server, name of the kubeconfig's cluster and context.
    pub(crate) dns_prefix: String,
    /// Eight digits that make resource names unique, derived from the DNS prefix as aks-engine does (`GetClusterID`).
    pub(crate) name_suffix: String,
    /// Azure region, lower case without blanks; `None` means that of the resource group.
    pub(crate) location: Option<String>,
    /// Which cloud the nodes run in.
    pub(crate) cloud: Cloud,
    /// Version of the kubelet and kube-proxy.
    pub(crate) kubernetes: KubernetesVersion,
    /// Where the definition chooses that version, or could.
    pub(crate) kubernetes_path: Path,
    /// The control plane that exists already.
    pub(crate) masters: Masters,
    /// Pod and service network.
    pub(crate) network: Network,
    /// Who the cloud provider on a node is towards Azure.
    pub(crate) identity: Identity,
    /// What a node needs to trust, and to be trusted by, the API server.
    pub(crate) certificates: Certificates,
    /// Settings all Windows pools share.
    pub(crate) windows: WindowsSettings,
    /// Every agent pool in the order of the definition, Linux ones too: names derive from the first pool and from the index.
    pub(crate) pools: Vec<AgentPool>,
    /// The Windows pools that are wanted (`--pool`); empty means all.
    pub(crate) only: Vec<String>,
    /// The cloud provider runs outside the kubelet (`useCloudControllerManager`).
    pub(crate) external_cloud_provider: bool,
    /// The cloud provider asks the instance metadata service about the node.
    pub(crate) use_instance_metadata: bool,
    /// The hosts-config agent keeps the API server's address of a private cluster up to date.
    pub(crate) hosts_config_agent: bool,
    /// Domain of the cluster's services: pods search it as the kubelet's own flag tells.
    pub(crate) cluster_domain: String,
    /// Feature gates of kube-proxy that its version takes, sorted, as `Gate=bool`.
    pub(crate) kube_proxy_feature_gates: Vec<String>,
}

/// The control plane, which this project does not deploy but whose address and subnet the nodes need.
#[derive(Debug, Clone, PartialEq)]
pub struct Masters {
    /// 1, 3 or 5.
    pub(crate) count: u32,
    /// Scale set instead of availability set.
    pub(crate) scale_set: bool,
    /// Where a node reaches the API server: the master itself, or the internal load balancer of several.
    pub(crate) api_server_ip: Ipv4Addr,
}

impl Cluster {
    /// `vmss` when any pool is a scale set, else `standard` (aks-engine `GetVMType`).
    #[must_use]
    pub fn vm_type(&self) -> &'static str {
        if self.pools.iter().any(|pool| pool.availability() == Availability::ScaleSet) { "vmss" } else { "standard" }
    }

    /// The Windows pools to be generated, in the order of the definition.
    pub fn windows_pools(&self) -> impl Iterator<Item = &WindowsPool> {
        let is_wanted = |pool: &&WindowsPool| self.only.is_empty() || self.only.iter().any(|name| **name == *pool.name);
        self.pools.iter().filter_map(AgentPool::windows).filter(is_wanted)
    }

    /// There are Windows pools to be generated.
    #[must_use]
    pub fn has_windows(&self) -> bool {
        self.windows_pools().next().is_some()
    }

    /// Whether the nodes of a pool are behind the load balancer that gives nodes their way out.
    #[must_use]
    pub fn joins_outbound_pool(&self, pool: &WindowsPool) -> bool {
        match pool.backend_address_pools {
            None => self.network.has_outbound_pool(),
            // the outbound rule of two families belongs to a basic load balancer of its own
            Some(_) => self.network.dual_stack && self.network.load_balancer_sku == LoadBalancerSku::Basic,
        }
    }

    /// The first pool gives the primary availability set or scale set its name. A cluster may have no pools.
    #[must_use]
    pub fn primary_pool(&self) -> Option<&AgentPool> {
        self.pools.first()
    }
}
