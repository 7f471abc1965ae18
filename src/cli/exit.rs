//! How a run ends.

use crate::error::Invalid;
use std::io;
use std::path::Path;

/// Exit codes of the command (design, section 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Exit {
    /// All went well.
    Done = 0,
    /// The definition, a catalog or a template is not valid, a node failed, or two differ.
    Invalid = 1,
    /// The command line, or `gen-cse.toml`, is not understood.
    Usage = 2,
    /// What would be generated exceeds a limit of Azure.
    TooLarge = 3,
    /// A file cannot be read or written.
    Io = 4,
    /// `--check` found that something would change.
    Changed = 5,
    /// Interrupted from the keyboard or by the system: 128 and the number of SIGINT.
    Interrupted = 130,
}

impl Exit {
    /// What `--help` and the documentation say, in order.
    pub(super) const MEANINGS: &[(Self, &str)] = &[
        (Self::Done, "all went well"),
        (Self::Invalid, "the definition, a catalog or a template is not valid; `result`: a node failed; `diff`: they differ"),
        (Self::Usage, "the command line, or gen-cse.toml, is not understood; `diff`: an input is not valid"),
        (Self::TooLarge, "what would be generated exceeds a limit of Azure"),
        (Self::Io, "a file cannot be read or written"),
        (Self::Changed, "--check found that something would change"),
        (Self::Interrupted, "interrupted; nothing was changed"),
    ];
}

/// A message for standard error and the exit code that goes with it.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) exit: Exit,
    pub(super) message: String,
    /// What was found in a catalog that cannot be used, until it is shown.
    pub(super) findings: Option<Box<Invalid>>,
}

pub(super) type Outcome = Result<Exit, Failure>;

impl Failure {
    pub(super) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), findings: None }
    }

    /// A file that has mistakes.
    pub(super) fn invalid(found: Box<Invalid>) -> Self {
        Self { exit: Exit::Invalid, message: format!("`{}`: {}", found.file_name, found.summary()), findings: Some(found) }
    }

    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    pub(super) fn read(path: &Path, error: &io::Error) -> Self {
        Self::new(Exit::Io, format!("cannot read `{}`: {}", path.display(), without_full_stop(error)))
    }

    /// Everything was said already.
    pub(super) fn silent(exit: Exit) -> Self {
        Self::new(exit, String::new())
    }
}

pub(super) fn without_full_stop(error: &io::Error) -> String {
    error.to_string().trim_end_matches('.').to_owned()
}
