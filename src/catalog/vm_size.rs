//! What is known of VM sizes by family and version: how they reach their disks and which images they run. The comments are the
//! descriptions of the JSON Schema.

use super::image_build::{DiskController, Generation};
use serde::Deserialize;

/// Sizes that have something in common. Where several fit a size, the one of the newest version counts, and of those the one that names
/// families and features.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VmSizes {
    /// Families, the letters before the number: `D` of `Standard_D4ds_v5`; all where it is left out.
    #[serde(default)]
    pub families: Vec<String>,
    /// Features, the letters behind the number, that a size must have: `b` of `Standard_E4bds_v5`.
    #[serde(default)]
    pub features: String,
    /// First version: 5 of `Standard_D4ds_v5`; a size without has 1.
    pub since: u32,
    /// Controllers of the OS and data disks that it can have; Azure takes SCSI where nothing is said.
    pub controllers: Vec<DiskController>,
    /// Generations of images that it runs.
    pub generations: Vec<Generation>,
    /// Machines can run a hypervisor of their own, which Hyper-V isolation of pods needs; they can where nothing is said.
    #[serde(default = "yes")]
    pub nested_virtualization: bool,
    /// Who says so.
    pub source: String,
}

fn yes() -> bool {
    true
}

impl VmSizes {
    /// Its disks are reached by NVMe only, and Azure has to be told.
    #[must_use]
    pub fn needs_nvme(&self) -> bool {
        self.controllers == [DiskController::NVMe]
    }

    /// Images of generation 1 do not start.
    #[must_use]
    pub fn needs_generation_2(&self) -> bool {
        self.generations == [Generation::V2]
    }

    fn fits(&self, size: &Parts) -> bool {
        let family = self.families.is_empty() || self.families.iter().any(|family| family.eq_ignore_ascii_case(size.family));
        family && size.version >= self.since && self.features.chars().all(|feature| size.features.contains(feature))
    }
}

/// `Standard_E96-24bds_v5`: family `E`, features `bds`, version 5.
struct Parts<'a> {
    family: &'a str,
    features: String,
    version: u32,
}

fn parts(size: &str) -> Option<Parts<'_>> {
    let mut words = size.split('_').skip(1);
    let first = words.next()?;
    let family = &first[..first.find(|c: char| c.is_ascii_digit())?];
    let features = first.rsplit(|c: char| c.is_ascii_digit()).next().unwrap_or_default().to_ascii_lowercase();
    let version = words.filter_map(|word| word.strip_prefix(['v', 'V'])?.parse().ok()).last().unwrap_or(1);
    Some(Parts { family, features, version })
}

/// The entry that counts for a size.
pub(super) fn find<'a>(all: impl Iterator<Item = &'a VmSizes>, size: &str) -> Option<&'a VmSizes> {
    let size = parts(size)?;
    all.filter(|entry| entry.fits(&size)).max_by_key(|entry| (entry.since, !entry.families.is_empty(), entry.features.len()))
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn a_size_is_read_as_azure_names_it() {
        let read = |size| parts(size).map(|parts| (parts.family.to_owned(), parts.features, parts.version));
        let of = |family: &str, features: &str, version| Some((family.to_owned(), features.to_owned(), version));
        assert_eq!(read("Standard_D4ds_v5"), of("D", "ds", 5));
        assert_eq!(read("standard_e96-24bds_v5"), of("e", "bds", 5));
        assert_eq!(read("Standard_NC24ads_A100_v4"), of("NC", "ads", 4));
        assert_eq!(read("Standard_D2"), of("D", "", 1));
        assert_eq!([read(""), read("Standard_D"), read("D4s")], [None, None, None]);
    }
}
