//! Writing: everything is staged beside its goal, then moved into place; what was there comes back when a move fails.

use super::{Bundle, EmitError, File, directories};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use tempfile::{Builder, NamedTempFile, TempDir};

impl Bundle {
    /// Writes all files below a directory, which is made when it is not there. Other files in it stay.
    ///
    /// Either every file is written or none is changed: files are staged in the directory first, and a move that fails undoes the
    /// moves before it. Only a crash between two moves can leave new files beside old ones, each of them whole. Files with secrets
    /// are readable by their owner only, from the moment they exist (on Unix).
    ///
    /// # Errors
    /// When something is in the way, a link leads out of the directory, or the file system refuses.
    pub fn write(&self, dir: &Path) -> Result<(), EmitError> {
        self.files.iter().try_for_each(|file| reachable(dir, file.path()).map(drop))?;
        // dropped in reverse: moves are undone while the staging directory has the old files, new directories go when it is gone
        let mut directories = Directories::default();
        directories.create(dir)?;
        let staging = Builder::new().prefix(".gen-cse-").tempdir_in(dir).map_err(io_error("write to", dir))?;
        let staged: Result<Vec<_>, _> = self.files.iter().map(|file| stage(file, &staging)).collect();
        let mut moves = Moves { staging: &staging, done: Vec::new() };
        for (file, staged) in self.files.iter().zip(staged?) {
            let goal = dir.join(file.path());
            if let Some(parent) = goal.parent() {
                directories.create(parent)?;
            }
            moves.replace(goal, staged)?;
        }
        moves.done.clear();
        directories.created.clear();
        Ok(())
    }
}

/// The goal of a file, when nothing is in the way there. Links are not followed: they may lead out of the directory.
pub(super) fn reachable(dir: &Path, path: &str) -> Result<PathBuf, EmitError> {
    let obstacle = |path: PathBuf, reason| Err(EmitError::Obstacle { path, reason });
    if fs::metadata(dir).is_ok_and(|there| !there.is_dir()) {
        return obstacle(dir.to_owned(), "it is not a directory");
    }
    for directory in directories(path).map(|directory| dir.join(directory)) {
        match fs::symlink_metadata(&directory) {
            Ok(there) if there.is_symlink() => return obstacle(directory, "it is a link, which may lead elsewhere"),
            Ok(there) if !there.is_dir() => return obstacle(directory, "it is not a directory"),
            _ => {}
        }
    }
    let goal = dir.join(path);
    match fs::symlink_metadata(&goal) {
        Ok(there) if there.is_dir() => obstacle(goal, "it is a directory"),
        _ => Ok(goal),
    }
}

fn stage(file: &File, staging: &TempDir) -> Result<NamedTempFile, EmitError> {
    let mut builder = Builder::new();
    // without this only the owner may read it
    #[cfg(unix)]
    if !file.is_private() {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut staged = builder.tempfile_in(staging.path()).map_err(io_error("write to", staging.path()))?;
    let written = staged.write_all(file.bytes()).and_then(|()| staged.flush());
    written.map_err(io_error("write", staged.path()))?;
    Ok(staged)
}

/// Directories that were made; what is still in `created` is removed again.
#[derive(Default)]
struct Directories {
    created: Vec<PathBuf>,
}

impl Directories {
    fn create(&mut self, dir: &Path) -> Result<(), EmitError> {
        let missing: Vec<_> = dir.ancestors().take_while(|ancestor| !ancestor.as_os_str().is_empty() && !ancestor.exists()).collect();
        for dir in missing.into_iter().rev() {
            fs::create_dir(dir).map_err(io_error("create", dir))?;
            self.created.push(dir.to_owned());
        }
        Ok(())
    }
}

impl Drop for Directories {
    /// As far as it goes: the error that led here is the one to report.
    fn drop(&mut self) {
        for dir in self.created.iter().rev() {
            let _ = fs::remove_dir(dir);
        }
    }
}

/// Moves into place; what is still in `done` is undone.
struct Moves<'a> {
    staging: &'a TempDir,
    done: Vec<Move>,
}

struct Move {
    goal: PathBuf,
    /// What was there before.
    backup: Option<PathBuf>,
}

impl Moves<'_> {
    fn replace(&mut self, goal: PathBuf, staged: NamedTempFile) -> Result<(), EmitError> {
        let backup = self.staging.path().join(format!("{}.old", self.done.len()));
        let kept = keep(&goal, &backup).map_err(io_error("write", &goal))?;
        staged.persist(&goal).map_err(|error| io_error("write", &goal)(error.error))?;
        self.done.push(Move { goal, backup: kept.then_some(backup) });
        Ok(())
    }
}

impl Drop for Moves<'_> {
    /// As far as it goes: the error that led here is the one to report.
    fn drop(&mut self) {
        for Move { goal, backup } in self.done.drain(..).rev() {
            let _ = match backup {
                None => fs::remove_file(goal),
                Some(backup) => fs::rename(backup, goal),
            };
        }
    }
}

/// Keeps what is at `goal`, so that it is never missing; false when there is nothing. Not every file system has hard links.
fn keep(goal: &Path, backup: &Path) -> io::Result<bool> {
    match fs::hard_link(goal, backup) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(_) => fs::copy(goal, backup).map(|_| true),
    }
}

pub(super) fn io_error(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> EmitError {
    let path = path.to_owned();
    move |source| EmitError::Io { action, path, source }
}
