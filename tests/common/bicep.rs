//! Azure's own engine, which `bicep` brings along.

use serde_json::{Value, json};
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

/// `GEN_CSE_BICEP`, or what is on the search path.
pub(crate) fn bicep() -> Option<PathBuf> {
    let found = super::tool::find("bicep", "GEN_CSE_BICEP");
    if found.is_none() {
        // past the test harness, which keeps what a test that passes prints
        writeln!(io::stderr(), "LEFT OUT: no bicep for Azure's own engine and types; put bicep on PATH or name it in GEN_CSE_BICEP").ok();
    }
    found
}

/// Runs `bicep` in the folder; what it says and whether it succeeded.
pub(crate) fn run(bicep: &Path, folder: &Path, arguments: &[&str]) -> (String, bool) {
    let output = Command::new(bicep).args(arguments).current_dir(folder).output().expect("bicep starts");
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    (text, output.status.success())
}

/// What the deployment of `<name>.bicepparam` would make.
pub(crate) fn snapshot(bicep: &Path, folder: &Path, name: &str) -> Value {
    let deployment = super::deployment();
    let [subscription, tenant] = [deployment.subscription_id, deployment.tenant_id].map(Option::unwrap);
    let file = format!("{name}.bicepparam");
    let scope = ["--subscription-id", &subscription, "--tenant-id", &tenant, "--resource-group", "my-rg", "--location", "eastus"];
    let arguments = [&["snapshot", &file, "--mode", "overwrite"][..], &scope].concat();
    let (said, is_done) = run(bicep, folder, &arguments);
    assert!(is_done, "{said}");
    let text = fs::read_to_string(folder.join(format!("{name}.snapshot.json"))).expect("a snapshot");
    serde_json::from_str(&text).expect("JSON")
}

/// A literal of the Bicep language.
pub(crate) fn literal(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Array(items) => format!("[\n{}]", items.iter().map(|item| literal(item) + "\n").collect::<String>()),
        Value::Object(members) => {
            let members = members.iter().map(|(key, value)| format!("{}: {}\n", quoted(key), literal(value)));
            format!("{{\n{}}}", members.collect::<String>())
        }
        other => other.to_string(),
    }
}

pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::from("'");
    for c in text.chars() {
        match c {
            '\\' | '\'' => quoted.extend(['\\', c]),
            // `${` starts an interpolation
            '$' => quoted.push_str("\\$"),
            c if c.is_control() => write!(quoted, "\\u{{{:x}}}", u32::from(c)).expect("a string"),
            c => quoted.push(c),
        }
    }
    quoted + "'"
}

/// Values of secure parameters would stay expressions.
pub(crate) fn without_secrets(template: &mut Value) {
    for parameter in template["parameters"].as_object_mut().expect("parameters").values_mut() {
        if parameter["type"] == "securestring" {
            parameter["type"] = json!("string");
        }
    }
}
