//! What a node of a definition finds on an image, and what it downloads.

use super::manifest::Manifest;
use crate::catalog::{Catalog, Component};
use crate::model::Cluster;
use crate::plan::{self, ClusterPlan, PoolPlan};
use serde::Serialize;

/// A component of a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Covered {
    /// Its id, as in `plan.json`.
    pub component: &'static str,
    /// Name of its file.
    pub file: String,
    /// Size in bytes; 0 when it is not known.
    pub bytes: u64,
}

/// What of a pool's nodes is on an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Coverage {
    /// Name of the pool.
    pub pool: String,
    /// Files a node takes from the image.
    pub found: Vec<Covered>,
    /// Files it downloads.
    pub downloaded: Vec<Covered>,
    /// Container images it pulls before its kubelet starts.
    pub pulled: Vec<String>,
}

/// Holds the plan of a definition against the manifest of an image, pool by pool.
#[must_use]
pub fn coverage(cluster: &Cluster, catalog: &Catalog, plan: &ClusterPlan, manifest: &Manifest) -> Vec<Coverage> {
    let pause = pause_image(cluster, &manifest.os.build);
    let has_pause = manifest.runtime.name == cluster.windows.runtime.as_str() && manifest.has_image(pause);
    let is_pulled = cluster.windows.always_pull_pause_image || !has_pause;
    let pulled: Vec<_> = Some(pause).filter(|_| is_pulled).cloned().into_iter().collect();
    let of_pool = |pool: &PoolPlan| {
        let components = plan::on_build(cluster, catalog, &pool.components, &manifest.os.build);
        let (found, downloaded): (Vec<_>, Vec<_>) = components.iter().partition(|component| is_found(cluster, component, manifest));
        Coverage {
            pool: pool.name.clone(),
            found: found.into_iter().map(|component| covered(component, manifest)).collect(),
            downloaded: downloaded.into_iter().map(|component| covered(component, manifest)).collect(),
            pulled: pulled.clone(),
        }
    };
    plan.pools.iter().map(of_pool).collect()
}

/// By the rule of the node (`Get-ImageOfBuild` in `parts/windows/lib/image.ps1`): the image of this Windows build, which the manifest
/// tells where the definition does not.
#[must_use]
pub fn pause_image<'a>(cluster: &'a Cluster, build: &str) -> &'a String {
    let of_build = cluster.windows.pause_images.iter().find(|(known, _)| known == build);
    of_build.map_or(&cluster.windows.pause_image, |(_, image)| image)
}

fn is_found(cluster: &Cluster, component: &Component, manifest: &Manifest) -> bool {
    let (version, pinned) = &cluster.windows.docker_version;
    manifest.file_for(component).is_some() || manifest.serves_docker(component, version, *pinned)
}

fn covered(component: &Component, manifest: &Manifest) -> Covered {
    let file = manifest.file_for(component);
    Covered {
        component: component.id.as_str(),
        file: file.map_or_else(|| component.file_name.clone(), |file| file.name().to_owned()),
        bytes: file.map_or(component.bytes, |file| file.bytes),
    }
}
