//! Findings on standard error or, for tools, on standard output.

use crate::report::{self, Checked, Format};
use std::io::{IsTerminal, stderr};

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
}

impl Shown {
    /// For tools: standard output, and always a document.
    pub(super) fn is_document(self) -> bool {
        matches!(self, Self::Json | Self::Sarif)
    }

    fn format(self) -> Format {
        let colour = stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        match self {
            Self::Human => Format::Human { colour, width: 140 },
            Self::Plain => Format::Plain,
            Self::Json => Format::Json,
            Self::Sarif => Format::Sarif,
        }
    }
}

/// Shows the findings of all files; nothing where there are none, unless a tool waits for a document.
pub(super) fn show(files: &[Checked], shown: Shown) -> Result<(), super::Failure> {
    let text = report::render(files, shown.format());
    if shown.is_document() {
        return super::print(&text);
    }
    if files.iter().any(|file| !file.report.is_empty()) {
        super::complain(&text);
    }
    Ok(())
}
