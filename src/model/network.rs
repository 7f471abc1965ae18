use crate::words::{LoadBalancerSku, NetworkPlugin};
use ipnet::IpNet;
use std::net::IpAddr;

/// Pod and service network of the cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    /// Which CNI plugin gives pods their addresses.
    pub(crate) plugin: NetworkPlugin,
    /// `clusterSubnet`: ranges of pod (azure: of VNET) addresses, IPv4 first.
    pub(crate) cluster_cidrs: Vec<IpNet>,
    /// `serviceCidr`, IPv4 first.
    pub(crate) service_cidrs: Vec<IpNet>,
    /// Address of the cluster's DNS service.
    pub(crate) dns_service_ip: IpAddr,
    /// Pods have IPv4 and IPv6 addresses.
    pub(crate) dual_stack: bool,
    /// kube-proxy lets answers go directly to the client (direct server return).
    pub(crate) win_dsr: bool,
    /// A network security rule keeps nodes from the internet (`blockOutboundInternet`).
    pub(crate) outbound_blocked: bool,
    /// Kind of load balancer in front of services.
    pub(crate) load_balancer_sku: LoadBalancerSku,
    /// Masters are not in the backend pool of the standard load balancer.
    pub(crate) exclude_master_from_standard_lb: bool,
    /// The virtual network of the nodes.
    pub(crate) vnet: Vnet,
    /// `masterProfile.subnet` as the node is told it: range that is not translated on the way out.
    pub(crate) master_subnet: IpNet,
}

impl Network {
    /// Whether aks-engine makes a load balancer whose outbound rule is the nodes' way out.
    #[must_use]
    pub fn has_outbound_pool(&self) -> bool {
        self.load_balancer_sku == LoadBalancerSku::Standard || self.dual_stack
    }
}

/// Where the nodes' network interfaces are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Vnet {
    /// The network aks-engine made beside the control plane.
    Managed {
        /// `vnetCidr` as the node is told it.
        cidr: IpNet,
        /// Subnet the cloud provider uses.
        cloud_provider_subnet: &'static str,
        /// Subnet of the agents.
        agent_subnet: &'static str,
    },
    /// The user's own network.
    Custom {
        /// `vnetCidr` as the node is told it.
        cidr: IpNet,
        /// Name of the virtual network (segment 8 of the masters' subnet id).
        name: String,
        /// Name of the masters' subnet (segment 10).
        subnet: String,
    },
}

impl Vnet {
    /// `vnetCidr` as the node is told it.
    #[must_use]
    pub fn cidr(&self) -> IpNet {
        match self {
            Self::Managed { cidr, .. } | Self::Custom { cidr, .. } => *cidr,
        }
    }
}
