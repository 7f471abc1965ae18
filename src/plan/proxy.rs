//! How a node reaches what is outside of its network, and what it must never look for there.

use crate::catalog::{Catalog, Proxy};
use crate::model::Cluster;

/// Every node asks these itself: the metadata service, and Azure's agent and DNS behind one address.
const ALWAYS: [&str; 4] = ["localhost", "127.0.0.1", "169.254.169.254", "168.63.129.16"];

/// The proxy of the nodes, if they have one.
pub(super) fn of(catalog: &Catalog) -> Option<&Proxy> {
    Some(&catalog.nodes().proxy).filter(|proxy| proxy.is_given())
}

/// What is reached without it: what a node needs of its own machine, of Azure and of its cluster, then what the owner names. As the programs
/// read `no_proxy`.
pub(super) fn exceptions(cluster: &Cluster, proxy: &Proxy) -> String {
    let network = &cluster.network;
    let mut all: Vec<String> = ALWAYS.iter().map(ToString::to_string).collect();
    all.extend([cluster.masters.api_server_ip.to_string(), network.master_subnet.to_string(), network.vnet.cidr().to_string()]);
    all.extend(network.cluster_cidrs.iter().chain(&network.service_cidrs).map(ToString::to_string));
    all.extend([".svc".to_owned(), format!(".{}", cluster.cluster_domain)]);
    all.extend(proxy.no_proxy.iter().map(String::from));
    let mut seen = std::collections::BTreeSet::new();
    all.retain(|entry| !entry.is_empty() && seen.insert(entry.clone()));
    all.join(",")
}
