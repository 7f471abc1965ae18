//! Every rule by example: definitions below `apimodels` and the report each of them gets.

use gen_cse::catalog::Catalog;
use gen_cse::model::Cluster;
use gen_cse::report::{Code, Diagnostic, Format, Report, Severity, codes, render, summary};
use gen_cse::{Checked, Options, wire};
use std::fs;
use std::path::{Path, PathBuf};

const AKS_ENGINE: &str = "aks-engine";
const AZURE_STACK: &str = "aks-engine-azurestack";

/// Codes no definition causes, and why.
const WITHOUT_FIXTURE: &[(&str, &str)] = &[
    ("json-size", "would be a file of 16 MiB; src/wire/tests makes one"),
    ("set-path", "is about the command line; src/wire/tests has its cases"),
    ("unreadable", "is about a file that is not there; tests/usage has its cases"),
    ("catalog", "is about another file; tests/usage has its cases"),
    ("json-value", "is about catalogs; tests/usage has its cases"),
    ("missing-key", "is about catalogs; tests/usage has its cases"),
    ("proxy-update", "is about the command line; tests/cli.rs has its cases"),
    ("proxy-docker", "is about the command line; tests/cli.rs has its cases"),
];

/// What was found in a definition.
struct Found {
    cluster: Option<Cluster>,
    report: Report,
    source: gen_cse::json::Source,
}

fn check(name: &str, bytes: &[u8], catalog: &str) -> Found {
    let mut options = Options::new(Catalog::built_in(catalog).expect("a catalog of this name"));
    options.file_name = name.to_owned();
    let Checked { cluster, report, source, .. } = gen_cse::check(bytes, &options);
    Found { cluster, report, source }
}

impl Found {
    fn text(&self) -> String {
        let checked = [self.source.checked(&self.report)];
        format!("{}{}\n", render(&checked, Format::Human { colour: false, width: 140 }), summary(&checked))
    }

    fn ids(&self) -> Vec<&str> {
        self.report.diagnostics().iter().map(|found| found.code.id).collect()
    }
}

/// The definitions in a folder of `apimodels`, by name.
fn definitions(folder: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("apimodels").join(folder);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a readable entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    let named =
        |path: PathBuf| (path.file_stem().expect("a name").to_string_lossy().into_owned(), fs::read(&path).expect("a readable file"));
    paths.into_iter().map(named).collect()
}

/// The catalog a wrong definition is checked with: that of the Kubernetes version it names.
fn catalog_for(name: &str, bytes: &[u8]) -> &'static str {
    let modern = String::from_utf8_lossy(bytes).contains("\"1.3");
    if modern && !name.starts_with("kubernetes-version-catalog") { AZURE_STACK } else { AKS_ENGINE }
}

fn invalid() -> impl Iterator<Item = (String, Found)> {
    definitions("invalid").into_iter().map(|(name, bytes)| {
        let found = check(&format!("{name}.json"), &bytes, catalog_for(&name, &bytes));
        (name, found)
    })
}

/// The code a fixture is named after: `<code>-<what>`.
fn code_of(fixture: &str) -> &'static Code {
    let fits = codes::all().filter(|code| fixture.strip_prefix(code.id).is_some_and(|rest| rest.starts_with('-')));
    fits.max_by_key(|code| code.id.len()).unwrap_or_else(|| panic!("{fixture} is named after no code"))
}

#[test]
fn wrong_definitions_get_the_report_of_their_snapshot() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../../snapshots/validate");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (name, found) in invalid() {
        let code = code_of(&name);
        assert!(found.ids().contains(&code.id), "{name} has {:?}", found.ids());
        assert_eq!(found.cluster.is_some(), !found.report.is_fatal(), "{name}");
        settings.set_input_file(format!("apimodels/invalid/{name}.json"));
        settings.bind(|| insta::assert_snapshot!(name.as_str(), found.text()));
    }
}

#[test]
fn every_snapshot_has_its_definition() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots/validate");
    let names = fs::read_dir(folder).expect("the snapshots").map(|entry| entry.expect("a readable entry").path());
    let mut snapshots: Vec<_> = names.map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned()).collect();
    let mut fixtures: Vec<_> = definitions("invalid").into_iter().map(|(name, _)| name).chain(["valid".to_owned()]).collect();
    snapshots.sort();
    fixtures.sort();
    assert_eq!(snapshots, fixtures);
}

#[test]
fn right_definitions_are_accepted() {
    let mut warnings = String::new();
    for catalog in Catalog::BUILT_IN {
        for (name, bytes) in definitions(&format!("valid/{catalog}")) {
            let found = check(&format!("{catalog}/{name}.json"), &bytes, catalog);
            assert!(found.cluster.is_some(), "{}", found.text());
            warnings += &format!("{catalog}/{name}: {}\n", found.ids().join(" "));
        }
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../../snapshots/validate");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("valid", warnings));
}

#[test]
fn every_code_has_a_fixture_or_a_reason() {
    let seen: Vec<_> = definitions("invalid").iter().map(|(name, _)| code_of(name).id).collect();
    for code in codes::all() {
        let reason = WITHOUT_FIXTURE.iter().any(|(id, _)| *id == code.id);
        assert_ne!(seen.contains(&code.id), reason, "{}", code.id);
    }
    assert!(WITHOUT_FIXTURE.iter().all(|(id, _)| codes::find(id).is_some()));
}

#[test]
fn prose_is_lower_case_without_full_stop() {
    for (name, found) in invalid() {
        for Diagnostic { message, help, code, .. } in found.report.diagnostics() {
            let texts = [Some(message), help.as_ref()];
            for text in texts.into_iter().flatten() {
                let first = text.split([' ', ':', ',', '\'']).next().unwrap_or_default();
                let proper = ["Kubernetes", "Azure", "Azure's", "Windows", "Linux", "VMs", "IPv6", "API", "Ubuntu"];
                let lower = !first.starts_with(char::is_uppercase) || proper.contains(&first);
                assert!(lower && !text.ends_with(['.', '!', ' ']) && !text.contains('\n'), "{name} {}: {text}", code.id);
            }
        }
    }
}

#[test]
fn every_finding_has_a_place_and_a_path_of_the_schema() {
    let schema = wire::schema();
    let path = |text| gen_cse::report::Path::parse_prefix(text).expect("a path").0;
    assert!(exists(&schema, &path("properties.agentPoolProfiles[3].kubernetesConfig.kubeletConfig.--max-pods")));
    assert!(!exists(&schema, &path("properties.agentPoolProfiles[3].osDiskSize")));
    assert!(!exists(&schema, &path("properties.masterProfile[0]")));
    for (name, found) in invalid() {
        for finding in found.report.diagnostics() {
            assert!(finding.place.is_some(), "{name}: {}", finding.code.id);
            let written = codes::reading::ALL.contains(&finding.code);
            assert!(written || exists(&schema, &finding.path), "{name}: {} is no place of a definition", finding.path);
        }
    }
}

/// Whether the schema has a place for values at a path.
fn exists(schema: &serde_json::Value, path: &gen_cse::report::Path) -> bool {
    use gen_cse::report::Segment;
    let mut at = schema;
    for segment in path.segments() {
        let below = match segment {
            Segment::Key(key) => at["properties"].get(key.as_ref()).unwrap_or(&at["additionalProperties"]),
            Segment::Index(_) => &at["items"],
        };
        // optional objects are written as one of the object and null
        let object =
            below["anyOf"].as_array().and_then(|options| options.iter().find(|option| option["$ref"].is_string())).unwrap_or(below);
        at = match object["$ref"].as_str() {
            Some(reference) => schema.pointer(reference.trim_start_matches('#')).expect("a definition of the schema"),
            None => object,
        };
        if !at.is_object() {
            return false;
        }
    }
    true
}

#[test]
fn no_report_shows_a_secret() {
    let secrets =
        ["Correct-Horse7", "s3cret-of-a-fixture", "hunter2", "Azure-User1", "azure-user1", "Ab1!", "AccountKey=abc", "b3BlbnNzaC1"];
    for (name, found) in invalid() {
        // what stands in labels and tags is not known to be one before it is found
        for secret in secrets.iter().filter(|_| name != "secret-exposed-labels-and-tags") {
            assert!(!found.text().contains(secret), "{name} shows {secret}");
        }
    }
}

/// The message, the line and the code of each of twelve mistakes that have nothing to do with each other.
#[test]
fn twelve_mistakes_are_found_in_one_run() {
    let bytes = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("apimodels/twelve.json")).expect("the definition");
    let found = check("twelve.json", &bytes, AZURE_STACK);
    let text = String::from_utf8(bytes).expect("UTF-8");
    // each wrong line of the file ends with the mark of its code
    let lines: Vec<_> = text.lines().enumerate().map(|(index, line)| (index + 1, line)).collect();
    let expected = [
        ("kubernetes-version", "\"1.35.9\""),
        ("service-cidr", "\"10.1.0.1\""),
        ("network-mode", "\"bridge\""),
        ("master-count", "\"count\": 2"),
        ("dns-prefix", "\"my_cluster\""),
        ("pool-name", "\"Win_pool\""),
        ("unknown-key", "\"osDiskSize\""),
        ("json-type", "\"count\": \"3\""),
        ("label-key", "\"bad key\""),
        ("windows-password", "\"adminPassword\""),
        ("required", "\"keyData\": \"\""),
        ("extension-unknown", "\"name\": \"setp\""),
    ];
    let found: Vec<_> = found.report.diagnostics().iter().map(|finding| (finding.code.id, finding.location().map(|at| at.line))).collect();
    let line_of = |part: &str| lines.iter().find(|(_, line)| line.contains(part)).map(|(number, _)| *number);
    let mut expected: Vec<_> = expected.iter().map(|(code, part)| (*code, line_of(part))).collect();
    expected.sort_by_key(|(_, line)| *line);
    assert_eq!(found, expected);
}

#[test]
fn a_missing_part_is_reported_once() {
    let found = check("empty.json", br#"{"apiVersion": "vlabs"}"#, AKS_ENGINE);
    assert_eq!(found.ids(), ["required"]);
    let found = check("empty.json", br#"{"apiVersion": "vlabs", "properties": {}}"#, AKS_ENGINE);
    assert_eq!(
        found.report.errors().map(|error| error.path.to_string()).collect::<Vec<_>>(),
        ["properties.linuxProfile", "properties.masterProfile"]
    );
}

#[test]
fn an_older_catalog_names_the_other_one() {
    let bytes = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("apimodels/valid/aks-engine/hybrid.json")).expect("the definition");
    let found = check("hybrid.json", &bytes, AZURE_STACK);
    assert_eq!(found.report.errors().map(|error| error.code.id).collect::<Vec<_>>(), ["kubernetes-version-catalog"]);
    assert_eq!(found.report.errors().next().and_then(|error| error.help.as_deref()), Some("add `--catalog aks-engine`"));
}

/// Findings of a kind appear in the order of the file, errors and warnings together.
#[test]
fn severities_are_those_of_the_table() {
    for (name, found) in invalid() {
        for finding in found.report.diagnostics() {
            assert_eq!(finding.severity, finding.code.severity, "{name}");
        }
        assert_eq!(found.report.is_fatal(), found.report.diagnostics().iter().any(|finding| finding.severity == Severity::Error));
    }
}

/// The table of codes as a page; `UPDATE_DOCS=1 cargo test --lib validate` writes it.
#[test]
fn the_page_of_diagnostics_is_that_of_the_table() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/diagnostics.md");
    let page = page();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a writable folder");
        fs::write(&path, &page).expect("a writable page");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "docs/diagnostics.md is not made from the table of codes: run `UPDATE_DOCS=1 cargo test --lib validate`");
}

fn page() -> String {
    let mut page = String::from(
        "# Diagnostics\n\nEvery finding has a code, which stays the same from release to release. `gen-cse explain <code>` prints what stands \
         here. An error refuses the definition; a warning does not, unless `--strict` is given.\n\nThis page is made from \
         `src/report/codes`; `UPDATE_DOCS=1 cargo test --lib validate` writes it. What is said of definitions from public bug reports: \
         [cases.md](cases.md).\n",
    );
    for (subject, codes) in codes::SUBJECTS {
        page += &format!("\n## About {subject}\n");
        for Code { id, severity, title, explanation, wrong, right, .. } in *codes {
            page += &format!("\n### {id}\n\n{severity}: {title}\n\n{explanation}\n\n```text\nwrong: {wrong}\nright: {right}\n```\n");
        }
    }
    page
}

mod properties {
    //! Real definitions with random damage: no panic, a place for every error, and a model when nothing refuses them.

    use super::{AKS_ENGINE, AZURE_STACK, check, definitions};
    use proptest::prelude::*;
    use proptest::sample::Index;
    use serde_json::{Value, json};

    /// What takes the place of a value, or is added beside it.
    fn damage() -> impl Strategy<Value = Value> {
        let words = [
            "",
            "Windows",
            "Linux",
            "AvailabilitySet",
            "VirtualMachineScaleSets",
            "kubenet",
            "azure",
            "none",
            "calico",
            "containerd",
            "docker",
            "Standard",
            "Basic",
            "1.24",
            "1.35.0",
            "1.23.17",
            "v1.34.4",
            "10.0.0.0/8",
            "10.0.0.0/32",
            "::/0",
            "fc00::/64",
            "0.0.0.0/0,::/0",
            "255.255.255.255",
            "4294967295",
            "ManagedDisks",
            "Ephemeral",
            "/subscriptions/a/resourceGroups/b/providers/Microsoft.Network/virtualNetworks/c/subnets/d",
            "https://a/b",
            "-1s",
            "0",
            "é'\"`$(x)[y]",
            "\u{0}",
        ];
        prop_oneof![
            4 => proptest::sample::select(words.to_vec()).prop_map(|word| json!(word)),
            2 => any::<i64>().prop_map(|number| json!(number)),
            2 => (-2_i64..2000).prop_map(|number| json!(number)),
            2 => any::<bool>().prop_map(|flag| json!(flag)),
            1 => Just(Value::Null),
            1 => Just(json!([])),
            1 => Just(json!({})),
            1 => Just(json!([{}, {}])),
            1 => ".{0,40}".prop_map(|text| json!(text)),
            1 => any::<f64>().prop_filter("JSON has no such number", |number| number.is_finite()).prop_map(|number| json!(number)),
        ]
    }

    /// The places of all values.
    fn places(value: &Value, path: &mut String, found: &mut Vec<String>) {
        let length = path.len();
        let below: Vec<(String, &Value)> = match value {
            Value::Object(map) => map.iter().map(|(key, value)| (key.replace('~', "~0").replace('/', "~1"), value)).collect(),
            Value::Array(list) => list.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect(),
            _ => Vec::new(),
        };
        for (key, value) in below {
            path.push('/');
            path.push_str(&key);
            found.push(path.clone());
            places(value, path, found);
            path.truncate(length);
        }
    }

    fn apply(definition: &mut Value, at: Index, how: usize, value: Value) {
        let mut found = Vec::new();
        places(definition, &mut String::new(), &mut found);
        if found.is_empty() {
            return;
        }
        let place = at.get(&found);
        let (parent, key) = place.rsplit_once('/').unwrap_or_default();
        let key = key.replace("~1", "/").replace("~0", "~");
        match (how, definition.pointer_mut(parent)) {
            (0, Some(Value::Object(map))) => drop(map.remove(&key)),
            (1, Some(Value::Array(list))) => list.push(value),
            (_, Some(Value::Object(map))) => drop(map.insert(key, value)),
            (_, Some(Value::Array(list))) => {
                if let Some(element) = key.parse().ok().and_then(|index: usize| list.get_mut(index)) {
                    *element = value;
                }
            }
            _ => {}
        }
    }

    fn originals() -> Vec<Value> {
        let folders = ["valid/aks-engine", "valid/aks-engine-azurestack", "verdicts"];
        let all = folders.into_iter().flat_map(definitions);
        all.filter_map(|(_, bytes)| serde_json::from_slice(&bytes).ok()).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn damaged_definitions_are_reported_and_nothing_else(
            which in any::<Index>(),
            changes in proptest::collection::vec((any::<Index>(), 0_usize..4, damage()), 1..5),
        ) {
            thread_local!(static ORIGINALS: Vec<Value> = originals());
            let mut definition = ORIGINALS.with(|originals| which.get(originals).clone());
            for (at, how, value) in changes {
                apply(&mut definition, at, how, value);
            }
            let text = serde_json::to_string_pretty(&definition).unwrap();
            for catalog in [AKS_ENGINE, AZURE_STACK] {
                let found = check("damaged.json", text.as_bytes(), catalog);
                prop_assert_eq!(found.cluster.is_some(), !found.report.is_fatal(), "{}", text);
                prop_assert!(found.report.diagnostics().iter().all(|finding| finding.place.is_some()), "{}", found.text());
            }
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let found = check("bytes.json", &bytes, AKS_ENGINE);
            prop_assert!(found.report.is_fatal());
        }
    }
}
