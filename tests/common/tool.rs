//! Programs that tests run where they are.

use std::env;
use std::path::PathBuf;

/// What this variable names, or the program of this name on the search path.
pub(crate) fn find(name: &str, variable: &str) -> Option<PathBuf> {
    let given = env::var_os(variable).map(PathBuf::from);
    let on_path = || env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(name)).find(|program| program.is_file());
    given.or_else(on_path)
}
