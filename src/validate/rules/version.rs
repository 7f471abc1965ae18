//! Kubernetes version and release, against the catalog.

use super::Facts;
use super::support::given;
use crate::catalog::KubernetesVersion;
use crate::report::codes::cluster;
use crate::report::{Path, Report, either, show};
use crate::wire::paths;

pub(super) fn check(facts: &Facts, report: &mut Report) {
    let profile = facts.properties.orchestrator_profile.as_ref();
    // the peers ignore one `v` before the number
    let number = |text: &str| text.strip_prefix('v').unwrap_or(text).to_owned();
    let version = profile.and_then(|profile| given(profile.orchestrator_version.as_ref())).map(number);
    let wanted = profile.and_then(|profile| given(profile.orchestrator_release.as_ref())).map(number);
    let versions: Vec<_> = facts.catalog.versions(facts.cloud.kind).collect();
    let mut releases: Vec<_> = versions.iter().map(|version| release(version)).collect();
    releases.dedup();
    if let Some(wanted) = wanted.as_deref().filter(|wanted| !releases.iter().any(|known| known == wanted)) {
        unknown(facts, report, "orchestratorRelease", wanted, &releases);
    }
    if let Some(version) = &version {
        let names: Vec<_> = versions.iter().map(ToString::to_string).collect();
        match versions.iter().find(|known| known.to_string() == *version) {
            Some(known) => belongs(report, known, wanted.as_deref()),
            None => unknown(facts, report, "orchestratorVersion", version, &names),
        }
    }
    end_of_life(facts, report, if version.is_some() { "orchestratorVersion" } else { "orchestratorRelease" });
}

/// `1.23` of `1.23.17`.
pub(super) fn release(version: &KubernetesVersion) -> String {
    format!("{}.{}", version.major, version.minor)
}

fn belongs(report: &mut Report, version: &KubernetesVersion, wanted: Option<&str>) {
    let Some(wanted) = wanted.filter(|wanted| release(version) != **wanted) else { return };
    let path = paths::orchestrator().key("orchestratorVersion");
    let message = format!("`{version}` is not a version of release {}", show(&path, wanted));
    report.error(cluster::KUBERNETES_RELEASE_MISMATCH, path, message).help("leave `orchestratorRelease` out");
}

fn unknown(facts: &Facts, report: &mut Report, key: &'static str, found: &str, known: &[String]) {
    let path: Path = paths::orchestrator().key(key);
    let name = facts.catalog.name();
    if let Some(other) = facts.catalog.other_catalog_with(found) {
        let message = format!("{} is in the catalog `{other}`, and this is `{name}`", show(&path, found));
        report.error(cluster::KUBERNETES_VERSION_CATALOG, path, message).help(format!("add `--catalog {other}`"));
        return;
    }
    let place = if facts.azure_stack { " for Azure Stack" } else { "" };
    let message = format!("{} is not in the catalog `{name}`{place}, expected {}", show(&path, found), either(known));
    // of the same release, or a release of which a version was written
    let same = |known: &&String| known.split('.').take(2).eq(found.split('.').take(2));
    let near = known.iter().rfind(same);
    let draft = report.error(cluster::KUBERNETES_VERSION, path, message);
    if let Some(near) = near {
        draft.help(format!("did you mean `{near}`?"));
    }
}

fn end_of_life(facts: &Facts, report: &mut Report, key: &'static str) {
    let Some(version) = facts.version.as_ref().filter(|_| facts.definition.properties.is_some()) else { return };
    let over = |version: &KubernetesVersion| facts.catalog.end_of_life(version).filter(|end| *end < facts.catalog.as_of());
    let Some(end) = over(version) else { return };
    let message = format!("Kubernetes {} has had no fixes since {end}", release(version));
    let living = facts.catalog.versions(facts.cloud.kind).rfind(|other| over(other).is_none());
    let draft = report.warning(cluster::KUBERNETES_END_OF_LIFE, paths::orchestrator().key(key), message);
    if let Some(living) = living {
        draft.help(format!("`{living}` still has them"));
    }
}
