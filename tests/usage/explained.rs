//! `gen-cse explain` of a definition, and its page in a real browser.

use crate::command::{Folder, MARKER, SAMPLE, sample_with_secrets};
use serde_json::{Value, json};
use std::env;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

const EVENTS: &str = include_str!("../../src/result/samples/prepared/events.jsonl");

#[test]
fn definitions_and_codes_are_told_apart() {
    let folder = Folder::with(SAMPLE);
    fs::copy(folder.path("apimodel.json"), folder.path("finish")).expect("a copy");
    for file in ["apimodel.json", "finish", "./apimodel.json"] {
        let run = folder.run(&["explain", file]);
        run.ends(0);
        assert!(run.stdout.starts_with("pool winpool: 2 nodes"), "{}", run.stdout);
        assert_eq!(run.stderr, "");
    }
    folder.run(&["explain", "missing.json"]).fails(4, &["missing.json"]);
    folder.run(&["explain", "artifacts", "--format", "json"]).fails(2, &["are for a cluster definition"]);
    folder.run(&["explain", "--image", "stock"]).fails(2, &["are for a cluster definition"]);
    folder.run(&["explain", "apimodel.json", "--image", "vdh"]).fails(2, &["neither `vhd` nor `stock`"]);
    folder.run(&["explain", "apimodel.json", "--image", "apimodel.json"]).fails(1, &["not the manifest of an image"]);
    folder.run(&["explain", "apimodel.json", "--pool", "nope"]).fails(2, &["nope"]);
    folder.run(&["explain", "apimodel.json", "--result", "x.json"]).fails(2, &["--html"]);
    folder.write("bad.json", SAMPLE.replace("winpool", "Win_pool2"));
    folder.run(&["explain", "bad.json"]).fails(1, &["error[pool-name]"]);
}

#[test]
fn one_image_or_several_side_by_side() {
    let folder = Folder::with(SAMPLE);
    let images = |arguments: &[&str]| -> Vec<String> {
        let run = folder.run(&[&["explain", "apimodel.json", "--format", "json"], arguments].concat());
        run.ends(0);
        let document: Value = serde_json::from_str(&run.stdout).expect("JSON");
        let images = document["pools"][0]["images"].as_array().expect("images").clone();
        images.iter().map(|image| image["image"].as_str().expect("a word").to_owned()).collect()
    };
    assert_eq!(images(&[]), ["vhd", "stock"]);
    assert_eq!(images(&["--image", "stock"]), ["stock"]);
    assert_eq!(images(&["--image", "stock", "--image", "vhd"]), ["stock", "vhd"]);
}

#[test]
fn a_page_needs_no_network_and_replaces_no_other_file() {
    let folder = Folder::with(sample_with_secrets(|_| ()));
    let run = folder.run(&["explain", "apimodel.json", "--html", "page.html"]);
    run.ends(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", "page.html written: open it in a browser\n"));
    let page = folder.read("page.html");
    assert!(!page.contains(MARKER), "the page shows a secret");
    for outside in ["src=", "<link", "@import", "url(", "fetch(", "XMLHttpRequest"] {
        assert!(!page.contains(outside), "{outside}");
    }
    folder.run(&["explain", "apimodel.json", "--html", "page.html", "-q"]).ends(0);
    folder.run(&["explain", "apimodel.json", "--html", "apimodel.json"]).fails(4, &["is no page and is not replaced"]);
    assert_eq!(folder.run(&["explain", "apimodel.json", "--html", "-"]).stdout, page);
}

/// What a page could take for its own, in all that comes from outside: the definition, an image's manifest, records of a node.
const HOSTILE: &str = "</script><script>document.title='taken'</script>\"'><img src=x onerror=document.title='taken'>";

fn hostile_folder() -> Folder {
    let mut definition: Value = serde_json::from_str(SAMPLE).expect("JSON");
    definition["properties"]["orchestratorProfile"]["kubernetesConfig"]["kubeletConfig"] = json!({ "--v": HOSTILE });
    let folder = Folder::with(definition.to_string());
    let manifest = json!({
        "wanted": { "os": "2019", "runtime": "containerd", "kubernetes": null, "target": "gallery", "catalog": "", "mirror": null },
        "schema": 1, "id": HOSTILE, "name": HOSTILE, "generator": "gen-cse", "catalog": "aks-engine", "built": HOSTILE, "buildId": "", "commit": "",
        "os": { "name": "Windows Server 2019", "build": "17763", "revision": 1, "installationType": "Server Core" },
        "runtime": { "name": "containerd", "version": "1.5.8" }, "kubernetesVersions": [], "features": [], "capabilities": [],
        "hotfixes": [], "updates": [], "files": [], "images": [], "settings": [],
    });
    folder.write("manifest.json", manifest.to_string());
    let line =
        json!({ "time": "2026-11-25T22:40:00Z", "id": HOSTILE, "decision": HOSTILE, "reason": HOSTILE, "seconds": -1e300, "exitCode": 0 });
    folder.write("events.jsonl", format!("{EVENTS}{line}\n"));
    folder
}

/// A program of a browser; Debian's package is chromium.
fn chromium() -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let named = |folder: PathBuf| ["chromium", "chromium-browser", "google-chrome"].map(|name| folder.join(name));
    env::split_paths(&path).flat_map(named).find(|program| program.is_file())
}

/// What the page is after this script ran in it, as the script's own words.
fn in_browser(program: &Path, folder: &Folder, page: &str, options: &[&str], script: &str) -> Value {
    let page =
        page.replace("</body>", &format!("<script>document.body.dataset.told = JSON.stringify((() => {{{script}}})());</script></body>"));
    folder.write("clicked.html", page);
    // one that ran before keeps what its buttons chose
    let profile = tempfile::tempdir().expect("a folder");
    let output = Command::new(program)
        .args(["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--virtual-time-budget=2000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .args(options)
        .arg(format!("file://{}", folder.path("clicked.html").display()))
        .output()
        .expect("the browser starts");
    let dom = String::from_utf8_lossy(&output.stdout);
    let told = dom
        .split_once("data-told=\"")
        .and_then(|(_, rest)| rest.split_once('"'))
        .map(|(told, _)| told.replace("&quot;", "\"").replace("&amp;", "&"));
    let told = told.unwrap_or_else(|| panic!("the script did not run:\n{dom}\n{}", String::from_utf8_lossy(&output.stderr)));
    serde_json::from_str(&told).expect("JSON")
}

/// Clicks everything there is and tells what became of it.
const CLICKS: &str = "
  const byId = (id) => document.getElementById(id);
  const shown = (selector) => [...document.querySelectorAll(selector)].filter((e) => e.getClientRects().length).length;
  const ground = () => getComputedStyle(document.body).backgroundColor;
  const told = { grounds: [ground()], title: document.title, images: document.images.length, wide: document.documentElement.scrollWidth > innerWidth };
  byId('theme').click(); told.grounds.push(ground());
  byId('theme').click(); told.grounds.push(ground());
  told.rows = [shown('.steps tbody tr')];
  document.querySelector('.differences').click(); told.rows.push(shown('.steps tbody tr'));
  document.querySelector('.differences').click(); told.rows.push(shown('.steps tbody tr'));
  told.scripts = [shown('.script[open]')];
  byId('open-all').click(); told.scripts.push(shown('.script[open]'));
  told.values = [shown('.value')];
  byId('values').click(); told.values.push(shown('.value'));
  document.querySelector('.steps summary').click(); told.details = shown('.steps details[open] a');
  told.spans = shown('.span');
  told.handlers = document.querySelectorAll('[onerror], [onclick]').length;
  told.broken = [...document.querySelectorAll('a[href^=\"#\"]')].filter((a) => !byId(a.getAttribute('href').slice(1))).map((a) => a.getAttribute('href'));
  told.ids = document.querySelectorAll('[id]').length - new Set([...document.querySelectorAll('[id]')].map((e) => e.id)).size;
  return told;
";

#[test]
fn the_page_works_in_a_browser() {
    let Some(program) = chromium() else {
        let _ = writeln!(std::io::stderr(), "LEFT OUT: no browser for the page of explain; put chromium on PATH (Debian package chromium)");
        return;
    };
    let folder = hostile_folder();
    let images = ["--image", "vhd", "--image", "stock", "--image", "manifest.json"];
    folder.run(&[&["explain", "apimodel.json", "--html", "page.html", "--result", "events.jsonl"], &images[..]].concat()).ends(0);
    let page = folder.read("page.html");
    assert!(page.matches("&lt;/script&gt;").count() > 5, "what is hostile is shown");
    let light = in_browser(&program, &folder, &page, &["--window-size=1200,900"], CLICKS);
    let dark = in_browser(&program, &folder, &page, &["--window-size=400,900", "--blink-settings=preferredColorScheme=0"], CLICKS);
    for told in [&light, &dark] {
        assert_eq!(
            (&told["title"], &told["images"], &told["handlers"]),
            (&json!("mytestcluster: what its Windows nodes do"), &json!(0), &json!(0))
        );
        assert_eq!((&told["wide"], &told["broken"], &told["ids"]), (&json!(false), &json!([]), &json!(0)), "{told}");
        let numbers = |key: &str| -> Vec<u64> { told[key].as_array().expect("numbers").iter().filter_map(Value::as_u64).collect() };
        let (rows, scripts, values) = (numbers("rows"), numbers("scripts"), numbers("values"));
        assert!(rows[0] > 20 && rows[1] < rows[0] && rows[1] > 0 && rows[2] == rows[0], "{told}");
        assert!(scripts[0] == 0 && scripts[1] > 40, "{told}");
        assert!(values[0] > 20 && values[1] == 0, "{told}");
        assert!(told["details"].as_u64() == Some(1) && told["spans"].as_u64() > Some(50), "{told}");
    }
    let grounds = |told: &Value| told["grounds"].as_array().expect("colours").clone();
    let (light, dark) = (grounds(&light), grounds(&dark));
    assert_ne!(light[0], light[1], "the button changes the colours");
    assert_eq!((&light[0], &light[1]), (&light[2], &dark[0]), "the system's choice and the button's are the same two");
    assert_eq!(dark[1], light[0]);
}
