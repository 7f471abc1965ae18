//! Kubernetes releases that get no fixes any more.

use super::Facts;
use crate::catalog::KubernetesVersion;
use crate::report::Report;
use crate::report::codes::cluster;
use crate::validate::resolve::{path_of_version, release};

pub(super) fn check(facts: &Facts, report: &mut Report) {
    let Some(version) = facts.decided.version.as_ref().filter(|_| facts.parts.properties.is_there()) else { return };
    let catalog = facts.parts.catalog;
    let over = |version: &KubernetesVersion| catalog.end_of_life(version).filter(|end| *end < catalog.as_of());
    let Some(end) = over(version) else { return };
    let message = format!("Kubernetes {} has had no fixes since {end}", release(version));
    let living = catalog.versions(facts.decided.cloud.kind).rfind(|other| over(other).is_none());
    report
        .warning(cluster::KUBERNETES_END_OF_LIFE, path_of_version(facts.parts), message)
        .help_if(living.map(|living| format!("`{living}` still has them")));
}
