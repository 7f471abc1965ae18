//! Everything generated for a few definitions, as it was when somebody last looked at it.
//!
//! `INSTA_UPDATE=always cargo test --lib snapshots` accepts what is generated now. insta ignores line ends and blanks at both ends
//! of a text; [`text`] asserts that there are none, so that equal snapshots are equal bytes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gen_cse::emit::{Bundle as Files, File};
use gen_cse::pack::{Payload, strip::strip, unpack};
use gen_cse::{Catalog, Generated, Options, generate};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A definition in `apimodels/valid`, with the catalog it is for.
struct Case {
    name: &'static str,
    catalog: &'static str,
    definition: &'static str,
}

macro_rules! case {
    ($name:literal, $catalog:literal) => {
        Case { name: $name, catalog: $catalog, definition: include_str!(concat!("../../../apimodels/valid/", $name, ".json")) }
    };
}

const CASES: [Case; 5] = [
    case!("docker-availability-set", "aks-engine"),
    case!("containerd-scale-set-identity", "aks-engine"),
    case!("kubenet-stock-image", "aks-engine"),
    case!("azure-stack", "aks-engine-azurestack"),
    case!("two-pools", "aks-engine"),
];

/// Files that are meant to hold the secrets of the definition.
const PRIVATE: [&str; 2] = ["azuredeploy.parameters.json", "apimodel.json"];

impl Case {
    fn generate(&self) -> Generated {
        self.generate_from(self.definition)
    }

    fn generate_from(&self, definition: &str) -> Generated {
        let options = Options::new(Catalog::built_in(self.catalog).expect("a built-in catalog"));
        generate(definition, &options).unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }

    /// Path and text of each artifact; the scripts are those of `parts`, and `apimodel.json` is the definition.
    fn artifacts(&self) -> Vec<(String, String)> {
        let bundle = self.generate();
        let files = files(&bundle);
        let hide =
            |text: String, payload: &Arc<Payload>| text.replace(payload.base64(), &format!("<payload: {} files>", payload.files().len()));
        let shown = files.files().iter().filter(|file| file.path() != "apimodel.json");
        shown
            .map(|file| {
                (
                    format!("{}/{}", self.name, file.path()),
                    bundle.pools.iter().map(|pool| &pool.payload).fold(text(file.bytes()).to_owned(), hide),
                )
            })
            .collect()
    }

    /// What nobody but the owner of the deployment may see.
    fn secrets(&self) -> Vec<String> {
        let definition: Value = serde_json::from_str(self.definition).expect("JSON");
        let secret = |path: &str| definition.pointer(&format!("/properties/{path}")).and_then(Value::as_str);
        let key = secret("certificateProfile/clientPrivateKey").expect("every definition has one");
        // of the key, what stands between BEGIN and END: the line ends of PEM are escaped in JSON
        let key_body = key.lines().nth(1).expect("PEM");
        let password = secret("windowsProfile/adminPassword").expect("every definition has one");
        [Some(key), Some(key_body), Some(password), secret("servicePrincipalProfile/secret")]
            .into_iter()
            .flatten()
            .map(str::to_owned)
            .collect()
    }
}

fn files(bundle: &Generated) -> Files {
    bundle.files().expect("paths stay inside")
}

/// UTF-8, with line feeds only, one at the end, nothing blank before it or at the start.
fn text(bytes: &[u8]) -> &str {
    let text = std::str::from_utf8(bytes).expect("UTF-8");
    assert!(!text.contains('\r'), "a carriage return: {text}");
    assert_eq!(text.strip_suffix('\n').map(str::trim), text.strip_suffix('\n'), "blanks around it");
    assert!(text.ends_with('\n'), "no line feed at the end: {text}");
    text
}

fn everything() -> Vec<(String, String)> {
    CASES.iter().flat_map(Case::artifacts).collect()
}

fn compare(snapshots: Vec<(String, String)>) {
    for (path, text) in snapshots {
        let (folder, name) = path.rsplit_once('/').expect("a folder");
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(Path::new("../../../snapshots").join(folder));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name, text));
    }
}

#[test]
fn artifacts_are_those_of_the_snapshots() {
    CASES.iter().for_each(|case| compare(case.artifacts()));
}

/// What is left of a case that has another name now, or is gone.
#[test]
fn every_snapshot_belongs_to_something_generated() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots");
    let expected: BTreeSet<PathBuf> = everything().iter().map(|(path, _)| root.join(format!("{path}.snap"))).collect();
    let mut folders = vec![root.clone()];
    let mut found = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            // other tests check theirs
            let others = ["validate", "vhd", "surface.snap"].map(|name| root.join(name));
            if path.is_file() && !others.contains(&path) {
                found.insert(path);
            } else if path.is_dir() && !others.contains(&path) {
                folders.push(path);
            }
        }
    }
    let orphans: Vec<_> = found.difference(&expected).collect();
    assert!(orphans.is_empty(), "delete {orphans:#?}");
}

/// The snapshots show a mark in place of each payload; this is what it stands for: scripts that `--scripts` writes, once for all pools.
#[test]
fn payloads_unpack_to_the_scripts_without_comments() {
    for case in &CASES {
        let bundle = case.generate();
        let template = text(files(&bundle).get("azuredeploy.json").expect("a template").bytes()).to_owned();
        let mut readable = Files::default();
        bundle.add_scripts(&mut readable).expect("paths stay inside");
        let mut needed = BTreeSet::new();
        for pool in &bundle.pools {
            let payload = &pool.payload;
            let place = format!("{}, pool {}", case.name, pool.name());
            assert_eq!(template.matches(payload.base64()).count(), 1, "{place}: equal sets share one variable");
            for (path, unpacked) in unpack(payload.base64()).expect("it unpacks") {
                let path = format!("scripts/{}", path.replace('\\', "/"));
                if path.ends_with(".json") {
                    continue; // rendered of the plan and the definition
                }
                let script = readable.get(&path).unwrap_or_else(|| panic!("{place}: {path} is not among the scripts"));
                assert!(unpacked == strip(text(script.bytes())).expect("a script"), "{place}: {path}");
                needed.insert(path);
            }
        }
        let written: BTreeSet<_> = readable.files().iter().map(|file| file.path().to_owned()).collect();
        assert_eq!(needed, written, "{}", case.name);
    }
}

#[test]
fn secrets_are_in_private_files_only() {
    for case in &CASES {
        let bundle = case.generate();
        let files = files(&bundle);
        let private: Vec<_> = files.files().iter().filter(|file| file.is_private()).map(File::path).collect();
        assert_eq!(private, PRIVATE, "{}", case.name);
        let mut public: Vec<(String, String)> =
            bundle.pools.iter().flat_map(|pool| unpack(pool.payload.base64()).expect("it unpacks")).collect();
        let files_shown = files.files().iter().filter(|file| !file.is_private());
        public.extend(files_shown.map(|file| (file.path().to_owned(), String::from_utf8_lossy(file.bytes()).into_owned())));
        for secret in case.secrets() {
            for form in forms(&secret) {
                let places: Vec<_> = public.iter().filter(|(_, text)| text.contains(&form)).map(|(path, _)| path).collect();
                assert!(places.is_empty(), "{}: `{form}` is in {places:?}", case.name);
            }
            let parameters = text(files.get(PRIVATE[0]).expect("parameters").bytes());
            let given = forms(&secret).iter().any(|form| parameters.contains(form.as_str()));
            assert!(given, "{}: the deployment needs `{secret}`", case.name);
        }
    }
}

/// A secret as it is, as it stands in JSON, and as it shows in base64 of a longer text, where there are three ways to be aligned.
fn forms(secret: &str) -> Vec<String> {
    let quoted = Value::from(secret).to_string();
    let mut forms = vec![secret.to_owned(), quoted.trim_matches('"').to_owned()];
    for before in 0..3 {
        let encoded = STANDARD.encode(format!("{}{secret}", &"  "[..before]));
        // the first and the last characters depend on what is around the secret
        let (start, end) = ((before * 8).div_ceil(6), (before + secret.len()) * 8 / 6);
        forms.push(encoded[start..end].to_owned());
    }
    forms
}

#[test]
fn generating_twice_gives_the_same_bytes() {
    for case in &CASES {
        assert!(files(&case.generate()) == files(&case.generate()), "{}", case.name);
    }
}

/// Objects of JSON have no order. `apimodel.json` echoes the definition, and the template the tags of a pool: both only in the order.
#[test]
fn the_order_of_keys_does_not_matter() {
    for case in &CASES {
        let definition = serde_json::from_str(case.definition).expect("JSON");
        let (given, reordered) = (case.generate(), case.generate_from(&reversed(definition).to_string()));
        let (given, reordered) = (files(&given), files(&reordered));
        let paths = |files: &Files| files.files().iter().map(|file| file.path().to_owned()).collect::<Vec<_>>();
        assert_eq!(paths(&given), paths(&reordered), "{}", case.name);
        for (one, other) in given.files().iter().zip(reordered.files()) {
            if ["apimodel.json", "azuredeploy.json"].contains(&one.path()) {
                let json = |file: &File| serde_json::from_slice::<Value>(file.bytes()).expect("JSON");
                assert!(json(one) == json(other), "{}: {}", case.name, one.path());
            } else {
                assert!(one == other, "{}: {}", case.name, one.path());
            }
        }
    }
}

/// The same JSON with the keys of each object in reverse.
fn reversed(value: Value) -> Value {
    match value {
        Value::Object(object) => object.into_iter().rev().map(|(key, value)| (key, reversed(value))).collect::<Map<_, _>>().into(),
        Value::Array(items) => items.into_iter().map(reversed).collect(),
        other => other,
    }
}
