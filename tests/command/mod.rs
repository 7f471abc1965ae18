//! Running the command as a person does, in a folder of its own.

#![allow(dead_code)]

use serde_json::{Value, json};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

#[cfg(feature = "cli")]
pub(crate) mod peers;

/// The sample of the README.
pub(crate) const SAMPLE: &str = include_str!("../../apimodels/valid/containerd-azure-vmss.json");
/// A secret: a password that Windows takes, which nothing shown may contain.
pub(crate) const MARKER: &str = "Marker-secret1-9f2c";

/// What a run left behind.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    pub(crate) fn of(output: &Output) -> Self {
        Self { code: output.status.code().expect("it ended by itself"), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }

    /// Asserts the exit code, that nothing panicked and that the message says all of this.
    #[track_caller]
    pub(crate) fn fails(&self, code: i32, says: &[&str]) {
        self.ends(code);
        assert_eq!(self.stdout, "", "standard output is for results");
        for part in says {
            assert!(self.stderr.contains(part), "no `{part}` in:\n{}", self.stderr);
        }
    }

    /// Asserts the exit code and that nothing panicked.
    #[track_caller]
    pub(crate) fn ends(&self, code: i32) {
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        assert_eq!(self.code, code, "standard error:\n{}", self.stderr);
    }

    /// Asserts that no stream has this.
    #[track_caller]
    pub(crate) fn hides(&self, secret: &str) {
        assert!(!self.stdout.contains(secret), "standard output shows a secret:\n{}", self.stdout);
        assert!(!self.stderr.contains(secret), "standard error shows a secret:\n{}", self.stderr);
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("what is shown is UTF-8")
}

/// A folder that the command runs in.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    /// With a definition, `apimodel.json`.
    pub(crate) fn with(definition: impl AsRef<[u8]>) -> Self {
        let folder = Self::new();
        folder.write("apimodel.json", definition);
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).expect("it can be written");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn json(&self, name: &str) -> Value {
        serde_json::from_str(&self.read(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Every file below, with `/` between names, sorted, but for the record that each output has.
    pub(crate) fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        collect(self.0.path(), self.0.path(), &mut found);
        found.retain(|name| name != ".gen-cse" && !name.ends_with("/.gen-cse"));
        found.sort();
        found
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gen-cse"));
        command.args(arguments).current_dir(self.0.path()).stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        Run::of(&self.command(arguments).output().expect("it starts"))
    }

    /// With something on standard input.
    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> Run {
        let mut command = self.command(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        let mut pipe = child.stdin.take().expect("a pipe");
        // a command that refuses its input need not read all of it
        let _ = pipe.write_all(input);
        drop(pipe);
        Run::of(&child.wait_with_output().expect("it ends"))
    }
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(root, &path, found);
        } else {
            let relative = path.strip_prefix(root).expect("it is below");
            found.push(relative.to_str().expect("UTF-8").replace('\\', "/"));
        }
    }
}

/// The sample, changed.
pub(crate) fn sample(change: impl FnOnce(&mut Value)) -> String {
    let mut definition: Value = serde_json::from_str(SAMPLE).expect("the sample is JSON");
    change(&mut definition);
    format!("{definition:#}\n")
}

/// The sample with [`MARKER`] in each of its secrets.
pub(crate) fn sample_with_secrets(change: impl FnOnce(&mut Value)) -> String {
    sample(|definition| {
        let properties = &mut definition["properties"];
        properties["windowsProfile"]["adminPassword"] = json!(MARKER);
        properties["orchestratorProfile"]["kubernetesConfig"]["useManagedIdentity"] = json!(false);
        properties["servicePrincipalProfile"] = json!({ "clientId": "00000000-0000-0000-0000-000000000001", "secret": MARKER });
        properties["certificateProfile"] = json!({
            "caCertificate": "ca",
            "caPrivateKey": MARKER,
            "clientCertificate": "client",
            "clientPrivateKey": MARKER,
        });
        change(definition);
    })
}
