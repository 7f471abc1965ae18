//! A catalog with mistakes: all of them in one run, with their places, as those of a definition.

use crate::command::{Folder, Run, SAMPLE};
use serde_json::{Value, json};

/// A catalog with a mistake on each of these lines.
const WRONG: &str = r#"{
  "extends": "aks-engine",
  "pauseImages": "mcr.microsoft.com/oss/kubernetes/pause:3.8",
  "asOf": "soon",
  "kubernetes": {
    "1.25.x": { "clouds": [] },
    "1.23.17": { "clouds": ["public", "azure"] }
  },
  "clouds": { "public": { "default": "1.19.1" } },
  "files": {
    "https://files.contoso.example/b.zip": { "sha256": ["abc"], "bytes": -1 }
  },
  "notices": {
    "ours": { "about": "a", "windows": { "build": "99999" }, "link": "https://a.example/b", "asOf": "2026-01-01" }
  },
  "name": "a",
  "name": "b"
}
"#;

/// Line, code and path of each mistake in [`WRONG`].
const MISTAKES: [(u64, &str, &str); 10] = [
    (3, "unknown-key", "pauseImages"),
    (4, "json-value", "asOf"),
    (6, "json-value", r#"kubernetes["1.25.x"]"#),
    (7, "json-value", r#"kubernetes["1.23.17"].clouds[1]"#),
    (9, "catalog", "clouds.public.default"),
    (11, "json-value", r#"files["https://files.contoso.example/b.zip"].sha256[0]"#),
    (11, "json-type", r#"files["https://files.contoso.example/b.zip"].bytes"#),
    (14, "missing-key", "notices.ours.remedy"),
    (14, "catalog", "notices.ours.windows.build"),
    (17, "json-duplicate-key", "name"),
];

fn wrong() -> Folder {
    let folder = Folder::with(SAMPLE);
    folder.write("catalog.json", WRONG);
    folder
}

/// What was found in the catalog: line, code, path.
fn found(run: &Run) -> Vec<(u64, String, String)> {
    let document: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let findings = document["diagnostics"].as_array().expect("a list").iter().filter(|finding| finding["file"] == "catalog.json");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    findings.map(|finding| (finding["line"].as_u64().expect("a line"), text(&finding["code"]), text(&finding["path"]))).collect()
}

#[test]
fn every_mistake_of_a_catalog_is_told_in_one_run() {
    let folder = wrong();
    let expected: Vec<_> = MISTAKES.iter().map(|(line, code, path)| (*line, (*code).to_owned(), (*path).to_owned())).collect();
    for arguments in [
        &["validate", "apimodel.json", "--catalog", "catalog.json", "--format", "json"][..],
        &["apimodel.json", "--catalog", "catalog.json", "--format", "json"],
    ] {
        let run = folder.run(arguments);
        run.ends(1);
        let mut found = found(&run);
        found.sort();
        let mut expected = expected.clone();
        expected.sort();
        assert_eq!(found, expected, "{arguments:?}");
    }
}

#[test]
fn people_get_the_lines_of_a_catalog() {
    let folder = wrong();
    for arguments in [
        &["apimodel.json", "--catalog", "catalog.json"][..],
        &["validate", "apimodel.json", "--catalog", "catalog.json"],
        &["explain", "apimodel.json", "--catalog", "catalog.json"],
        &["catalog", "show", "catalog.json"],
        &["vhd", "--os", "2022", "--runtime", "containerd", "--catalog", "catalog.json", "-o", "image"],
    ] {
        let run = folder.run(arguments);
        run.fails(
            1,
            &[
                "catalog.json:3:3 error[unknown-key]: pauseImages: `pauseImages` is not a known key",
                "3 |   \"pauseImages\": \"mcr.microsoft.com/oss/kubernetes/pause:3.8\",\n",
                "help: did you mean `pauseImage`?",
                "catalog.json:4:11 error[json-value]: asOf: found the string `soon`, expected a date such as `2026-11-21`",
                "found the string `azure`, expected `public` or `azureStack`",
                "`1.19.1` is not a version for this cloud, which has `1.20.15`",
                "catalog.json:14:13 error[missing-key]: notices.ours.remedy: the key is missing",
                "10 errors",
            ],
        );
    }
}

#[test]
fn machines_get_the_lines_of_a_catalog() {
    let folder = wrong();
    let show = |format| folder.run(&["validate", "apimodel.json", "--catalog", "catalog.json", "--format", format]);
    let annotated = "::error file=catalog.json,line=4,endLine=4,col=11,endColumn=17,title=gen-cse json-value::asOf: ";
    assert!(show("github").stdout.contains(annotated), "{}", show("github").stdout);
    let log: Value = serde_json::from_str(&show("sarif").stdout).expect("JSON");
    let results = log["runs"][0]["results"].as_array().expect("a list");
    let place = |result: &Value| result["locations"][0]["physicalLocation"].clone();
    let date = results.iter().find(|result| result["ruleId"] == "json-value").map(place).expect("a finding");
    assert_eq!((&date["artifactLocation"]["uri"], &date["region"]["startLine"]), (&json!("catalog.json"), &json!(4)));
}

#[test]
fn a_catalog_of_several_definitions_is_told_once() {
    let folder = wrong();
    folder.write("second.json", SAMPLE);
    let run = folder.run(&["validate", "apimodel.json", "second.json", "--catalog", "catalog.json", "--format", "plain"]);
    run.fails(1, &["second.json error[catalog]: `catalog.json`: the catalog is not valid: 10 errors", "\n3 files, 0 valid: 12 errors"]);
    assert_eq!(run.stderr.matches("pauseImages: ").count(), 1, "{}", run.stderr);
}

/// What a file inherits has no line in it: the nearest that stands there is shown.
#[test]
fn a_mistake_about_what_is_inherited_has_a_place() {
    let folder = Folder::with(SAMPLE);
    let cases = [
        (r#"{ "extends": "aks-engine", "kubernetes": { "1.23.17": null } }"#, "catalog.json:1:1 error[catalog]: clouds.public.default"),
        (r#"{ "extends": "aks-engine", "clouds": {}, "kubernetes": { "1.23.17": null } }"#, "catalog.json:1:38 error[catalog]"),
        (r#"{ "extends": "aks-engine", "pauseImage": null }"#, "error[missing-key]: pauseImage: the key is missing"),
        (r#"{ "extends": "aks-engin" }"#, "catalog.json:1:14 error[json-value]: extends: found the string `aks-engin`, expected"),
        (r#"{ "extends": "base" }"#, "error[missing-key]: clouds.public.default"),
        ("{}", "error[missing-key]: kubelet: the key is missing"),
        ("[]", "found a list, expected an object: a catalog"),
        ("", "the file is empty, expected a catalog"),
        ("{", "catalog.json:1:2 error[json-syntax]: the file ends inside an object"),
    ];
    for (catalog, says) in cases {
        folder.write("catalog.json", catalog);
        folder.run(&["apimodel.json", "--catalog", "catalog.json"]).fails(1, &[says]);
    }
}

#[test]
fn a_wrong_catalog_shows_no_secret() {
    const SECRET: &str = "Hunter2-SECRETa";
    let folder = Folder::with(SAMPLE);
    let url = |scheme: &str| format!("{scheme}://x.example/k.zip?sig={SECRET}");
    let user = format!("https://u:{SECRET}@x.example/k.zip");
    let catalogs = [
        json!({ "files": { url("https"): { "sha256": 5 } } }),
        json!({ "files": { user.clone(): { "sha256": [], "size": 1 } } }),
        json!({ "mirrors": { "AzureChinaCloud": { url("ftp"): user.clone() } }, "asOf": "soon" }),
        json!({ "components": { "kubernetes": [url("https"), user.clone(), 5] } }),
        json!({ "registryMirrors": { "mcr.microsoft.com": { "url": url("https"), "password": SECRET } } }),
        json!({ "nodes": { "proxy": { "https": format!("http://u:{SECRET}@proxy.example:1") } } }),
        json!({ "nodes": { "trustedCertificates": [format!("-----BEGIN PRIVATE KEY-----\n{SECRET}\n-----END PRIVATE KEY-----\n")] } }),
    ];
    for mut catalog in catalogs {
        catalog["extends"] = json!("aks-engine");
        for text in [catalog.to_string(), format!("{catalog:#}")] {
            folder.write("catalog.json", text);
            for format in ["human", "plain", "json", "sarif", "github", "azure-pipelines", "junit"] {
                let run = folder.run(&["validate", "apimodel.json", "--catalog", "catalog.json", "--format", format]);
                run.ends(1);
                run.hides(SECRET);
            }
            let run = folder.run(&["catalog", "show", "catalog.json"]);
            run.fails(1, &["catalog.json:"]);
            run.hides(SECRET);
        }
    }
}

#[test]
fn a_hostile_catalog_is_refused_quickly() {
    let folder = Folder::with(SAMPLE);
    let files = |entry: &str| {
        let entries: Vec<_> = (0..20_000).map(|number| format!("\"https://a.example/{number}\": {entry}")).collect();
        format!("{{ \"extends\": \"aks-engine\", \"files\": {{ {} }} }}", entries.join(",\n"))
    };
    let cases = [
        ("[".repeat(100_000), "json-depth"),
        (format!("{{\"a\":{}1{}}}", "[".repeat(120), "]".repeat(120)), "json-depth"),
        (format!("{{\"files\": [{}1]}}", "1,".repeat(200_000)), "json-size"),
        (files("{}"), "missing-key"),
        (files("{ \"sha256\": [5] }"), "json-type"),
        (files("{ \"sha256\": [], \"sha256\": [] }"), "json-duplicate-key"),
        (format!("{{ \"extends\": \"aks-engine\", \"asOf\": \"{}\" }}", "x".repeat(1 << 20)), "json-value"),
    ];
    for (text, code) in cases {
        folder.write("catalog.json", text);
        let run = folder.run(&["apimodel.json", "--catalog", "catalog.json", "--format", "plain"]);
        run.fails(1, &[&format!("error[{code}]")]);
        assert!(run.stderr.len() < 1 << 20, "{} bytes", run.stderr.len());
    }
    folder.write("catalog.json", [0xff, 0xfe, b'{', 0]);
    folder.run(&["apimodel.json", "--catalog", "catalog.json"]).fails(1, &["the file is UTF-16"]);
    folder.write("catalog.json", b"{ \"name\": \"\xff\" }");
    folder.run(&["apimodel.json", "--catalog", "catalog.json"]).fails(1, &["byte 12 is not UTF-8"]);
}
