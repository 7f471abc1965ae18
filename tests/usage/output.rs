//! What is on the disk afterwards: nothing of others lost, nothing half, nothing of a run that was killed.

use crate::command::{Folder, MARKER, SAMPLE, sample, sample_with_secrets};
use serde_json::{Value, json};
use std::fs;
use std::process::{Child, Stdio};
use std::time::Duration;

const OUT: &str = "_output/mytestcluster-windows";

/// The sample with so many Windows pools.
fn pools(count: usize) -> String {
    sample(|definition| {
        let pools = definition["properties"]["agentPoolProfiles"].as_array_mut().expect("pools");
        let windows = pools.pop().expect("a Windows pool");
        pools.extend((0..count).map(|number| {
            let mut pool = windows.clone();
            pool["name"] = json!(format!("win{number}"));
            pool
        }));
    })
}

#[test]
fn the_output_of_aks_engine_stays() {
    let folder = Folder::with(SAMPLE);
    let theirs = ["apimodel.json", "azuredeploy.json", "azuredeploy.parameters.json"].map(|name| format!("_output/mytestcluster/{name}"));
    fs::create_dir_all(folder.path("_output/mytestcluster")).expect("a folder");
    theirs.iter().for_each(|name| folder.write(name, "aks-engine's"));
    folder.run(&["apimodel.json"]).ends(0);
    assert!(theirs.iter().all(|name| folder.read(name) == "aks-engine's"));
    assert!(folder.path(OUT).join("azuredeploy.json").exists());
    // also when its folder is named
    let arguments = ["apimodel.json", "--output", "_output/mytestcluster"];
    let before = folder.files();
    folder.run(&arguments).fails(4, &["apimodel.json`", "were not written by gen-cse", "--force", "--output"]);
    assert_eq!(folder.files(), before);
    folder.run(&[&arguments[..], &["--force"]].concat()).ends(0);
    assert_ne!(folder.read(&theirs[1]), "aks-engine's");
}

#[test]
fn what_was_edited_by_hand_stays() {
    let folder = Folder::with(SAMPLE);
    folder.run(&["apimodel.json", "-o", "out"]).ends(0);
    folder.write("out/azuredeploy.json", "{}");
    folder.run(&["apimodel.json", "-o", "out", "--set", "masterProfile.count=5"]).fails(4, &["out/azuredeploy.json`", "changed since"]);
    assert_eq!(folder.read("out/azuredeploy.json"), "{}");
}

#[test]
fn an_input_is_no_output() {
    let folder = Folder::with(SAMPLE);
    for force in [&[][..], &["--force"]] {
        let run = folder.run(&[&["apimodel.json", "--output", "."], force].concat());
        run.fails(2, &["apimodel.json` would be written and was read"]);
    }
    assert_eq!(folder.read("apimodel.json"), SAMPLE);
    assert_eq!(folder.files(), ["apimodel.json"]);
}

#[test]
fn what_is_right_is_not_written_again_and_what_is_left_is_named() {
    let folder = Folder::with(pools(2));
    folder.run(&["apimodel.json", "-o", "out"]).ends(0);
    let run = folder.run(&["apimodel.json", "-o", "out"]);
    run.ends(0);
    assert!(run.stdout.starts_with("out is as it should be\n"), "{}", run.stdout);
    let run = folder.run(&["apimodel.json", "-o", "out", "--pool", "win0"]);
    run.ends(0);
    // the folder itself is part of the output
    assert!(run.stderr.contains("left from an earlier run, not part of this output: out/nodes/win1.json\n"), "{}", run.stderr);
    let run = folder.run(&["apimodel.json", "-o", "out", "--pool", "win0", "--check"]);
    run.ends(0);
    assert_eq!(run.stdout, "nodes/win1.json: not generated any more\n");
}

/// Opening a pipe never ends, and a link leads elsewhere.
#[cfg(unix)]
#[test]
fn the_record_is_a_plain_file() {
    let folder = Folder::with(SAMPLE);
    fs::create_dir(folder.path("out")).expect("a folder");
    folder.write("precious", "mine");
    let record = folder.path("out/.gen-cse");
    std::os::unix::fs::symlink(folder.path("precious"), &record).expect("a link");
    folder.run(&["apimodel.json", "-o", "out"]).fails(4, &["out/.gen-cse`: it is a link"]);
    assert_eq!(folder.read("precious"), "mine");
    fs::remove_file(&record).expect("it goes");
    let made = std::process::Command::new("mkfifo").arg(&record).status().expect("mkfifo is there");
    assert!(made.success());
    for more in [&[][..], &["--check"]] {
        let arguments = [&["apimodel.json", "-q", "-o", "out"], more].concat();
        let mut child = folder.command(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        let ended = (0..100).any(|_| {
            std::thread::sleep(Duration::from_millis(50));
            child.try_wait().expect("it can be asked").is_some()
        });
        let _ = child.kill();
        assert!(ended, "{more:?}: it waits for the pipe");
    }
}

#[cfg(unix)]
#[test]
fn few_open_files_are_enough() {
    let folder = Folder::with(pools(40));
    let program = env!("CARGO_BIN_EXE_gen-cse");
    let script = format!(
        "ulimit -n 32 && '{program}' apimodel.json -o out --scripts && '{program}' inspect out/azuredeploy.json out/azuredeploy.parameters.json -q -o nodes"
    );
    let run = std::process::Command::new("sh").args(["-c", &script]).current_dir(folder.path(".")).output().expect("a shell");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}

/// All four end well, and the folder is that of one of them.
#[test]
fn processes_of_one_folder_wait_for_each_other() {
    for round in 0..10 {
        let folder = Folder::with(SAMPLE);
        let counts = ["1", "3", "5", "1"];
        let run = |count: &str| {
            let set = format!("masterProfile.count={count}");
            folder.command(&["apimodel.json", "-q", "-o", "a/b", "--set", &set]).stderr(Stdio::piped()).spawn().expect("it starts")
        };
        let children: Vec<Child> = counts.into_iter().map(run).collect();
        for child in children {
            let output = child.wait_with_output().expect("it ends");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        let count = &folder.json("a/b/apimodel.json")["properties"]["masterProfile"]["count"];
        let check = folder.run(&["apimodel.json", "-o", "a/b", "--check", "--set", &format!("masterProfile.count={count}")]);
        assert_eq!((check.code, check.stdout.as_str()), (0, ""), "round {round}");
    }
}

/// Interrupted at any moment: all old files or all new ones, and nothing beside them.
#[cfg(unix)]
#[test]
fn an_interrupted_run_changes_nothing_or_all() {
    let folder = Folder::with(pools(60));
    folder.run(&["apimodel.json", "-q", "-o", "out", "--set", "masterProfile.count=1"]).ends(0);
    for round in 0..8_u64 {
        for signal in ["-INT", "-TERM", "-HUP"] {
            let count = if round % 2 == 0 { "3" } else { "5" };
            let set = format!("masterProfile.count={count}");
            let mut child =
                folder.command(&["apimodel.json", "-q", "-o", "out", "--set", &set]).stderr(Stdio::null()).spawn().expect("it starts");
            std::thread::sleep(Duration::from_millis(40 * round));
            let _ = std::process::Command::new("kill").args([signal, &child.id().to_string()]).stderr(Stdio::null()).status();
            child.wait().expect("it ends");
            let hidden: Vec<_> = folder.files().into_iter().filter(|name| name.contains("/.gen-cse-")).collect();
            assert_eq!(hidden, [""; 0], "{signal} after {} ms", 40 * round);
            let count = folder.json("out/apimodel.json")["properties"]["masterProfile"]["count"].clone();
            let check = folder.run(&["apimodel.json", "-o", "out", "--check", "--set", &format!("masterProfile.count={count}")]);
            assert_eq!((check.code, check.stdout.as_str()), (0, ""), "{signal} after {} ms", 40 * round);
        }
    }
}

/// What SIGKILL leaves can be read by the owner only, and the next run takes it away.
#[cfg(unix)]
#[test]
fn what_a_killed_run_left_is_swept() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::with(pools(100));
    let mut seen = 0;
    for round in 0..12_u64 {
        let set = format!("masterProfile.count={}", if round % 2 == 0 { 3 } else { 5 });
        let mut child =
            folder.command(&["apimodel.json", "-q", "-o", "out", "--set", &set]).stderr(Stdio::null()).spawn().expect("it starts");
        std::thread::sleep(Duration::from_millis(30 * round));
        child.kill().expect("it is ours");
        child.wait().expect("it ends");
        let staged = fs::read_dir(folder.path("out")).into_iter().flatten().flatten();
        for entry in staged.filter(|entry| entry.file_name().to_string_lossy().starts_with(".gen-cse-")) {
            seen += 1;
            assert_eq!(entry.metadata().expect("it is there").permissions().mode() & 0o777, 0o700);
        }
    }
    println!("{seen} killed runs left something");
    folder.run(&["apimodel.json", "-q", "-o", "out"]).ends(0);
    assert!(!folder.files().iter().any(|name| name.contains("/.gen-cse-")));
    let run = folder.run(&["apimodel.json", "-o", "out", "--check"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
}

#[cfg(unix)]
#[test]
fn pipes_and_endless_files_are_refused_at_once() {
    let folder = Folder::with(SAMPLE);
    fs::create_dir(folder.path("out")).expect("a folder");
    assert!(std::process::Command::new("mkfifo").arg(folder.path("out/plan.json")).status().expect("mkfifo").success());
    folder.run(&["apimodel.json", "-o", "out", "--check"]).fails(4, &["plan.json`: it is not a regular file"]);
    folder.run(&["apimodel.json", "-o", "out"]).fails(4, &["plan.json`: it is not a regular file"]);
    folder.run(&["apimodel.json", "--catalog", "/dev/zero"]).fails(1, &["/dev/zero", "more than 16777216 bytes"]);
    folder.run(&["apimodel.json", "--set", "location=@/dev/zero"]).fails(1, &["--set"]);
}

#[test]
fn differences_of_private_files_are_shown_masked() {
    let folder = Folder::with(sample_with_secrets(|_| {}));
    folder.run(&["apimodel.json", "-o", "out"]).ends(0);
    let other = ["apimodel.json", "-o", "out", "--check", "--set", "masterProfile.count=5"];
    let run = folder.run(&other);
    run.ends(5);
    run.hides(MARKER);
    assert!(run.stdout.contains("-      \"count\": 3,\n+      \"count\": 5,\n"), "{}", run.stdout);
    let run = folder.run(&["apimodel.json", "-o", "out", "--check", "--set", "windowsProfile.adminPassword=Other-secret1-77"]);
    run.ends(5);
    run.hides(MARKER);
    run.hides("Other-secret1-77");
    assert!(run.stdout.contains("apimodel.json: the content differs"), "{}", run.stdout);
}

#[test]
fn scripts_are_written_once_and_only_when_asked_for() {
    let folder = Folder::with(pools(3));
    folder.run(&["apimodel.json", "-o", "out"]).ends(0);
    let usual: Vec<_> = folder.files().into_iter().filter(|name| name.starts_with("out/")).collect();
    let expected = [
        "out/apimodel.json",
        "out/azuredeploy.json",
        "out/azuredeploy.parameters.json",
        "out/nodes/win0.json",
        "out/nodes/win1.json",
        "out/nodes/win2.json",
        "out/plan.json",
    ];
    assert_eq!(usual, expected);
    folder.run(&["apimodel.json", "-o", "out", "--scripts"]).ends(0);
    let scripts = folder.files().iter().filter(|name| name.starts_with("out/scripts/")).count();
    assert_eq!(folder.files().len(), 1 + expected.len() + scripts);
    assert!(scripts > 20, "{scripts}");
    let _: Value = folder.json("out/nodes/win0.json");
}
