//! Definitions that a peer's `generate` wrote: the usual input, since only they have the certificates.

use super::Facts;
use crate::report::codes::cluster::NO_EFFECT;
use crate::report::{Path, Report, Segment, numbered};
use crate::wire::paths;

/// What a peer's `generate` fills in and Windows nodes do not use (aks-engine pkg/api/defaults.go, defaults-kubelet.go).
const FILLED_IN: [&str; 9] = [
    "acceleratedNetworkingEnabled",
    "distro",
    "firstConsecutiveStaticIP",
    "imageVersion",
    "provisioningScriptsPackageURL",
    "windowsDockerVersion",
    "WindowsOffer",
    "WindowsPublisher",
    "WindowsSku",
];

/// One line for all that the peer filled in itself: nobody can mend these one by one, and what its user wrote would drown in them.
pub(super) fn gather(facts: &Facts, report: &mut Report) {
    if !is_by_a_peer(facts) {
        return;
    }
    let count = report.take_warnings(NO_EFFECT, is_filled_in);
    if count > 0 {
        let message = format!("{} that aks-engine fills in itself have no effect on Windows nodes", numbered(count, "value"));
        report.warning(NO_EFFECT, paths::properties(), message);
    }
}

/// It makes every certificate of the control plane, and writes the flags of the API server beside them.
fn is_by_a_peer(facts: &Facts) -> bool {
    let certificates = facts.properties.certificate_profile();
    let has_all = [certificates.kube_config_certificate(), certificates.etcd_server_certificate()].iter().all(|one| one.given().is_some());
    has_all && facts.kubernetes.api_server_config().value.is_some_and(|flags| !flags.is_empty())
}

fn is_filled_in(path: &Path) -> bool {
    let key = |path: &Path, wanted: &[&str]| matches!(path.last(), Some(Segment::Key(key)) if wanted.contains(&&**key));
    key(path, &FILLED_IN) || path.parent().is_some_and(|parent| key(parent, &["kubeletConfig"]))
}
