//! What a node of a definition finds on an image, and what it downloads.

use super::manifest::Manifest;
use crate::catalog::Component;
use crate::model::{Cluster, ContainerRuntime};
use crate::plan::ClusterPlan;
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

/// What of a node is on an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Coverage {
    /// Files the node takes from the image.
    pub found: Vec<Covered>,
    /// Files it downloads.
    pub downloaded: Vec<Covered>,
    /// Container images it pulls before its kubelet starts.
    pub pulled: Vec<String>,
}

impl Coverage {
    /// Nothing is fetched.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.downloaded.is_empty() && self.pulled.is_empty()
    }
}

/// Holds the plan of a definition against the manifest of an image.
#[must_use]
pub fn coverage(cluster: &Cluster, plan: &ClusterPlan, manifest: &Manifest) -> Coverage {
    let (version, pinned) = &cluster.windows.docker_version;
    let is_found = |component: &Component| match cluster.windows.runtime {
        ContainerRuntime::Docker if manifest.serves_docker(component, version, *pinned) => true,
        _ => manifest.file_for(component).is_some(),
    };
    let covered = |component: &&Component| {
        let file = manifest.file_for(component);
        Covered {
            component: component.id.as_str(),
            file: file.map_or_else(|| component.file_name.clone(), |file| file.name().to_owned()),
            bytes: file.map_or(component.bytes, |file| file.bytes),
        }
    };
    let (found, downloaded): (Vec<_>, Vec<_>) = plan.components.iter().partition(|component| is_found(component));
    let pause = &cluster.windows.pause_image;
    let same_runtime = manifest.runtime.name == cluster.windows.runtime.as_str();
    Coverage {
        found: found.iter().map(covered).collect(),
        downloaded: downloaded.iter().map(covered).collect(),
        pulled: Some(pause).filter(|pause| !same_runtime || !manifest.has_image(pause)).cloned().into_iter().collect(),
    }
}
