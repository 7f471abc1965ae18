//! The domain of the cluster's services.

use crate::model::Cluster;
use crate::report::codes::network::CLUSTER_DOMAIN;
use crate::report::{Report, show};
use crate::wire::paths;

pub(super) fn check(cluster: &Cluster, report: &mut Report) {
    for pool in cluster.windows_pools() {
        let Some(own) = pool.kubelet.cluster_domain().filter(|own| *own != cluster.cluster_domain) else { continue };
        let path = paths::pool(pool.index).key("kubernetesConfig").key("kubeletConfig").key("--cluster-domain");
        let (own, domain) = (show(&path, own), show(&path, &cluster.cluster_domain));
        let message = format!("{own} is not the domain of the cluster, {domain}, which its DNS answers for and the pods search");
        report.warning(CLUSTER_DOMAIN, path, message).help("set it in the kubeletConfig of the cluster, or leave it out");
    }
}
