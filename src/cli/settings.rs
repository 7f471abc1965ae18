//! `gen-cse.toml`: what a team decides once, beside a definition or in a folder around it.

use super::exit::{Exit, Failure};
use super::input;
use crate::report::without_secrets;
use serde::Deserialize;
use std::path::{Path, PathBuf};

const NAME: &str = "gen-cse.toml";

/// The keys of the file; the command line comes before them.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    /// As `--catalog`; a file is looked for beside `gen-cse.toml`.
    pub(super) catalog: Option<String>,
    /// As `--mirror`.
    pub(super) mirror: Option<String>,
    /// As `--allow`.
    #[serde(default)]
    pub(super) allow: Vec<String>,
    /// As `--deny`.
    #[serde(default)]
    pub(super) deny: Vec<String>,
    /// As `--strict`.
    #[serde(default)]
    pub(super) strict: bool,
}

impl Settings {
    /// The nearest file around a definition; without one, nothing is decided.
    pub(super) fn around(definition: &Path) -> Result<Self, Failure> {
        let file = input::folders_of(definition).into_iter().map(|folder| folder.join(NAME)).find(|file| file.is_file());
        file.map_or(Ok(Self::default()), |file| Self::read(&file))
    }

    fn read(file: &Path) -> Result<Self, Failure> {
        let text = input::text(file)?;
        let wrong = |error: toml::de::Error| {
            let reason = without_secrets(error.to_string().trim_end());
            Failure::new(Exit::Usage, format!("`{}`: {reason}", file.display()))
        };
        let mut settings: Self = toml::from_str(&text).map_err(wrong)?;
        if let Some(catalog) = &mut settings.catalog
            && !crate::Catalog::BUILT_IN.contains(&catalog.as_str())
        {
            *catalog = beside(file, catalog).display().to_string();
        }
        Ok(settings)
    }
}

fn beside(file: &Path, other: &str) -> PathBuf {
    file.parent().unwrap_or(Path::new(".")).join(other)
}
