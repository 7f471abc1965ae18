//! Bundles: written whole or not at all, with private files private; compared and printed without secrets.

use super::{Bundle, Change, EmitError, WriteOptions};
use std::fs;
use std::path::Path;

const SECRET: &str = "hunter2";
const FORCE: WriteOptions = WriteOptions { force: true, stop: None };

fn bundle(content: &str) -> Bundle {
    let mut bundle = Bundle::default();
    bundle.add("azuredeploy.json", content).unwrap();
    bundle.add_private("azuredeploy.parameters.json", format!("{content}{SECRET}\n")).unwrap();
    bundle.add("nodes/pool1/customdata.ps1", content).unwrap();
    bundle
}

/// Every file below `dir` with its content, but for the record.
fn tree(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name == ".gen-cse" {
            continue;
        }
        if path.is_dir() {
            found.push((format!("{name}/"), Vec::new()));
            found.extend(tree(&path).into_iter().map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)));
        } else {
            found.push((name, fs::read(&path).unwrap()));
        }
    }
    found.sort();
    found
}

#[test]
fn writes_into_a_new_directory_and_again_beside_other_files() {
    let dir = tempfile::tempdir().unwrap();
    let goal = dir.path().join("_output/cluster");
    bundle("one\n").write(&goal).unwrap();
    fs::write(goal.join("notes.txt"), "mine").unwrap();
    fs::write(goal.join("nodes/mine.txt"), "mine").unwrap();
    bundle("two\n").write(&goal).unwrap();
    let names: Vec<_> = tree(&goal).into_iter().map(|(name, bytes)| (name, String::from_utf8(bytes).unwrap())).collect();
    let expected = [
        ("azuredeploy.json", "two\n"),
        ("azuredeploy.parameters.json", "two\nhunter2\n"),
        ("nodes/", ""),
        ("nodes/mine.txt", "mine"),
        ("nodes/pool1/", ""),
        ("nodes/pool1/customdata.ps1", "two\n"),
        ("notes.txt", "mine"),
    ];
    assert_eq!(names, expected.map(|(name, text)| (name.to_owned(), text.to_owned())));
}

#[cfg(unix)]
#[test]
fn secrets_are_readable_by_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    let mode = |name: &str| fs::metadata(dir.path().join(name)).unwrap().permissions().mode() & 0o777;
    let secret = dir.path().join("azuredeploy.parameters.json");
    fs::write(&secret, "onehunter2\n").unwrap();
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o666)).unwrap();
    bundle("one").write(dir.path()).unwrap();
    assert_eq!(mode("azuredeploy.parameters.json"), 0o600);
    // a plain new file shows what the umask makes of 0666
    fs::write(dir.path().join("plain"), "").unwrap();
    assert_eq!(mode("azuredeploy.json"), mode("plain"));

    fs::set_permissions(&secret, fs::Permissions::from_mode(0o640)).unwrap();
    let differences = bundle("one").check(dir.path()).unwrap();
    assert_eq!(differences.len(), 1);
    assert_eq!(differences[0].change, Change::Readable);
    assert_eq!(differences[0].to_string(), "azuredeploy.parameters.json: others than its owner may read it\n");
}

#[test]
fn a_write_that_fails_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    bundle("old").write(dir.path()).unwrap();
    let before = tree(dir.path());

    // its name is too long for any file system
    let mut failing = bundle("new");
    failing.add("new/file.txt", "new").unwrap();
    failing.add("x".repeat(300), "new").unwrap();
    let error = failing.write(dir.path()).unwrap_err();
    assert!(matches!(error, EmitError::Io { .. }), "{error}");
    assert!(error.to_string().starts_with("cannot "), "{error}");
    assert_eq!(tree(dir.path()), before);
}

#[test]
fn a_first_write_that_fails_leaves_no_directory() {
    let dir = tempfile::tempdir().unwrap();
    let mut failing = bundle("new");
    failing.add("x".repeat(300), "new").unwrap();
    failing.write(&dir.path().join("a/b")).unwrap_err();
    assert_eq!(tree(dir.path()), []);
}

#[test]
fn what_is_in_the_way_is_named_before_anything_is_written() {
    type Preparation = fn(&Path);
    let cases: [(&str, Preparation); 3] = [
        ("azuredeploy.json`: it is a directory", |dir| fs::create_dir(dir.join("azuredeploy.json")).unwrap()),
        ("nodes`: it is not a directory", |dir| fs::write(dir.join("nodes"), "").unwrap()),
        ("nodes/pool1`: it is not a directory", |dir| {
            fs::create_dir(dir.join("nodes")).unwrap();
            fs::write(dir.join("nodes/pool1"), "").unwrap();
        }),
    ];
    for (expected, prepare) in cases {
        let dir = tempfile::tempdir().unwrap();
        prepare(dir.path());
        let before = tree(dir.path());
        let error = bundle("new").write(dir.path()).unwrap_err().to_string();
        assert!(error.starts_with("cannot write `") && error.ends_with(expected), "{error}");
        assert_eq!(tree(dir.path()), before);
    }
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    let error = bundle("new").write(&file).unwrap_err().to_string();
    assert!(error.ends_with("file`: it is not a directory"), "{error}");
}

#[cfg(unix)]
#[test]
fn links_do_not_lead_out_of_the_directory() {
    let dir = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), dir.path().join("nodes")).unwrap();
    let error = bundle("new").write(dir.path()).unwrap_err().to_string();
    assert!(error.ends_with("nodes`: it is a link, which may lead elsewhere"), "{error}");
    assert_eq!(tree(elsewhere.path()), []);

    // a link in a file's place is replaced, not followed
    fs::remove_file(dir.path().join("nodes")).unwrap();
    let outside = elsewhere.path().join("outside");
    fs::write(&outside, "outside").unwrap();
    std::os::unix::fs::symlink(&outside, dir.path().join("azuredeploy.json")).unwrap();
    assert!(matches!(bundle("new").write(dir.path()), Err(EmitError::Foreign { .. })));
    bundle("new").write_with(dir.path(), FORCE).unwrap();
    assert_eq!(fs::read(&outside).unwrap(), b"outside");
    assert_eq!(fs::read(dir.path().join("azuredeploy.json")).unwrap(), b"new");
}

#[test]
fn paths_stay_below_the_directory_on_every_system() {
    for path in [
        "",
        "/etc/passwd",
        "../x",
        "a/../../x",
        "a/./b",
        "a//b",
        "a/",
        "c:\\x",
        "a\\b",
        "c:x",
        "a\nb",
        "a\0b",
        "nul",
        "a/CON.txt",
        "a.",
        "a ",
        "what?",
        ".gen-cse",
        "a/.Gen-CSE-1",
    ] {
        let error = Bundle::default().add(path, "").unwrap_err();
        assert!(matches!(error, EmitError::Path { .. }), "{path:?}: {error}");
    }
    for path in ["a", ".gitignore", "nodes/pool1/lib/text.ps1", "console", "com10", "käse"] {
        Bundle::default().add(path, "").unwrap();
    }
}

#[test]
fn two_files_cannot_be_one() {
    for (first, second) in [("a", "A"), ("a/b", "a"), ("a", "a/b/c"), ("a/b", "A/B"), ("A/b/c", "a/B")] {
        let mut bundle = Bundle::default();
        bundle.add(first, "").unwrap();
        let error = bundle.add(second, "").unwrap_err();
        assert_eq!(error.to_string(), format!("`{second}` and `{first}` cannot both be files"));
        assert_eq!(bundle.files().len(), 1);
    }
    let mut siblings = Bundle::default();
    for path in ["a/b", "a/c", "ab", "a/bc"] {
        siblings.add(path, "").unwrap();
    }
}

#[test]
fn check_shows_what_differs_and_no_secret() {
    let dir = tempfile::tempdir().unwrap();
    let generated = bundle("same\nnew\n");
    let all = generated.check(dir.path()).unwrap();
    assert_eq!(all.iter().map(|difference| &difference.change).collect::<Vec<_>>(), [&Change::Missing; 3]);
    assert_eq!(all[0].to_string(), "azuredeploy.json: missing\n");

    bundle("same\nold\n").write(dir.path()).unwrap();
    fs::write(dir.path().join("nodes/pool1/customdata.ps1"), [0xff, 0xfe]).unwrap();
    fs::write(dir.path().join("azuredeploy.parameters.json"), "{\"token\": \"hunter2\"}\n").unwrap();
    let all = generated.check(dir.path()).unwrap();
    let expected = "--- azuredeploy.json\n+++ azuredeploy.json (generated)\n@@ -1,2 +1,2 @@\n same\n-old\n+new\n";
    assert_eq!(all[0].to_string(), expected);
    assert!(matches!(&all[1].change, Change::Text(diff) if diff.contains("-{\"token\": \"<hidden>\"}")), "{:?}", all[1]);
    assert_eq!(all[2].change, Change::Hidden);

    assert!(matches!(generated.write(dir.path()), Err(EmitError::Foreign { files }) if files.len() == 2));
    generated.write_with(dir.path(), FORCE).unwrap();
    assert_eq!(generated.check(dir.path()).unwrap(), []);
    fs::write(dir.path().join("notes.txt"), "mine").unwrap();
    assert_eq!(generated.check(dir.path()).unwrap(), []);
}

#[test]
fn long_lines_of_a_diff_are_cut() {
    let dir = tempfile::tempdir().unwrap();
    let of = |letter: &str| {
        let mut bundle = Bundle::default();
        bundle.add("a.json", format!("{}\nend\n", letter.repeat(60_000))).unwrap();
        bundle
    };
    of("ä").write(dir.path()).unwrap();
    let diff = of("b").check(dir.path()).unwrap()[0].to_string();
    assert!(diff.len() < 1000, "{} bytes", diff.len());
    assert!(diff.contains("\n-ä") && diff.contains("b...\n"), "{diff}");
}

#[test]
fn print_shows_every_file_but_no_secret() {
    let mut out = Vec::new();
    let mut bundle = bundle("text");
    bundle.add("empty", "").unwrap();
    bundle.print(&mut out).unwrap();
    let expected = "==> azuredeploy.json <==\ntext\n\n==> azuredeploy.parameters.json <==\n(not shown: it holds secrets)\n\n\
                    ==> nodes/pool1/customdata.ps1 <==\ntext\n\n==> empty <==\n";
    assert_eq!(String::from_utf8(out).unwrap(), expected);
    assert!(!format!("{bundle:?}").contains(SECRET));
}

#[test]
fn files_are_found_by_path() {
    let bundle = bundle("text");
    let file = bundle.get("azuredeploy.parameters.json").unwrap();
    assert!(file.is_private());
    assert_eq!(file.bytes(), b"texthunter2\n");
    assert!(bundle.get("other").is_none());
}

#[test]
fn what_somebody_else_wrote_stays_unless_forced() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("azuredeploy.json"), "aks-engine's").unwrap();
    fs::write(dir.path().join("azuredeploy.parameters.json"), "aks-engine's").unwrap();
    let before = tree(dir.path());
    let error = bundle("new").write(dir.path()).unwrap_err().to_string();
    assert!(error.contains("azuredeploy.json`, `") && error.ends_with("were not written by gen-cse, or were changed since"), "{error}");
    assert_eq!(tree(dir.path()), before);
    assert!(!dir.path().join(".gen-cse").exists());

    bundle("new").write_with(dir.path(), FORCE).unwrap();
    // its own it replaces, and not when it was changed
    bundle("newer").write(dir.path()).unwrap();
    fs::write(dir.path().join("azuredeploy.json"), "edited").unwrap();
    assert!(matches!(bundle("newest").write(dir.path()), Err(EmitError::Foreign { files }) if files.len() == 1));
    // what is right already is nobody's
    fs::write(dir.path().join("azuredeploy.json"), "newest").unwrap();
    fs::remove_file(dir.path().join(".gen-cse")).unwrap();
    bundle("newer").write_with(dir.path(), FORCE).unwrap();
}

#[test]
fn what_is_right_is_left_alone_and_what_is_left_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let mut first = bundle("same");
    first.add("nodes/pool2/customdata.ps1", "same").unwrap();
    let written = first.write(dir.path()).unwrap();
    assert_eq!((written.changed, written.unchanged, written.left), (4, 0, Vec::new()));
    let goal = dir.path().join("azuredeploy.json");
    let time = |path: &Path| fs::metadata(path).unwrap().modified().unwrap();
    let before = time(&goal);
    for _ in 0..2 {
        let written = bundle("same").write(dir.path()).unwrap();
        assert_eq!((written.changed, written.unchanged), (0, 3));
        assert_eq!(written.left, ["nodes/pool2/customdata.ps1"]);
    }
    assert_eq!(time(&goal), before);
    let left = bundle("same").check(dir.path()).unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].to_string(), "nodes/pool2/customdata.ps1: not generated any more\n");
    fs::remove_dir_all(dir.path().join("nodes/pool2")).unwrap();
    assert_eq!(bundle("same").write(dir.path()).unwrap().left, [""; 0]);
}

/// 5 pools of 60 files each kept 300 files open, and macOS allows 256.
#[cfg(target_os = "linux")]
#[test]
fn no_file_stays_open() {
    let dir = tempfile::tempdir().unwrap();
    let mut many = Bundle::default();
    for number in 0..300 {
        many.add(format!("nodes/pool{}/{number}", number % 7), "x").unwrap();
    }
    let program = std::env::current_exe().unwrap();
    if std::env::var_os("GEN_CSE_FEW_FILES").is_some() {
        many.write(&dir.path().join("out")).unwrap();
        return;
    }
    let name = "emit::tests::no_file_stays_open";
    let script = format!("ulimit -n 64; exec '{}' --exact {name} --test-threads 1", program.display());
    let run = std::process::Command::new("sh").args(["-c", &script]).env("GEN_CSE_FEW_FILES", "1").output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
}

#[test]
fn writers_of_one_directory_wait_for_each_other() {
    for _ in 0..20 {
        let dir = tempfile::tempdir().unwrap();
        let goal = dir.path().join("a/b");
        std::thread::scope(|scope| {
            for content in ["one", "two", "three", "four"] {
                let goal = &goal;
                scope.spawn(move || bundle(content).write(goal).unwrap());
            }
        });
        let files = tree(&goal);
        let content = files.iter().find(|(name, _)| name == "azuredeploy.json").unwrap().1.clone();
        assert_eq!(files.len(), 5, "{files:?}");
        assert_eq!(bundle(std::str::from_utf8(&content).unwrap()).check(&goal).unwrap(), [], "all files are of one writer");
    }
}

#[test]
fn failing_writers_take_nothing_from_others() {
    for _ in 0..20 {
        let dir = tempfile::tempdir().unwrap();
        let goal = dir.path().join("a/b");
        std::thread::scope(|scope| {
            for number in 0..4 {
                let goal = &goal;
                scope.spawn(move || {
                    let mut bundle = bundle("same");
                    if number % 2 == 0 {
                        bundle.add("x".repeat(300), "").unwrap();
                    }
                    assert_eq!(bundle.write(goal).is_ok(), number % 2 == 1);
                });
            }
        });
        assert_eq!(bundle("same").check(&goal).unwrap(), []);
    }
}

#[test]
fn a_stop_undoes_what_was_done_and_a_kill_is_swept() {
    let dir = tempfile::tempdir().unwrap();
    bundle("old").write(dir.path()).unwrap();
    let before = tree(dir.path());
    let stop = std::sync::atomic::AtomicBool::new(true);
    let options = WriteOptions { force: false, stop: Some(&stop) };
    assert!(matches!(bundle("new").write_with(dir.path(), options), Err(EmitError::Stopped)));
    assert_eq!(tree(dir.path()), before);

    fs::create_dir(dir.path().join(".gen-cse-killed")).unwrap();
    fs::write(dir.path().join(".gen-cse-killed/x"), SECRET).unwrap();
    bundle("old").write(dir.path()).unwrap();
    assert_eq!(tree(dir.path()), before);
}

#[cfg(unix)]
#[test]
fn a_pipe_in_a_files_place_is_refused_and_not_read() {
    let dir = tempfile::tempdir().unwrap();
    let pipe = dir.path().join("azuredeploy.json");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let is_refused = |error: EmitError| error.to_string().ends_with("azuredeploy.json`: it is not a regular file");
    assert!(is_refused(bundle("new").check(dir.path()).unwrap_err()));
    assert!(is_refused(bundle("new").write_with(dir.path(), FORCE).unwrap_err()));
    // also behind a link
    let other = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(&pipe, other.path().join("azuredeploy.json")).unwrap();
    assert!(is_refused(bundle("new").check(other.path()).unwrap_err()));
}
