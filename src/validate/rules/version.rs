//! Kubernetes version and release, against the catalog.

use super::support::{either, given};
use super::{Facts, orchestrator_path};
use crate::catalog::{Catalog, CloudKind, KubernetesVersion};
use crate::report::codes::cluster;
use crate::report::{Path, Report, nearest, show};

pub(super) fn check(facts: &Facts, report: &mut Report) {
    let profile = facts.properties.orchestrator_profile.as_ref();
    // the peers ignore one `v` before the number
    let number = |field: Option<&'_ String>| given(field).map(|text| text.strip_prefix('v').unwrap_or(text).to_owned());
    let version = number(profile.and_then(|profile| profile.orchestrator_version.as_ref()));
    let release = number(profile.and_then(|profile| profile.orchestrator_release.as_ref()));
    if let Some(release) = &release {
        check_release(facts, report, release);
    }
    if let Some(version) = &version {
        check_version(facts, report, version, release.as_deref());
    }
    end_of_life(facts, report, if version.is_some() { "orchestratorVersion" } else { "orchestratorRelease" });
}

fn check_release(facts: &Facts, report: &mut Report, release: &str) {
    let releases = |catalog: &Catalog, cloud| {
        let mut names: Vec<String> = catalog.versions(cloud).map(KubernetesVersion::release).collect();
        names.dedup();
        names
    };
    let ours = releases(facts.catalog, facts.cloud.kind);
    if ours.iter().any(|known| known == release) {
        return;
    }
    let path = orchestrator_path().key("orchestratorRelease");
    if let Some(other) = other_catalog(facts, |catalog, cloud| releases(catalog, cloud).iter().any(|known| known == release)) {
        return in_other_catalog(facts, report, path, release, other);
    }
    unknown(facts, report, path, release, &ours);
}

fn check_version(facts: &Facts, report: &mut Report, version: &str, release: Option<&str>) {
    let path = orchestrator_path().key("orchestratorVersion");
    let ours: Vec<String> = facts.catalog.versions(facts.cloud.kind).map(ToString::to_string).collect();
    if ours.iter().any(|known| known == version) {
        let belongs = |release: &&str| version.strip_prefix(*release).is_some_and(|rest| rest.starts_with('.'));
        if let Some(release) = release.filter(|release| !belongs(release)) {
            let message = format!("`{version}` is not a version of release {}", show(&path, release));
            report.error(cluster::KUBERNETES_RELEASE_MISMATCH, path, message).help("leave `orchestratorRelease` out");
        }
        return;
    }
    if let Some(other) = other_catalog(facts, |catalog, cloud| catalog.versions(cloud).any(|known| known.to_string() == version)) {
        return in_other_catalog(facts, report, path, version, other);
    }
    unknown(facts, report, path, version, &ours);
}

/// The name of another built-in catalog that has what is asked for.
fn other_catalog(facts: &Facts, has: impl Fn(&Catalog, CloudKind) -> bool) -> Option<&'static str> {
    let others = Catalog::BUILT_IN.iter().copied().filter(|name| *name != facts.catalog.name());
    others.into_iter().find(|name| Catalog::built_in(name).is_some_and(|catalog| has(&catalog, facts.cloud.kind)))
}

fn in_other_catalog(facts: &Facts, report: &mut Report, path: Path, found: &str, other: &str) {
    let message = format!("{} is in the catalog `{other}`, and this is `{}`", show(&path, found), facts.catalog.name());
    report.error(cluster::KUBERNETES_VERSION_CATALOG, path, message).help(format!("add `--catalog {other}`"));
}

fn unknown(facts: &Facts, report: &mut Report, path: Path, found: &str, known: &[String]) {
    let place = if facts.azure_stack { " for Azure Stack" } else { "" };
    let name = facts.catalog.name();
    let message = format!("{} is not in the catalog `{name}`{place}, expected {}", show(&path, found), either(known));
    let names: Vec<&str> = known.iter().map(String::as_str).collect();
    let near = nearest(found, &names);
    let draft = report.error(cluster::KUBERNETES_VERSION, path, message);
    if let Some(near) = near {
        draft.help(format!("did you mean `{near}`?"));
    }
}

fn end_of_life(facts: &Facts, report: &mut Report, key: &'static str) {
    let Some(version) = &facts.version else { return };
    let Some(end) = facts.catalog.kubernetes_end_of_life(version).filter(|end| *end < facts.catalog.as_of()) else { return };
    let message = format!("Kubernetes {} has had no fixes since {end}", version.release());
    let newest = facts.catalog.versions(facts.cloud.kind).filter(|other| !is_over(facts, other)).last();
    let draft = report.warning(cluster::KUBERNETES_END_OF_LIFE, orchestrator_path().key(key), message);
    if let Some(newest) = newest {
        draft.help(format!("the newest version of this catalog is `{newest}`"));
    }
}

fn is_over(facts: &Facts, version: &KubernetesVersion) -> bool {
    facts.catalog.kubernetes_end_of_life(version).is_some_and(|end| end < facts.catalog.as_of())
}
