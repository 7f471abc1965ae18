//! Writing: everything is staged in the folder, then moved into place; what was there comes back when a move fails.

use super::record::{Digest, Record};
use super::{Bundle, EmitError, File, directories};
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use tempfile::{Builder, TempDir};

/// Staging folders begin with this.
const STAGING: &str = ".gen-cse-";
/// How often a folder is made again that another run, which failed, took away.
const ATTEMPTS: usize = 100;

/// How files are written.
#[derive(Debug, Clone, Copy, Default)]
pub struct WriteOptions<'a> {
    /// Also replace files that this project did not write, or that were changed since.
    pub force: bool,
    /// Once it is true, nothing more is written, and what was is undone.
    pub stop: Option<&'a AtomicBool>,
}

/// What a write did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    /// Files that are new or have a new content.
    pub changed: usize,
    /// Files that were right already.
    pub unchanged: usize,
    /// Paths of files that an earlier write made and this one did not, such as those of a pool that is gone.
    pub left: Vec<String>,
}

/// Asks whether to go on.
#[derive(Clone, Copy)]
pub(super) struct Stop<'a>(Option<&'a AtomicBool>);

impl Stop<'_> {
    pub(super) fn check(self) -> Result<(), EmitError> {
        if self.0.is_some_and(|stop| stop.load(Ordering::Relaxed)) { Err(EmitError::Stopped) } else { Ok(()) }
    }
}

impl Bundle {
    /// Writes all files below a directory, which is made when it is not there. Other files in it stay, and files that are right already
    /// are not touched.
    ///
    /// Either every file is written or none is changed: files are staged in the directory first, and a move that fails undoes the
    /// moves before it. Only a crash between two moves can leave new files beside old ones, each of them whole; the next write clears
    /// away what such a run had staged. A second write to the same directory waits for the first. Files with secrets are readable by
    /// their owner only, from the moment they exist (on Unix).
    ///
    /// # Errors
    /// When a file would be replaced that this project did not write, something else is in the way, a link leads out of the directory,
    /// or the file system refuses.
    pub fn write(&self, dir: &Path) -> Result<Written, EmitError> {
        self.write_with(dir, WriteOptions::default())
    }

    /// [`write`](Self::write), with a word on how.
    ///
    /// # Errors
    /// As [`write`](Self::write), and [`EmitError::Stopped`].
    pub fn write_with(&self, dir: &Path, options: WriteOptions<'_>) -> Result<Written, EmitError> {
        let stop = Stop(options.stop);
        self.reachable(dir)?;
        // dropped in reverse: moves are undone while the staging directory has the old files, new directories go when all else is gone
        let (made, mut record) = locked(dir, stop)?;
        sweep(dir);
        let changed = self.changed(dir, &record, options.force)?;
        let written: BTreeSet<_> = self.files.iter().map(|file| (file.path.clone(), Digest::of(&file.bytes))).collect();
        if !changed.is_empty() {
            record.announce(&written)?;
            put(dir, &changed, stop)?;
        }
        let left = self.left(dir, record.found());
        let still_there = record.found().iter().filter(|(path, _)| left.contains(path)).cloned();
        record.settle(&written.iter().cloned().chain(still_there).collect())?;
        made.keep();
        Ok(Written { changed: changed.len(), unchanged: self.files.len() - changed.len(), left: left.into_iter().collect() })
    }

    /// Refuses what is in the way, before anything is written.
    fn reachable(&self, dir: &Path) -> Result<(), EmitError> {
        let is_new = fs::symlink_metadata(dir).is_err_and(|error| error.kind() == ErrorKind::NotFound);
        if is_new { Ok(()) } else { self.files.iter().try_for_each(|file| reachable(dir, file.path()).map(drop)) }
    }

    /// The files that are not yet as they should be.
    fn changed(&self, dir: &Path, record: &Record, force: bool) -> Result<Vec<&File>, EmitError> {
        let (mut changed, mut foreign) = (Vec::new(), Vec::new());
        for file in &self.files {
            match state(file, &dir.join(&file.path))? {
                State::Right => continue,
                State::Missing | State::Open => {}
                State::Other(Some(content)) if record.has(&file.path, content) => {}
                State::Other(_) => foreign.push(dir.join(&file.path)),
            }
            changed.push(file);
        }
        if foreign.is_empty() || force { Ok(changed) } else { Err(EmitError::Foreign { files: foreign }) }
    }

    /// Files of earlier writes that this bundle does not have.
    fn left(&self, dir: &Path, found: &BTreeSet<(String, Digest)>) -> BTreeSet<String> {
        let is_left = |path: &str| !self.taken.contains_key(&path.to_lowercase()) && dir.join(path).symlink_metadata().is_ok();
        found.iter().map(|(path, _)| path).filter(|path| is_left(path)).cloned().collect()
    }
}

/// What is in a file's place.
enum State {
    Missing,
    Right,
    /// The right content, and others may read it.
    Open,
    /// Something else; its content, if it is a plain file.
    Other(Option<Digest>),
}

fn state(file: &File, goal: &Path) -> Result<State, EmitError> {
    match fs::symlink_metadata(goal) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(State::Missing),
        Err(error) => Err(io_error("read", goal)(error)),
        Ok(there) if !there.is_file() => Ok(State::Other(None)),
        Ok(there) => {
            let content = fs::read(goal).map_err(io_error("read", goal))?;
            Ok(match content == file.bytes {
                true if file.is_private() && is_open_to_others(&there) => State::Open,
                true => State::Right,
                false => State::Other(Some(Digest::of(&content))),
            })
        }
    }
}

/// Whether others than the owner may read it.
#[cfg(unix)]
pub(super) fn is_open_to_others(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o077 != 0
}

#[cfg(not(unix))]
pub(super) fn is_open_to_others(_: &fs::Metadata) -> bool {
    false
}

/// The folder, made where it is missing, and its record.
fn locked(dir: &Path, stop: Stop<'_>) -> Result<(Directories, Record), EmitError> {
    for _ in 0..ATTEMPTS {
        let mut made = Directories::default();
        if made.create(dir)?
            && let Some(record) = Record::lock(dir, stop)?
        {
            return Ok((made, record));
        }
    }
    Err(EmitError::Busy { dir: dir.to_owned() })
}

/// Removes what a run left that was killed: whoever holds the lock is the only one who writes here.
fn sweep(dir: &Path) {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(STAGING)) {
        let _ = fs::remove_dir_all(entry.path());
    }
}

/// Stages the files, then moves them.
fn put(dir: &Path, files: &[&File], stop: Stop<'_>) -> Result<(), EmitError> {
    let staging = staging(dir).map_err(io_error("write to", dir))?;
    let staged = staging.path();
    let mut made = BTreeSet::new();
    for file in files {
        stop.check()?;
        for directory in directories(file.path()) {
            if made.insert(directory) {
                fs::create_dir(staged.join(directory)).map_err(io_error("write to", dir))?;
            }
        }
        stage(file, &staged.join(file.path())).map_err(io_error("write", &dir.join(file.path())))?;
    }
    let mut moves = Moves { old: staged, done: Vec::new() };
    let mut moved = BTreeSet::new();
    for file in files {
        stop.check()?;
        if directories(file.path()).any(|directory| moved.contains(directory)) {
            continue;
        }
        // a directory that is not there yet moves with all its files
        let whole = directories(file.path()).find(|directory| !dir.join(directory).exists());
        let path = whole.unwrap_or(file.path());
        moves.replace(&staged.join(path), dir.join(path))?;
        moved.extend(whole);
    }
    moves.done.clear();
    Ok(())
}

/// A folder that only its owner may enter, beside the goals, so that moving is renaming.
fn staging(dir: &Path) -> io::Result<TempDir> {
    let mut builder = Builder::new();
    builder.prefix(STAGING);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o700));
    }
    builder.tempdir_in(dir)
}

fn stage(file: &File, path: &Path) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if file.is_private() {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)?.write_all(file.bytes())
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
        Ok(there) if !there.is_file() && !there.is_symlink() => obstacle(goal, "it is not a regular file"),
        _ => Ok(goal),
    }
}

/// Directories that were made; what is still in `created` is removed again.
#[derive(Default)]
struct Directories {
    created: Vec<PathBuf>,
}

impl Directories {
    /// Makes a directory and those around it; false when one of these was removed by somebody else meanwhile.
    fn create(&mut self, dir: &Path) -> Result<bool, EmitError> {
        let missing: Vec<_> = dir.ancestors().take_while(|ancestor| !ancestor.as_os_str().is_empty() && !ancestor.exists()).collect();
        for dir in missing.into_iter().rev() {
            match fs::create_dir(dir) {
                Ok(()) => self.created.push(dir.to_owned()),
                Err(error) if error.kind() == ErrorKind::AlreadyExists && dir.is_dir() => {}
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
                Err(error) => return Err(io_error("create", dir)(error)),
            }
        }
        Ok(true)
    }

    fn keep(mut self) {
        self.created.clear();
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
    /// Where what was there before is kept.
    old: &'a Path,
    done: Vec<Move>,
}

struct Move {
    staged: PathBuf,
    goal: PathBuf,
    /// What was there before.
    backup: Option<PathBuf>,
}

impl Moves<'_> {
    fn replace(&mut self, staged: &Path, goal: PathBuf) -> Result<(), EmitError> {
        // no file that is staged beside it has such a name
        let backup = self.old.join(format!("{STAGING}{}", self.done.len()));
        let kept = keep(&goal, &backup).map_err(io_error("write", &goal))?;
        fs::rename(staged, &goal).map_err(io_error("write", &goal))?;
        self.done.push(Move { staged: staged.to_owned(), goal, backup: kept.then_some(backup) });
        Ok(())
    }
}

impl Drop for Moves<'_> {
    /// As far as it goes: the error that led here is the one to report.
    fn drop(&mut self) {
        for Move { staged, goal, backup } in self.done.drain(..).rev() {
            let _ = match backup {
                None => fs::rename(goal, staged),
                Some(backup) => fs::rename(backup, goal),
            };
        }
    }
}

/// Keeps what is at `goal`, so that it is never missing; false when there is nothing. Not every file system has hard links.
fn keep(goal: &Path, backup: &Path) -> io::Result<bool> {
    match fs::hard_link(goal, backup) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(_) => fs::copy(goal, backup).map(|_| true),
    }
}

pub(super) fn io_error(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> EmitError {
    let path = path.to_owned();
    move |source| EmitError::Io { action, path, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_are_undone_when_one_of_them_fails() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        for name in ["staged", "other", "there"] {
            fs::write(at(name), name).unwrap();
        }
        fs::create_dir(at("staging")).unwrap();
        let mut moves = Moves { old: &at("staging"), done: Vec::new() };
        moves.replace(&at("staged"), at("there")).unwrap();
        moves.replace(&at("other"), at("new")).unwrap();
        assert_eq!(fs::read(at("there")).unwrap(), b"staged");
        moves.replace(&at("missing"), at("newer")).unwrap_err();
        drop(moves);
        assert_eq!(fs::read(at("there")).unwrap(), b"there");
        assert!(!at("new").exists());
    }
}
