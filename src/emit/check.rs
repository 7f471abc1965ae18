//! Comparing: what `--check` tells.

use super::record::Record;
use super::write::{io_error, is_open_to_others, reachable};
use super::{Bundle, EmitError, File};
use crate::report::without_secrets;
use similar::TextDiff;
use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

/// Characters of a line that a diff shows; the payload is one line of 60,000.
const SHOWN: usize = 200;
/// Files that have hardly a line in common are compared roughly after this time.
const PATIENCE: Duration = Duration::from_secs(2);

/// A file that is not as it would be generated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Where it is, relative to the directory.
    pub path: String,
    /// What is different.
    pub change: Change,
}

/// What is different about a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is not there.
    Missing,
    /// Its content is different: a unified diff from what is there to what would be generated. Secrets are masked on both sides.
    Text(String),
    /// Its content is different and is not shown: it is no text, or only secrets are different.
    Hidden,
    /// It holds secrets, and others than its owner may read it.
    Readable,
    /// An earlier write made it, and it is not generated any more. Writing leaves it where it is.
    Left,
}

impl Change {
    /// One word, for programs.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Text(_) | Self::Hidden => "different",
            Self::Readable => "readable",
            Self::Left => "left",
        }
    }
}

/// A diff as it is, everything else as a line.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = &self.path;
        match &self.change {
            Change::Missing => writeln!(f, "{path}: missing"),
            Change::Text(diff) => f.write_str(diff),
            Change::Hidden => writeln!(f, "{path}: the content differs"),
            Change::Readable => writeln!(f, "{path}: others than its owner may read it"),
            Change::Left => writeln!(f, "{path}: not generated any more"),
        }
    }
}

impl Bundle {
    /// Compares the files below a directory with this bundle; files that were never written by this project do not matter.
    ///
    /// # Errors
    /// When something else than a file is in a file's place, or it cannot be read.
    pub fn check(&self, dir: &Path) -> Result<Vec<Difference>, EmitError> {
        let mut differences = Vec::new();
        for file in self.files() {
            let goal = reachable(dir, file.path())?;
            if let Some(change) = compare(file, &goal)? {
                differences.push(Difference { path: file.path().to_owned(), change });
            }
        }
        let left = Record::paths(dir).into_iter().filter(|path| !self.taken.contains_key(&path.to_lowercase()) && dir.join(path).exists());
        differences.extend(left.map(|path| Difference { path, change: Change::Left }));
        Ok(differences)
    }
}

fn compare(file: &File, goal: &Path) -> Result<Option<Change>, EmitError> {
    let there = match fs::metadata(goal) {
        Ok(there) => there,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Some(Change::Missing)),
        Err(error) => return Err(io_error("read", goal)(error)),
    };
    if !there.is_file() {
        return Err(EmitError::Obstacle { path: goal.to_owned(), reason: "it is not a regular file" });
    }
    let found = fs::read(goal).map_err(io_error("read", goal))?;
    if found == file.bytes() {
        let readable = file.is_private() && is_open_to_others(&there);
        return Ok(readable.then_some(Change::Readable));
    }
    let (Ok(found), Ok(generated)) = (std::str::from_utf8(&found), std::str::from_utf8(file.bytes())) else {
        return Ok(Some(Change::Hidden));
    };
    let shown = |text: &str| if file.is_private() { without_secrets(text) } else { text.to_owned() };
    let (found, generated) = (shown(found), shown(generated));
    Ok(Some(if found == generated { Change::Hidden } else { Change::Text(diff(file.path(), &found, &generated)) }))
}

fn diff(path: &str, found: &str, generated: &str) -> String {
    unified(path, &format!("{path} (generated)"), found, generated)
}

/// The unified difference of two texts under their names; of long lines the beginning.
#[must_use]
pub fn unified(old_name: &str, new_name: &str, old: &str, new: &str) -> String {
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(old, new);
    let text = diff.unified_diff().header(old_name, new_name).to_string();
    let mut shown = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        match line.char_indices().nth(SHOWN) {
            Some((end, _)) if line.trim_end().len() > end => shown.extend([&line[..end], "...\n"]),
            _ => shown.push_str(line),
        }
    }
    shown
}
