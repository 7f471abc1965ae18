//! Whether an image that was built is what the catalog wants today.

use super::image::Image;
use super::manifest::Manifest;
use std::fmt;

/// One difference between an image and what its catalog wants.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Deviation {
    /// A file is not in the image, or has another content there than any that is known.
    MissingFile(String),
    /// A file that no node needs, or takes, any more.
    NeedlessFile(String),
    /// A container image is not pulled.
    MissingImage(String),
    /// A container image that nobody asks for any more.
    NeedlessImage(String),
    /// A patch is not installed.
    MissingPatch(String),
    /// The image is of another Windows build.
    OtherBuild(String),
}

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingFile(path) => write!(f, "missing, or of unknown content: {path}"),
            Self::NeedlessFile(path) => write!(f, "not needed any more: {path}"),
            Self::MissingImage(name) => write!(f, "not pulled: {name}"),
            Self::NeedlessImage(name) => write!(f, "pulled, and not needed any more: {name}"),
            Self::MissingPatch(kb) => write!(f, "not installed: {kb}"),
            Self::OtherBuild(build) => write!(f, "made of another Windows build: {build}"),
        }
    }
}

/// What an image lacks or has too much, in the order of the manifest's fields.
#[must_use]
pub fn deviations(manifest: &Manifest, wanted: &Image) -> Vec<Deviation> {
    let mut found = Vec::new();
    if !wanted.os_builds.contains(&manifest.os.build) {
        found.push(Deviation::OtherBuild(manifest.os.build.clone()));
    }
    let installed = |kb: &str| manifest.updates.iter().any(|update| update.name == kb);
    let patches = wanted.build.patches.iter().filter(|patch| !installed(&patch.kb));
    found.extend(patches.map(|patch| Deviation::MissingPatch(patch.kb.clone())));
    let kept: Vec<_> = wanted.components.iter().map(|file| manifest.file_for(&file.component)).collect();
    let missing = wanted.components.iter().zip(&kept).filter(|(_, kept)| kept.is_none());
    found.extend(missing.map(|(file, _)| Deviation::MissingFile(format!(r"{}\{}", file.folder, file.component.file_name))));
    let needless = manifest.files.iter().filter(|file| !kept.iter().flatten().any(|kept| kept == file));
    found.extend(needless.map(|file| Deviation::NeedlessFile(file.path.clone())));
    found.extend(wanted.container_images.iter().filter(|name| !manifest.has_image(name)).map(|name| Deviation::MissingImage(name.clone())));
    let needless = manifest.images.iter().filter(|image| !wanted.container_images.contains(&image.name));
    found.extend(needless.map(|image| Deviation::NeedlessImage(image.name.clone())));
    found
}
