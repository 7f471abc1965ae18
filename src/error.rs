//! Why nothing was generated.

use crate::report::{Checked, Format, Report, render};
use thiserror::Error;

/// A definition that cannot be generated, or a catalog that cannot be used, in the order of the stages.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The definition, or a catalog, has errors; the report says all of them, with their places.
    #[error("{}", .0.summary())]
    Invalid(Box<Invalid>),
    /// The kubelet may take longer to answer than all steps together.
    #[error("the kubelet has {kubelet_timeout_seconds} seconds to answer, and all steps together have {deadline_minutes} minutes")]
    KubeletTimeout {
        /// Seconds the kubelet has.
        kubelet_timeout_seconds: u32,
        /// Minutes all steps have.
        deadline_minutes: u32,
    },
    /// `--pool` names a pool that is not a Windows pool of the definition.
    #[error("no Windows pool `{name}`; the definition has {}", list(.pools))]
    UnknownPool {
        /// The name asked for.
        name: String,
        /// The Windows pools there are.
        pools: Vec<String>,
    },
    /// Azure refuses what would be generated.
    #[error("{what} is {size} {unit}, and Azure takes at most {limit}{}{}", breakdown(.parts), help_line(.help))]
    TooLarge {
        /// Which part of the output.
        what: String,
        /// Its size.
        size: usize,
        /// Bytes or characters.
        unit: &'static str,
        /// Azure's limit in the same unit.
        limit: usize,
        /// What took the room, largest first.
        parts: Vec<(String, usize)>,
        /// What to do about it; empty where nobody knows.
        help: &'static str,
    },
    /// What was generated is not sound, which is a defect of this crate.
    #[error("internal error, nothing was generated; please report it with the definition, without its secrets{}", lines(.problems))]
    Internal {
        /// What Azure would refuse, with its place in the template.
        problems: Vec<String>,
    },
}

/// The findings about a definition or a catalog that was refused, with its text.
#[non_exhaustive]
pub struct Invalid {
    /// Every finding with its place.
    pub report: Report,
    /// What the text should have been: `catalog`.
    pub(crate) what: &'static str,
    pub(crate) file_name: String,
    pub(crate) text: String,
}

impl Invalid {
    /// `the catalog is not valid: 2 errors`.
    pub(crate) fn summary(&self) -> String {
        format!("the {} is not valid: {}", self.what, crate::report::numbered(self.report.error_count(), "error"))
    }

    /// The text with its findings, under the name that it is to have.
    pub(crate) fn checked<'a>(&'a self, name: &'a str) -> Checked<'a> {
        Checked { name, text: &self.text, report: &self.report }
    }

    /// A line for each finding.
    #[must_use]
    pub fn lines(&self) -> String {
        self.render(Format::Plain)
    }

    /// The findings for people: each with an excerpt of the text in which secrets are hidden.
    #[cfg(feature = "emit")]
    #[must_use]
    pub fn excerpts(&self) -> String {
        self.render(Format::Human { colour: false, width: crate::report::WIDTH })
    }

    fn render(&self, format: Format) -> String {
        render(&[self.checked(&self.file_name)], format)
    }
}

/// The text may hold secrets.
impl std::fmt::Debug for Invalid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invalid").field("report", &self.report).finish_non_exhaustive()
    }
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { format!("`{}`", names.join("`, `")) }
}

fn lines(problems: &[String]) -> String {
    problems.iter().map(|problem| format!("\n  {problem}")).collect()
}

/// The parts below each other, numbers aligned.
fn breakdown(parts: &[(String, usize)]) -> String {
    parts.iter().map(|(name, size)| format!("\n  {size:>9}  {name}")).collect()
}

fn help_line(help: &str) -> String {
    if help.is_empty() { String::new() } else { format!("\n  help: {help}") }
}
