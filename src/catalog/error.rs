/// Why a catalog cannot be used. A path is written like `kubernetes["1.23.17"].clouds[0]`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogError {
    /// No built-in catalog has this name.
    #[error("`{name}` is not a built-in catalog, only {} are", list(super::Catalog::BUILT_IN.iter()))]
    UnknownName {
        /// The name.
        name: String,
    },
    /// The text is not JSON.
    #[error("line {line}, column {column}: {problem}")]
    Syntax {
        /// Line of the text, from 1.
        line: usize,
        /// Column of the line, from 1.
        column: usize,
        /// What the parser says.
        problem: String,
    },
    /// The text is JSON, but not an object.
    #[error("a catalog is a JSON object, found {found}")]
    NotAnObject {
        /// Kind of the value found.
        found: &'static str,
    },
    /// `extends` names a catalog that does not exist.
    #[error("extends: `{name}` is not a built-in catalog, only `aks-engine`, `aks-engine-azurestack` and `base` are")]
    UnknownBase {
        /// The name.
        name: String,
    },
    /// A key is unknown or missing, or a value has the wrong type or form.
    #[error("{path}: {problem}")]
    Value {
        /// Where.
        path: String,
        /// What was found, and what is allowed.
        problem: String,
    },
    /// A URL cannot be used for a download.
    #[error("{path}: `{found}` is not a download URL, want `https://host/path/file` without query, user, blanks or quotes")]
    Url {
        /// Where.
        path: String,
        /// The text found.
        found: String,
    },
    /// A hash has not the form of one.
    #[error("{path}: `{found}` is not a SHA-256, want 64 hexadecimal digits")]
    Hash {
        /// Where.
        path: String,
        /// The text found.
        found: String,
    },
    /// A date, or a date of an API version, has not the form of one.
    #[error("{path}: `{found}` is not a date, want `2026-11-21`")]
    Date {
        /// Where.
        path: String,
        /// The text found.
        found: String,
    },
    /// The default version of a cloud cannot be created there.
    #[error("{path}: `{version}` is not a version for this cloud, which has {known}")]
    DefaultVersion {
        /// Where.
        path: String,
        /// The version.
        version: String,
        /// The versions of the cloud, in backticks.
        known: String,
    },
    /// An image names a Windows build the catalog does not list.
    #[error("{path}: `{build}` is not among `osBuilds`, which has {known}")]
    Build {
        /// Where.
        path: String,
        /// The build.
        build: String,
        /// The builds of the catalog, in backticks.
        known: String,
    },
    /// `--mirror` is not the URL of a folder.
    #[error("`{found}` is not the URL of a folder, want `https://host/folder` without query, user, blanks or quotes")]
    Mirror {
        /// The text found.
        found: String,
    },
}

/// `` `a`, `b` `` or `none`.
pub(super) fn list<T: ToString>(items: impl Iterator<Item = T>) -> String {
    let items: Vec<_> = items.map(|item| format!("`{}`", item.to_string())).collect();
    if items.is_empty() { "none".to_owned() } else { items.join(", ") }
}
