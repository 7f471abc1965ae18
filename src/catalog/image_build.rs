//! What `gen-cse vhd` needs to know of a Windows build to make an image of it. The comments are the descriptions of the JSON Schema.

use super::forms::{FileUrl, Sha256, Year};
use serde::{Deserialize, Serialize};

/// How an image of a Windows build is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImageBuild {
    /// The year people call it by, which `--os` takes.
    pub os: Year,
    /// The published image it starts from.
    pub base: BaseImage,
    /// Size of the OS disk in GB: the base's, room for the cache and for container images.
    pub os_disk_gb: u32,
    /// Size of the virtual machine that builds.
    pub vm_size: String,
    /// Windows base images that are pulled; process isolation wants the host's own build.
    pub base_images: Vec<String>,
    /// Updates that are installed beyond the base image's.
    #[serde(default)]
    pub patches: Vec<Patch>,
}

/// A published image, and what a gallery has to say of an image made from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BaseImage {
    /// Publisher.
    pub publisher: String,
    /// Offer.
    pub offer: String,
    /// SKU.
    pub sku: String,
    /// Version of the image, or `latest`.
    pub version: String,
    /// Generation of the virtual machines that run it.
    pub generation: Generation,
    /// `SecurityType` of the image definition in a gallery.
    pub security_type: SecurityType,
    /// `DiskControllerTypes` of the image definition: without NVMe, sizes of version 6 and later cannot use it.
    pub disk_controllers: Vec<DiskController>,
}

/// Generation of a virtual machine, as Azure writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Generation {
    /// BIOS; the one Azure Stack Hub has.
    V1,
    /// UEFI.
    V2,
}

impl Generation {
    /// As Azure writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V1 => "V1",
            Self::V2 => "V2",
        }
    }
}

/// Security type of a gallery's image definition, as Azure writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum SecurityType {
    /// Virtual machines without secure boot and vTPM only.
    Standard,
    /// With or without.
    TrustedLaunchSupported,
}

/// How a virtual machine reaches its disks, as Azure writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[expect(clippy::upper_case_acronyms, reason = "Azure's own names")]
pub enum DiskController {
    /// SCSI.
    SCSI,
    /// NVMe.
    NVMe,
}

/// An update of Windows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Patch {
    /// Number of the article, `KB5025229`.
    pub kb: String,
    /// Where the `.msu` or `.cab` is.
    pub url: FileUrl,
    /// SHA-256 of it.
    pub sha256: Sha256,
}
