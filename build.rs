//! The scripts of `parts/windows` as they travel: what only people read is taken out once, when this is built.

#[allow(dead_code, reason = "the tests of the crate look at the pieces, too")]
#[path = "src/pack/strip.rs"]
mod strip;

use std::path::{Path, PathBuf};
use std::{env, error::Error, fs};

const SCRIPTS: &str = "parts/windows";

/// Files of a folder and of those in it, in an order that no file system decides.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
    entries.sort();
    let mut all = Vec::new();
    for path in entries {
        if path.is_dir() { all.extend(files(&path)?) } else { all.push(path) }
    }
    Ok(all)
}

/// Writes a list of path, with backslashes, and text.
fn main() -> Result<(), Box<dyn Error>> {
    let mut list = String::from("[");
    for file in files(Path::new(SCRIPTS))? {
        let text = strip::strip(&fs::read_to_string(&file)?).map_err(|error| format!("{}: {error}", file.display()))?;
        let path: Vec<_> = file.strip_prefix(SCRIPTS)?.iter().map(|part| part.to_string_lossy()).collect();
        list += &format!("({:?}, {text:?}),\n", path.join("\\"));
    }
    fs::write(Path::new(&env::var("OUT_DIR")?).join("scripts.rs"), list + "]")?;
    println!("cargo::rerun-if-changed={SCRIPTS}");
    println!("cargo::rerun-if-changed=src/pack/strip.rs");
    Ok(())
}
