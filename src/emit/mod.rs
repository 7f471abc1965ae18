//! What was generated, as files: written whole or not at all, printed, or compared with what is there.

#[cfg(feature = "emit")]
mod check;
#[cfg(feature = "emit")]
mod record;
#[cfg(all(test, feature = "emit"))]
mod tests;
#[cfg(feature = "emit")]
mod write;

#[cfg(feature = "emit")]
pub use check::{Change, Difference, unified};
#[cfg(feature = "emit")]
pub use write::{WriteOptions, Written};

use crate::file_name::is_device_name;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;

/// What writing needs in a folder: a file of this name, and what begins with it.
const OWN: &str = ".gen-cse";

/// Files to emit, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bundle {
    files: Vec<File>,
    /// Paths of the files and of their directories, in lower case, each with the index of its first file.
    taken: BTreeMap<String, Taken>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taken {
    File(usize),
    Directory(usize),
}

/// A file of a [`Bundle`].
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    path: String,
    bytes: Vec<u8>,
    private: bool,
}

impl File {
    /// Where it goes, relative to the directory, with `/` between names.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Its content.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether it holds secrets: only its owner may read it, and it is not shown.
    #[must_use]
    pub fn is_private(&self) -> bool {
        self.private
    }
}

/// The content is not shown: it may be long, or secret.
impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("File").field("path", &self.path).field("bytes", &self.bytes.len()).field("private", &self.private).finish()
    }
}

/// Why files cannot be emitted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmitError {
    /// A path would leave the directory, or is no file name everywhere.
    #[error("`{path}` is not a path below the output directory: {reason}")]
    Path {
        /// The path.
        path: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Two files have one path on some file systems.
    #[error("`{path}` and `{other}` cannot both be files")]
    Clash {
        /// The path.
        path: String,
        /// The path before it.
        other: String,
    },
    /// Files would be replaced that this project did not write, or that somebody changed since.
    #[error("{} {were} not written by gen-cse, or {were} changed since", list(files), were = if files.len() == 1 { "was" } else { "were" })]
    Foreign {
        /// The files.
        files: Vec<PathBuf>,
    },
    /// Another run holds the folder.
    #[error("another gen-cse writes to `{}`", dir.display())]
    Busy {
        /// The folder.
        dir: PathBuf,
    },
    /// The caller asked to stop.
    #[error("stopped; nothing was changed")]
    Stopped,
    /// Something else is where a file should go.
    #[error("cannot write `{}`: {reason}", path.display())]
    Obstacle {
        /// What is in the way.
        path: PathBuf,
        /// What it is.
        reason: &'static str,
    },
    /// The file system refuses.
    #[error("cannot {action} `{}`: {source}", path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// On which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// The first few, in backticks.
fn list(files: &[PathBuf]) -> String {
    const NAMED: usize = 3;
    let named: Vec<_> = files.iter().take(NAMED).map(|file| format!("`{}`", file.display())).collect();
    let more = files.len().saturating_sub(NAMED);
    named.join(", ") + &if more > 0 { format!(" and {more} more") } else { String::new() }
}

impl Bundle {
    /// Adds a file.
    ///
    /// # Errors
    /// When the path leaves the directory, is no file name on some system, or is taken.
    pub fn add(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Result<(), EmitError> {
        self.insert(File { path: path.into(), bytes: bytes.into(), private: false })
    }

    /// Adds a file with secrets.
    ///
    /// # Errors
    /// As for [`add`](Self::add).
    pub fn add_private(&mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Result<(), EmitError> {
        self.insert(File { path: path.into(), bytes: bytes.into(), private: true })
    }

    fn insert(&mut self, file: File) -> Result<(), EmitError> {
        if let Some(reason) = file.path.split('/').find_map(wrong_name) {
            return Err(EmitError::Path { path: file.path, reason });
        }
        if let Some(other) = self.clash(&file.path) {
            return Err(EmitError::Clash { path: file.path, other: self.files[other].path.clone() });
        }
        let index = self.files.len();
        for directory in directories(&file.path) {
            self.taken.entry(directory.to_lowercase()).or_insert(Taken::Directory(index));
        }
        self.taken.insert(file.path.to_lowercase(), Taken::File(index));
        self.files.push(file);
        Ok(())
    }

    /// A file that is the same where case does not count, or of which one would be a directory of the other.
    fn clash(&self, path: &str) -> Option<usize> {
        let same = self.taken.get(&path.to_lowercase()).map(|(Taken::File(index) | Taken::Directory(index))| *index);
        same.or_else(|| {
            directories(path).find_map(|directory| match self.taken.get(&directory.to_lowercase()) {
                Some(Taken::File(index)) => Some(*index),
                _ => None,
            })
        })
    }

    /// The files in order.
    #[must_use]
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// The file at a path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Prints every file below a line with its name; of private ones only the name.
    ///
    /// # Errors
    /// What writing to `out` gives.
    pub fn print(&self, out: &mut impl Write) -> io::Result<()> {
        for (i, file) in self.files.iter().enumerate() {
            if i > 0 {
                writeln!(out)?;
            }
            writeln!(out, "==> {} <==", file.path)?;
            if file.private {
                writeln!(out, "(not shown: it holds secrets)")?;
                continue;
            }
            out.write_all(&file.bytes)?;
            if file.bytes.last().is_some_and(|last| *last != b'\n') {
                writeln!(out)?;
            }
        }
        Ok(())
    }
}

/// Why a name cannot be part of a path; the rules of Windows hold everywhere, so that output is the same everywhere.
fn wrong_name(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        Some("a name in it is empty")
    } else if name == "." || name == ".." {
        Some("it leaves its directory")
    } else if name.contains(|c: char| c.is_control() || r#"\:*?"<>|"#.contains(c)) {
        Some("a name in it has a character that file names cannot have")
    } else if name.ends_with(['.', ' ']) {
        Some("a name in it ends with a dot or a space")
    } else if name.get(..OWN.len()).is_some_and(|start| start.eq_ignore_ascii_case(OWN)) {
        Some("a name in it is one that writing keeps for itself")
    } else if is_device_name(name) {
        Some("a name in it is a device of Windows")
    } else {
        None
    }
}

/// The directories a path goes through, the outermost first.
fn directories(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}
