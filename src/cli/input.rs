//! What a run reads.

use super::exit::{Exit, Failure};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Azure takes templates of 4 MiB, and catalogs are smaller; what is longer is something else.
const MAX_TEXT_BYTES: usize = 16 << 20;

/// A definition or a catalog as bytes. One byte more than allowed is enough to refuse it.
pub(super) fn json(path: &Path) -> Result<Vec<u8>, Failure> {
    at_most(path, crate::json::MAX_BYTES + 1)
}

/// A file as text; one that is too large is not read to its end.
pub(super) fn text(path: &Path) -> Result<String, Failure> {
    let bytes = at_most(path, MAX_TEXT_BYTES + 1)?;
    if bytes.len() > MAX_TEXT_BYTES {
        return Err(Failure::new(Exit::Invalid, format!("`{}` has more than {MAX_TEXT_BYTES} bytes", path.display())));
    }
    String::from_utf8(bytes).map_err(|_| Failure::new(Exit::Invalid, format!("`{}` is not UTF-8", path.display())))
}

/// The beginning of a file or, for `-`, of standard input.
pub(super) fn at_most(path: &Path, most: usize) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = if is_standard_input(path) {
        io::stdin().lock().take(most as u64).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(most as u64).read_to_end(&mut bytes))
    };
    read.map_err(|error| Failure::read(path, &error))?;
    Ok(bytes)
}

pub(super) fn is_standard_input(path: &Path) -> bool {
    path == Path::new("-")
}

/// Name of the file as findings show it.
pub(super) fn shown_name(path: &Path) -> String {
    if is_standard_input(path) { "<standard input>".to_owned() } else { path.display().to_string() }
}

/// Its path below the folder with `.git`, as code hosts know it; as given where there is none.
pub(super) fn repository_name(path: &Path) -> String {
    let below = || {
        let whole = path.canonicalize().ok()?;
        let root = whole.ancestors().find(|folder| folder.join(".git").exists())?;
        whole.strip_prefix(root).ok().map(Path::to_owned)
    };
    shown_name(&below().unwrap_or_else(|| path.to_owned()))
}

/// The folder a file stands in, and all around it.
pub(super) fn folders_of(path: &Path) -> Vec<PathBuf> {
    let folder = path.parent().filter(|parent| !is_standard_input(path) && !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    folder.canonicalize().map(|folder| folder.ancestors().map(Path::to_owned).collect()).unwrap_or_default()
}
