use crate::report::{Path, all_of};

/// Why a built-in catalog, or what is put on top of a catalog, cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogError {
    /// No built-in catalog has this name.
    #[error("`{name}` is not a built-in catalog, only {} are", all_of(&super::Catalog::BUILT_IN))]
    UnknownName {
        /// The name.
        name: String,
    },
    /// What is given on top of a catalog cannot be used.
    #[error("{path}: {problem}")]
    Value {
        /// Its place in a catalog.
        path: Path,
        /// What was found, and what is allowed.
        problem: String,
    },
    /// `--mirror` is not the URL of a folder.
    #[error("`{found}` is not the URL of a folder, want `https://host/folder` without query, user, blanks or quotes")]
    Mirror {
        /// The text found.
        found: String,
    },
}
