//! `.gen-cse`: which files of a folder this project wrote, and the lock that one run at a time holds.
//!
//! One line per file: checksum, length, path. Not every format has a place for a mark of its own, and a mark inside a file would not tell
//! that somebody changed it since.

use super::write::{Stop, io_error, reachable};
use super::{EmitError, OWN};
use flate2::Crc;
use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const HEAD: &str = "# Files that gen-cse wrote here: checksum, length, path. Those that are as it left them it replaces without asking.\n";
/// A run takes less than a second; one that holds the lock longer is stuck.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(10);
/// Records are some kilobytes; what is longer is none.
const MAX_BYTES: u64 = 16 << 20;

/// Tells one content of a file from another; not meant against somebody who forges it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Digest {
    checksum: u32,
    length: u64,
}

impl Digest {
    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut checksum = Crc::new();
        checksum.update(bytes);
        Self { checksum: checksum.sum(), length: bytes.len() as u64 }
    }
}

/// Which content at which path, relative to the folder. While a run writes, a path has its old content and its new one.
type Entries = BTreeSet<(String, Digest)>;

/// The record of a folder, locked until it is dropped. Unless it was settled, it is put back as it was.
pub(super) struct Record {
    path: PathBuf,
    file: File,
    is_new: bool,
    /// What the file holds, or would if it could be written.
    text: String,
    found: Entries,
    settled: bool,
}

impl Record {
    /// Waits until no other run writes to the folder, which must exist. `None` when it has gone meanwhile.
    pub(super) fn lock(dir: &Path, stop: Stop<'_>) -> Result<Option<Self>, EmitError> {
        let path = place(dir)?;
        let is_new = !path.exists();
        let opened = File::options().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = match opened {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(io_error("write to", dir)(error)),
        };
        wait_for(&file, dir, stop)?;
        if is_gone(&file, &path) {
            return Ok(None);
        }
        let text = read(&mut file).map_err(io_error("read", &path))?;
        let found = entries(&text);
        Ok(Some(Self { path, file, is_new, text, found, settled: false }))
    }

    /// What was written to a folder, for reading only: nothing when there is no record.
    pub(super) fn paths(dir: &Path) -> Vec<String> {
        let open = |path: PathBuf| File::open(path).and_then(|mut file| read(&mut file)).ok();
        let text = place(dir).ok().and_then(open).unwrap_or_default();
        let paths: BTreeSet<String> = entries(&text).into_iter().map(|(path, _)| path).collect();
        paths.into_iter().collect()
    }

    /// Whether this project wrote this content to this path.
    pub(super) fn has(&self, path: &str, content: Digest) -> bool {
        self.found.contains(&(path.to_owned(), content))
    }

    /// Notes what is about to be written, so that a run that is killed leaves no file that the next one takes for another's.
    pub(super) fn announce(&mut self, coming: &Entries) -> Result<(), EmitError> {
        let all = self.found.union(coming).cloned().collect();
        self.put(&all)
    }

    /// Notes what the folder has now.
    pub(super) fn settle(&mut self, written: &Entries) -> Result<(), EmitError> {
        self.put(written)?;
        self.settled = true;
        Ok(())
    }

    /// What stood in the record when it was locked.
    pub(super) fn found(&self) -> &Entries {
        &self.found
    }

    /// Written over what is there and then cut, so that it is never empty.
    fn put(&mut self, entries: &Entries) -> Result<(), EmitError> {
        let lines = entries.iter().map(|(path, Digest { checksum, length })| format!("{checksum:08x} {length} {path}\n"));
        let text = HEAD.to_owned() + &lines.collect::<String>();
        if text == self.text {
            return Ok(());
        }
        // also when writing fails half way: then what was there is to be put back
        self.text = text;
        let written = self.file.seek(SeekFrom::Start(0)).and_then(|_| self.file.write_all(self.text.as_bytes()));
        written.and_then(|()| self.file.set_len(self.text.len() as u64)).map_err(io_error("write", &self.path))
    }
}

impl Drop for Record {
    /// As far as it goes: the error that led here is the one to report.
    fn drop(&mut self) {
        if self.settled {
            return;
        }
        if self.is_new {
            let _ = fs::remove_file(&self.path);
        } else {
            let found = std::mem::take(&mut self.found);
            let _ = self.put(&found);
        }
    }
}

/// Where the record is or will be. Whoever opens a pipe waits, and a link leads elsewhere.
fn place(dir: &Path) -> Result<PathBuf, EmitError> {
    let path = reachable(dir, OWN)?;
    if path.is_symlink() { Err(EmitError::Obstacle { path, reason: "it is a link, which may lead elsewhere" }) } else { Ok(path) }
}

fn read(file: &mut File) -> io::Result<String> {
    let mut bytes = Vec::new();
    file.take(MAX_BYTES).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn entries(text: &str) -> Entries {
    text.lines().filter_map(entry).collect()
}

fn entry(line: &str) -> Option<(String, Digest)> {
    let (checksum, rest) = line.split_once(' ')?;
    let (length, path) = rest.split_once(' ')?;
    Some((path.to_owned(), Digest { checksum: u32::from_str_radix(checksum, 16).ok()?, length: length.parse().ok()? }))
}

fn wait_for(file: &File, dir: &Path, stop: Stop<'_>) -> Result<(), EmitError> {
    let start = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if start.elapsed() > PATIENCE => return Err(EmitError::Busy { dir: dir.to_owned() }),
            Err(TryLockError::WouldBlock) => {
                stop.check()?;
                std::thread::sleep(PAUSE);
            }
            // not every file system has locks
            Err(TryLockError::Error(error)) if error.kind() == ErrorKind::Unsupported => return Ok(()),
            Err(TryLockError::Error(error)) => return Err(io_error("lock", &dir.join(OWN))(error)),
        }
    }
}

/// Whether the run that held the lock before failed and took its record away.
#[cfg(unix)]
fn is_gone(file: &File, _: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    file.metadata().is_ok_and(|metadata| metadata.nlink() == 0)
}

#[cfg(not(unix))]
fn is_gone(_: &File, path: &Path) -> bool {
    !path.exists()
}
