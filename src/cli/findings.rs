//! Findings on standard error or, for tools, on standard output.

use super::exit::Failure;
use super::settings::Settings;
use super::{input, terminal};
use crate::report::{self, Checked, Format, Policy, PolicyError};
use std::path::Path;

/// Which findings count, and how they are shown.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Findings")]
pub(super) struct FindingArguments {
    /// Leave out warnings of this code; may be given several times
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    allow: Vec<String>,
    /// Make warnings of this code errors; may be given several times
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    deny: Vec<String>,
    /// Make every warning that is not allowed an error
    #[arg(long)]
    strict: bool,
    /// How findings are shown
    #[arg(long, value_enum, default_value = "human")]
    pub(super) format: Shown,
}

/// How findings are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Shown {
    /// With an excerpt of the file
    Human,
    /// One line each
    Plain,
    /// JSON
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// Logging commands of Azure Pipelines
    AzurePipelines,
    #[value(help = "JUnit XML")]
    Junit,
}

impl Shown {
    /// For programs: standard output has it, and nothing else.
    pub(super) fn is_document(self) -> bool {
        !matches!(self, Self::Human | Self::Plain)
    }

    /// Read by a code host, which knows files by their path in the repository.
    fn is_for_repository(self) -> bool {
        matches!(self, Self::Sarif | Self::Github | Self::AzurePipelines)
    }

    /// Name under which a file appears.
    pub(super) fn name_of(self, path: &Path) -> String {
        if self.is_for_repository() { input::repository_name(path) } else { input::shown_name(path) }
    }

    fn format(self) -> Format {
        match self {
            Self::Human => Format::Human { colour: terminal::is_coloured(), width: terminal::width() },
            Self::Plain => Format::Plain,
            Self::Json => Format::Json,
            Self::Sarif => Format::Sarif,
            Self::Github => Format::Github,
            Self::AzurePipelines => Format::AzurePipelines,
            Self::Junit => Format::Junit,
        }
    }
}

impl FindingArguments {
    /// The command line's codes come on top of those of `gen-cse.toml`, and what it denies is not allowed by the file.
    pub(super) fn policy(&self, settings: &Settings) -> Result<Policy, Failure> {
        let mut policy = Policy::default();
        let wrong = |option: &'static str| move |error: PolicyError| Failure::usage(format!("{option}: {error}"));
        settings.allow.iter().try_for_each(|id| policy.allow(id)).map_err(wrong("allow in gen-cse.toml"))?;
        settings
            .deny
            .iter()
            .filter(|id| !self.allow.contains(id))
            .try_for_each(|id| policy.deny(id))
            .map_err(wrong("deny in gen-cse.toml"))?;
        self.allow.iter().try_for_each(|id| policy.allow(id)).map_err(wrong("--allow"))?;
        self.deny.iter().try_for_each(|id| policy.deny(id)).map_err(wrong("--deny"))?;
        if self.strict || settings.strict {
            policy.deny_all();
        }
        Ok(policy)
    }
}

impl Failure {
    /// The same failure, what was found in a catalog being shown.
    pub(super) fn shown(mut self, format: Shown) -> Self {
        let Some(found) = self.findings.take() else { return self };
        let name = format.name_of(Path::new(&found.file_name));
        match show(&[found.checked(&name)], format) {
            Ok(()) => self,
            Err(failure) => failure,
        }
    }
}

/// Shows the findings of all files; nothing where there are none, unless a program waits for a document.
pub(super) fn show(files: &[Checked], shown: Shown) -> Result<(), Failure> {
    if matches!(shown, Shown::Json | Shown::Sarif) {
        return terminal::print_json_text(&report::render(files, shown.format()));
    }
    if shown.is_document() {
        return terminal::print(&report::render(files, shown.format()));
    }
    let loud: Vec<_> =
        files.iter().map(|file| if terminal::is_quiet() { file.report.clone().without_warnings() } else { file.report.clone() }).collect();
    if loud.iter().any(|report| !report.is_empty()) {
        let files: Vec<_> = files.iter().zip(&loud).map(|(file, report)| Checked { report, ..*file }).collect();
        terminal::complain_rendered(&report::render(&files, shown.format()));
    }
    Ok(())
}
