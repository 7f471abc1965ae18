//! What an image that was built says of itself. The comments are the descriptions of the JSON Schema.

use super::image::Wanted;
use crate::catalog::{Component, ComponentId};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::{Deserialize, Serialize};

/// The version of the form that is written and read.
const VERSION: u32 = 1;

/// What is in an image: `c:\akse-cache\manifest.json`, and with the services `c:\akse-cache\release-notes.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// Version of this form, 1.
    pub schema: u32,
    /// Id of the image, as in `c:\vhd-id.txt`.
    pub id: String,
    /// Name of the image, `windows-2019-containerd`.
    pub name: String,
    /// What wrote the build, `gen-cse 0.1.0`.
    pub generator: String,
    /// Name of the catalog that the image is made from.
    pub catalog: String,
    /// What `gen-cse vhd` was asked for.
    pub wanted: Wanted,
    /// When the notes were gathered, in UTC.
    pub built: String,
    /// Id of the build in its pipeline; empty outside of one.
    pub build_id: String,
    /// Commit of the folder that built it; empty when nobody said.
    pub commit: String,
    /// Windows.
    pub os: Os,
    /// The container runtime.
    pub runtime: Runtime,
    /// Kubernetes versions whose nodes find everything.
    pub kubernetes_versions: Vec<String>,
    /// Features of Windows that are installed.
    pub features: Vec<String>,
    /// Capabilities of Windows that are installed.
    pub capabilities: Vec<String>,
    /// Updates that Windows lists.
    pub hotfixes: Vec<String>,
    /// Private fixes and patches that the build installed.
    pub updates: Vec<Update>,
    /// Files of the cache.
    pub files: Vec<CachedFile>,
    /// Container images that are pulled.
    pub images: Vec<ContainerImage>,
    /// Registry values that the build set.
    pub settings: Vec<RegistryValue>,
    /// Services of Windows; the manifest has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<Service>,
}

/// Windows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Os {
    /// Name, `Windows Server 2019`.
    pub name: String,
    /// Number of the build, `17763`.
    pub build: String,
    /// Number behind the build's: the state of its updates.
    pub revision: u32,
    /// `Server Core`, `Server`.
    pub installation_type: String,
}

/// The container runtime.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Runtime {
    /// `containerd` or `docker`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// A private fix or a patch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Update {
    /// Name of the file, or number of the article.
    pub name: String,
    /// SHA-256 of the file.
    pub sha256: String,
    /// What its installer ended with.
    pub exit_code: i64,
}

/// A file of the cache.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CachedFile {
    /// Where it is, `c:\akse-cache\win-k8s\v1.23.17-1int.zip`.
    pub path: String,
    /// Where it came from.
    pub url: String,
    /// SHA-256 in lower-case digits.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: u64,
}

/// A container image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ContainerImage {
    /// Name with tag.
    pub name: String,
    /// Digest, `sha256:` and 64 digits.
    pub digest: String,
}

/// A registry value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RegistryValue {
    /// The key.
    pub path: String,
    /// Name of the value.
    pub name: String,
    /// Its type, `DWord`.
    pub kind: String,
    /// The value as text.
    pub value: String,
}

/// A service of Windows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Service {
    /// Its name.
    pub name: String,
    /// `Automatic`, `Manual`, `Disabled`.
    pub start_type: String,
}

/// Why a text is no manifest.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// It is not JSON of this form.
    #[error("not the manifest of an image: {0}")]
    Form(#[from] serde_json::Error),
    /// It is of a later gen-cse.
    #[error("a manifest of version {0}; this gen-cse reads version {VERSION}")]
    Version(u32),
}

impl Manifest {
    /// Reads a manifest or release notes; a byte order mark may stand before them.
    ///
    /// # Errors
    /// When it is not JSON of this form and version.
    pub fn from_json(text: &str) -> Result<Self, ManifestError> {
        #[derive(Deserialize)]
        struct Head {
            schema: u32,
        }
        let text = text.trim_start_matches('\u{feff}');
        let head: Head = serde_json::from_str(text)?;
        if head.schema != VERSION {
            return Err(ManifestError::Version(head.schema));
        }
        Ok(serde_json::from_str(text)?)
    }

    /// The file in the cache that a node takes for a component, by the rule of the node (`parts/windows/lib/cache.ps1`): it has the
    /// name of one of its URLs, and its hash is a known one; where none is known, the manifest's own for these URLs stands in.
    #[must_use]
    pub fn file_for(&self, component: &Component) -> Option<&CachedFile> {
        let accepted = |file: &CachedFile| match component.sha256.as_slice() {
            [] => component.urls.contains(&file.url),
            known => known.contains(&file.sha256),
        };
        self.files.iter().find(|file| component.file_names().any(|name| name == file.name()) && accepted(file))
    }

    /// The engine of the image serves a node that would install docker in this version, or in any when `pinned` is not set.
    #[must_use]
    pub fn serves_docker(&self, component: &Component, version: &str, pinned: bool) -> bool {
        component.id == ComponentId::Docker && self.runtime.name == "docker" && (!pinned || self.runtime.version == version)
    }

    /// A container image is pulled.
    #[must_use]
    pub fn has_image(&self, name: &str) -> bool {
        self.images.iter().any(|image| image.name == name)
    }
}

impl CachedFile {
    /// Last part of its path.
    #[must_use]
    pub fn name(&self) -> &str {
        self.path.rsplit(['\\', '/']).next().unwrap_or_default()
    }
}

/// JSON Schema (2020-12) of the manifest.
#[must_use]
pub fn schema() -> serde_json::Value {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Manifest>();
    schema.insert("title".to_owned(), "Manifest of a gen-cse image".into());
    schema.to_value()
}
