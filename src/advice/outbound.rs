//! The nodes' way out of their network.

use crate::catalog::{Catalog, CloudKind};
use crate::model::{Cluster, ContainerRuntime, Vnet, WindowsImage};
use crate::plan::{ClusterPlan, NodeSecret};
use crate::report::Report;
use crate::report::codes::windows as codes;
use crate::wire::paths;

pub(super) fn check(cluster: &Cluster, plan: &ClusterPlan, catalog: &Catalog, report: &mut Report) {
    own_network(cluster, plan, catalog, report);
    if catalog.nodes().proxy.is_given() && cluster.has_windows() {
        windows_update(cluster, catalog, report);
        docker(cluster, plan, report);
    }
}

/// A network that aks-engine makes has a load balancer or is of the old kind; of an own one nobody knows.
fn own_network(cluster: &Cluster, plan: &ClusterPlan, catalog: &Catalog, report: &mut Report) {
    let Vnet::Custom { .. } = cluster.network.vnet else { return };
    let is_elsewhere = |url: &str| !catalog.is_mirrored(url);
    let fetches = plan.components().iter().any(|component| is_elsewhere(component.url()));
    let is_told = catalog.nodes().proxy.is_given() || cluster.network.outbound_blocked;
    if cluster.cloud.kind != CloudKind::Public || !fetches || is_told {
        return;
    }
    for pool in cluster.windows_pools().filter(|pool| !cluster.joins_outbound_pool(pool)) {
        let message = format!("nothing here gives the nodes of `{}` a way to the internet: their subnet must have one", pool.name);
        report
            .warning(codes::OUTBOUND_UNKNOWN, paths::pool(pool.index).key("vnetSubnetID"), message)
            .help("a NAT gateway or a route of the subnet, a standard load balancer, or `--https-proxy`");
    }
}

fn windows_update(cluster: &Cluster, catalog: &Catalog, report: &mut Report) {
    let is_prepared = match &cluster.windows.image {
        WindowsImage::Marketplace { publisher, .. } => catalog.publisher(publisher).is_some_and(|publisher| publisher.prepared),
        WindowsImage::Vhd(_) | WindowsImage::Reference(_) => true,
    };
    if cluster.windows.ssh_keys.is_some() && !is_prepared {
        let message = "a stock image gets OpenSSH from Windows Update, which does not use the nodes' proxy";
        report
            .warning(codes::PROXY_UPDATE, paths::windows().key("sshEnabled"), message)
            .help("set `\"sshEnabled\": false`, or see that Windows Update is reached without the proxy");
    }
}

fn docker(cluster: &Cluster, plan: &ClusterPlan, report: &mut Report) {
    let has_credentials =
        plan.pools.iter().flat_map(|pool| &pool.secrets).any(|secret| matches!(secret, NodeSecret::ProxyCredentials { .. }));
    if has_credentials && cluster.windows.runtime == ContainerRuntime::Docker {
        let message = "docker is not told user and password of the proxy, since every user of the node could read them there";
        report.warning(codes::PROXY_DOCKER, paths::orchestrator().key("kubernetesConfig").key("containerRuntime"), message);
    }
}
