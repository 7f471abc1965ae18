//! The image side: a folder that builds a Windows image from the same catalog that the nodes' bootstrap goes by, and what can be
//! told of an image that was built. `docs/images.md` is the guide.
//!
//! The model of an image ([`Image`]) lists what it is to hold. The scripts that build and test it are made of the functions that
//! run on a node (`parts/windows`), of those in `parts/vhd`, and of the model; everything else in the folder is rendered from
//! `parts/vhd/*.tera`.

mod check;
mod coverage;
mod filters;
mod folder;
mod image;
mod manifest;
mod notes;
mod steps;
#[cfg(test)]
mod tests;

pub use check::deviations;
pub use coverage::{Coverage, Covered, coverage, pause_image};
pub use folder::{MODEL, PRIVATE_FIXES};
pub use image::{Image, Target, Wanted};
pub use manifest::{Manifest, schema};
pub use notes::markdown;
