//! A room imports only rooms to its left and the leaves.

use std::fs;
use std::path::{Path, PathBuf};

/// Leaves: any room may use them; they use no room.
const LEAVES: [&str; 5] = ["report", "json", "error", "file_name", "words"];
/// The rooms from left to right. `model` stands left of `validate`, which is its only constructor.
const ROOMS: [&str; 18] = [
    "catalog", "wire", "model", "validate", "plan", "advice", "render", "pack", "arm", "emit", "generate", "machines", "inspect", "diff",
    "result", "merge", "vhd", "explain",
];

fn rust_files(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("readable source folder") {
        let path = entry.expect("readable entry").path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Names of rooms after `crate::`, also inside braces.
fn imports(text: &str) -> Vec<String> {
    let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).map(|line| format!("{line}\n")).collect();
    let mut names = Vec::new();
    for (place, _) in code.match_indices("crate::") {
        let rest = &code[place + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => {
                let group = &group[..group.find("};").unwrap_or(group.len())];
                names.extend(group.split(',').map(first_word));
            }
            None => names.push(first_word(rest)),
        }
    }
    names
}

fn first_word(text: &str) -> String {
    text.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

fn offences(room: &str, text: &str) -> Vec<String> {
    let place = |name: &str| ROOMS.iter().position(|other| *other == name);
    imports(text)
        .into_iter()
        .filter(|name| name != room)
        .filter(|name| match (place(room), place(name)) {
            (Some(ours), Some(theirs)) => theirs > ours,
            (None, Some(_)) => LEAVES.contains(&room),
            _ => false,
        })
        .collect()
}

#[test]
fn rooms_import_only_to_the_left() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&source, &mut files);
    assert!(files.len() > 20, "only {} source files found", files.len());
    for file in files {
        let relative = file.strip_prefix(&source).expect("below src");
        let room = relative.components().next().expect("a file name").as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned();
        if room == "lib" || room == "main" || room == "cli" {
            continue;
        }
        assert!(ROOMS.contains(&room.as_str()) || LEAVES.contains(&room.as_str()), "{} is in no room", relative.display());
        let wrong = offences(&room, &fs::read_to_string(&file).expect("readable source file"));
        assert!(wrong.is_empty(), "{} imports from its right: {wrong:?}", relative.display());
    }
}

#[test]
fn an_import_from_the_right_is_noticed() {
    assert_eq!(offences("model", "use crate::plan::Step;"), ["plan"]);
    assert_eq!(offences("plan", "use crate::{model::Cluster, arm::Expr};"), ["arm"]);
    assert_eq!(offences("report", "fn f() { crate::wire::parse(); }"), ["wire"]);
    assert_eq!(offences("arm", "// crate::emit\nuse crate::{plan, report};"), Vec::<String>::new());
}
