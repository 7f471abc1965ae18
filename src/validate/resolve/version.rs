use crate::catalog::KubernetesVersion;
use crate::model::Cloud;
use crate::report::codes::cluster;
use crate::report::{Path, Report, either, show};
use crate::validate::Parts;
use crate::wire::At;

/// The Kubernetes version: as given, the newest of the release that is given, or the catalog's default (aks-engine
/// pkg/api/common/versions.go:684-726).
pub(super) fn version(parts: &Parts, cloud: &Cloud, report: &mut Report) -> Option<KubernetesVersion> {
    let versions: Vec<_> = parts.catalog.versions(cloud.kind).collect();
    let (version_at, release_at) = (parts.orchestrator.orchestrator_version(), parts.orchestrator.orchestrator_release());
    let (version, wanted) = (number(&version_at), number(&release_at));
    let of_release = |wanted: &str| versions.iter().rfind(|version| release(version) == wanted);
    if let Some(wanted) = wanted.filter(|wanted| of_release(wanted).is_none()) {
        let mut releases: Vec<_> = versions.iter().map(|version| release(version)).collect();
        releases.dedup();
        unknown(parts, cloud, report, &release_at, wanted, &releases);
    }
    match (version, wanted) {
        (Some(version), _) => {
            let Some(known) = versions.iter().find(|known| known.to_string() == version) else {
                let names: Vec<_> = versions.iter().map(ToString::to_string).collect();
                unknown(parts, cloud, report, &version_at, version, &names);
                return None;
            };
            belongs(report, &version_at, known, wanted).then(|| (*known).clone())
        }
        (None, Some(wanted)) => of_release(wanted).map(|version| (*version).clone()),
        (None, None) => Some(parts.catalog.default_version(cloud.kind).clone()),
    }
}

/// The key that decides the version: of two the more exact one.
pub(crate) fn path(parts: &Parts) -> Path {
    let (version, release) = (parts.orchestrator.orchestrator_version(), parts.orchestrator.orchestrator_release());
    if version.given().is_none() && release.given().is_some() { release.path } else { version.path }
}

/// The peers ignore one `v` before the number.
fn number<'a>(at: &At<'a, String>) -> Option<&'a str> {
    at.given().map(|text| text.strip_prefix('v').unwrap_or(text))
}

/// `1.23` of `1.23.17`.
pub(crate) fn release(version: &KubernetesVersion) -> String {
    format!("{}.{}", version.major, version.minor)
}

fn belongs(report: &mut Report, at: &At<String>, version: &KubernetesVersion, wanted: Option<&str>) -> bool {
    let Some(wanted) = wanted.filter(|wanted| release(version) != **wanted) else { return true };
    let message = format!("`{version}` is not a version of release {}", show(&at.path, wanted));
    report.error(cluster::KUBERNETES_RELEASE_MISMATCH, at.path.clone(), message).help("leave `orchestratorRelease` out");
    false
}

fn unknown(parts: &Parts, cloud: &Cloud, report: &mut Report, at: &At<String>, found: &str, known: &[String]) {
    let (path, name) = (at.path.clone(), parts.catalog.name());
    if let Some(other) = parts.catalog.other_catalog_with(found) {
        let message = format!("{} is in the catalog `{other}`, and this is `{name}`", show(&path, found));
        report.error(cluster::KUBERNETES_VERSION_CATALOG, path, message).help(format!("add `--catalog {other}`"));
        return;
    }
    let place = if cloud.is_azure_stack() { " for Azure Stack" } else { "" };
    let message = format!("{} is not in the catalog `{name}`{place}, expected {}", show(&path, found), either(known));
    // of the same release, or a release of which a version was written
    let same = |known: &&String| known.split('.').take(2).eq(found.split('.').take(2));
    let near = known.iter().rfind(same).map(|near| format!("did you mean `{near}`?"));
    report.error(cluster::KUBERNETES_VERSION, path, message).help_if(near);
}
