use crate::catalog::{Catalog, CloudKind, KubernetesVersion};
use crate::wire;

/// The Kubernetes version of the definition: as given, the newest of the release, or the catalog's default.
///
/// `None` where the catalog does not have it (aks-engine pkg/api/common/versions.go:684-726).
pub(crate) fn resolve_version(properties: &wire::Properties, catalog: &Catalog, cloud: CloudKind) -> Option<KubernetesVersion> {
    let profile = properties.orchestrator_profile.as_ref();
    let given = |field: Option<&String>| field.map(|text| text.trim_start_matches('v').to_owned()).filter(|text| !text.is_empty());
    let version = given(profile.and_then(|profile| profile.orchestrator_version.as_ref()));
    let release = given(profile.and_then(|profile| profile.orchestrator_release.as_ref()));
    let resolved = match (&version, &release) {
        (Some(version), _) => {
            let wanted: KubernetesVersion = version.parse().ok()?;
            catalog.versions(cloud).find(|known| **known == wanted)?.clone()
        }
        (None, Some(release)) => {
            let (major, minor) = release.split_once('.')?;
            catalog.release_default(cloud, (major.parse().ok()?, minor.parse().ok()?))?.clone()
        }
        (None, None) => catalog.default_version(cloud).clone(),
    };
    let fits = release.is_none_or(|release| release == format!("{}.{}", resolved.major, resolved.minor));
    fits.then_some(resolved)
}
