//! Folders that a run writes: never over what others wrote, whole or not at all, also when it is interrupted.

use super::exit::{Exit, Failure};
use crate::emit::{Bundle, EmitError, WriteOptions, Written};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// What a write must not replace, and whether it may replace what others wrote.
pub(super) struct Writing<'a> {
    /// `--force`.
    pub(super) force: bool,
    /// Files that were read.
    pub(super) inputs: &'a [&'a Path],
}

/// So many files of earlier runs are named.
const LEFT_NAMED: usize = 10;

static STOP: AtomicBool = AtomicBool::new(false);
static WRITING: AtomicBool = AtomicBool::new(false);

/// Writes the files into the folder.
pub(super) fn write(files: &Bundle, folder: &Path, writing: &Writing<'_>) -> Result<Written, Failure> {
    refuse_inputs(files, folder, writing.inputs)?;
    // until now there was nothing to undo: the system's own handling of signals was right
    WRITING.store(true, Ordering::SeqCst);
    let watched = ctrlc::set_handler(|| {
        STOP.store(true, Ordering::SeqCst);
        if !WRITING.load(Ordering::SeqCst) {
            std::process::exit(i32::from(Exit::Interrupted as u8));
        }
    });
    // a second write of the same process has the handler already
    drop(watched);
    let written = files.write_with(folder, WriteOptions { force: writing.force, stop: Some(&STOP) });
    WRITING.store(false, Ordering::SeqCst);
    written.map_err(failure)
}

/// An output that is the input is refused, also with `--force`: it would be gone.
fn refuse_inputs(files: &Bundle, folder: &Path, inputs: &[&Path]) -> Result<(), Failure> {
    let inputs: Vec<_> = inputs.iter().filter_map(|input| input.canonicalize().ok()).collect();
    let is_input = |path: &PathBuf| path.canonicalize().is_ok_and(|whole| inputs.contains(&whole));
    match files.files().iter().map(|file| folder.join(file.path())).find(is_input) {
        Some(path) => {
            let message = format!("`{}` would be written and was read: give another folder with --output", path.display());
            Err(Failure::usage(message))
        }
        None => Ok(()),
    }
}

/// As a failure of the run.
#[expect(clippy::needless_pass_by_value, reason = "`map_err` hands it over")]
pub(super) fn failure(error: EmitError) -> Failure {
    match error {
        EmitError::Stopped => Failure::new(Exit::Interrupted, error.to_string()),
        EmitError::Foreign { .. } => {
            Failure::new(Exit::Io, format!("{error}: --output names another folder, --force replaces what is there"))
        }
        _ => Failure::new(Exit::Io, error.to_string()),
    }
}

/// What is said of files that an earlier run wrote: their folders or, where this run writes there too and at the top, themselves.
pub(super) fn left(folder: &Path, files: &Bundle, written: &Written) -> String {
    let in_use: BTreeSet<_> = files.files().iter().filter_map(|file| top(file.path())).collect();
    let place = |path: &'_ String| top(path).filter(|top| !in_use.contains(top)).map_or_else(|| path.clone(), str::to_owned);
    let places: BTreeSet<_> = written.left.iter().map(place).collect();
    let line = |place: &String| format!("left from an earlier run, not part of this output: {}\n", folder.join(place).display());
    let more = places.len().saturating_sub(LEFT_NAMED);
    let rest = if more > 0 { format!("left from an earlier run, too: {more} more\n") } else { String::new() };
    places.iter().take(LEFT_NAMED).map(line).collect::<String>() + &rest
}

/// The folder at the top that a path lies in.
fn top(path: &str) -> Option<&str> {
    path.split_once('/').map(|(top, _)| top)
}
