use super::{KubeletFlags, PoolName};
use crate::words::{Availability, Caching, Capacity, DiskKind, Eviction};
use std::collections::BTreeMap;

/// Tags that every VM has, whatever tags the definition gives.
pub const OWN_TAGS: [&str; 4] = ["creationSource", "orchestrator", "poolName", "resourceNameSuffix"];

/// One agent pool.
#[derive(Debug, Clone, PartialEq)]
pub enum AgentPool {
    /// Not generated here.
    Linux(LinuxPool),
    /// Generated.
    Windows(Box<WindowsPool>),
}

/// What the names of others follow from.
#[derive(Debug, Clone, PartialEq)]
pub struct LinuxPool {
    /// Name of the pool.
    pub(crate) name: PoolName,
    /// Availability set or scale set.
    pub(crate) availability: Availability,
    /// Name of the scale set where the definition says it.
    pub(crate) scale_set_name: Option<String>,
}

impl AgentPool {
    /// Name of the pool.
    #[must_use]
    pub fn name(&self) -> &PoolName {
        match self {
            Self::Linux(pool) => &pool.name,
            Self::Windows(pool) => &pool.name,
        }
    }

    /// Availability set or scale set.
    #[must_use]
    pub fn availability(&self) -> Availability {
        match self {
            Self::Linux(pool) => pool.availability,
            Self::Windows(pool) => pool.availability,
        }
    }

    /// Name of the scale set where the definition says it.
    #[must_use]
    pub fn scale_set_name(&self) -> Option<&str> {
        match self {
            Self::Linux(pool) => pool.scale_set_name.as_deref(),
            Self::Windows(pool) => pool.scale_set_name.as_deref(),
        }
    }

    /// The pool, if its nodes run Windows.
    #[must_use]
    pub fn windows(&self) -> Option<&WindowsPool> {
        match self {
            Self::Linux(_) => None,
            Self::Windows(pool) => Some(pool),
        }
    }
}

/// One Windows agent pool.
#[derive(Debug, Clone, PartialEq)]
pub struct WindowsPool {
    /// Name of the pool.
    pub(crate) name: PoolName,
    /// Place among all pools of the definition, from 0: part of the computer name.
    pub(crate) index: usize,
    /// Number of nodes, 1 to 1000.
    pub(crate) count: u32,
    /// Azure VM size.
    pub(crate) vm_size: String,
    /// Availability set or scale set.
    pub(crate) availability: Availability,
    /// Availability zones, as in the definition.
    pub(crate) zones: Vec<String>,
    /// OS and data disks.
    pub(crate) disks: Disks,
    /// Addresses per network interface: one for the node and, with Azure CNI, one per pod.
    pub(crate) ip_address_count: u32,
    /// Resource id of the user's own subnet.
    pub(crate) vnet_subnet_id: Option<String>,
    /// Accelerated networking.
    pub(crate) accelerated_networking: bool,
    /// Regular or surplus capacity (scale sets only).
    pub(crate) priority: Priority,
    /// Name of the scale set where it is not the one that follows from `index`: aks-engine keeps it when pools before it are removed.
    pub(crate) scale_set_name: Option<String>,
    /// Scale set keeps to one placement group (at most 100 nodes).
    pub(crate) single_placement_group: bool,
    /// Scale set starts more VMs than asked for and removes the slowest.
    pub(crate) overprovision: bool,
    /// Disks and caches are encrypted on the host.
    pub(crate) encryption_at_host: bool,
    /// What Azure is to protect the start of its VMs with; `None` means that Azure decides.
    pub(crate) security: Option<SecurityType>,
    /// Its VM size reaches disks by NVMe only.
    pub(crate) nvme: bool,
    /// Scale set instances have public addresses.
    pub(crate) node_public_ip: bool,
    /// Resource id of a proximity placement group.
    pub(crate) proximity_placement_group: Option<String>,
    /// Fault domains, where the definition says; else Azure's choice, or that of the catalog for an availability set.
    pub(crate) fault_domains: Option<i64>,
    /// Update domains of an availability set, where the definition says.
    pub(crate) update_domains: Option<i64>,
    /// Resource ids of load balancer backend pools the nodes join; an empty list means none, `None` the cluster's own.
    pub(crate) backend_address_pools: Option<Vec<String>>,
    /// Tags of the VMs beside our own, sorted.
    pub(crate) tags: BTreeMap<String, String>,
    /// Node labels beside the ones every node has, sorted by key.
    pub(crate) labels: Vec<(String, String)>,
    /// What its kubelets are started with.
    pub(crate) kubelet: KubeletFlags,
    /// Script of the cluster's owner, run before the kubelet starts.
    pub(crate) pre_provision: Option<PreProvision>,
}

/// How the start of a VM is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecurityType {
    /// Not at all.
    Standard,
    /// Trusted Launch.
    TrustedLaunch {
        /// Only signed boot loaders and drivers.
        secure_boot: bool,
        /// A virtual TPM.
        vtpm: bool,
    },
}

/// Disks of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disks {
    /// Where the OS disk lives.
    pub(crate) kind: DiskKind,
    /// Size of the OS disk in GB; `None` means that of the image.
    pub(crate) os_size_gb: Option<u32>,
    /// Host caching of the OS disk.
    pub(crate) os_caching: Caching,
    /// Host caching of the data disks.
    pub(crate) data_caching: Caching,
    /// Sizes of the data disks in GB, at most four.
    pub(crate) data_sizes_gb: Vec<u32>,
    /// Resource id of a disk encryption set.
    pub(crate) encryption_set: Option<String>,
    /// Ultra disks may be attached.
    pub(crate) ultra_ssd: bool,
}

/// Regular or surplus capacity.
#[derive(Debug, Clone, PartialEq)]
pub enum Priority {
    /// Regular.
    Regular,
    /// Surplus, which Azure may take back.
    Surplus {
        /// Which of the two words for it.
        name: Capacity,
        /// What becomes of a node then.
        eviction_policy: Eviction,
        /// Highest price in US dollars per hour; -1 means up to the regular price.
        max_price: f64,
    },
}

/// `preProvisionExtension` with the profile it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreProvision {
    /// Name of the extension profile.
    pub(crate) name: String,
    /// Where the script is, without query.
    pub(crate) url: super::Location,
    /// Query of the URL, usually a shared access signature: secret.
    pub(crate) url_query: Option<String>,
    /// The script's parameter.
    pub(crate) parameter: Option<super::Secret>,
}
