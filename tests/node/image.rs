//! Images: built on a simulated machine by what `gen-cse vhd` writes, kept, tested, and nodes started of them.

use crate::artifacts::{self, Artifact};
use crate::cluster::{self, Cluster};
use crate::command::Folder;
use crate::matrix;
use crate::mirror::{Fault, Mirror, Trouble};
use crate::rig;
use crate::rules;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const BUILD: &str = r"powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File C:\gen-cse-vhd\";
const LOG: &str = "machine/c/AzureData/build.log";

/// Written row by row: all of it takes long.
const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/image-matrix.md");

/// Ends the machine at the fourth file that is moved into place.
const POWER_CUT: &str = r#"
function global:Move-Item {
    param([string]$LiteralPath, [string]$Destination, [switch]$Force)
    $count = "$env:LAB_ROOT/state/moves"
    [IO.File]::AppendAllText($count, '.')
    if ((Get-Item $count).Length -eq 4) { [Environment]::Exit(137) }
    Microsoft.PowerShell.Management\Move-Item @PSBoundParameters
}
"#;

/// Where one image is made: its folder, its packages, the machine it is built on.
struct Workshop<'a> {
    name: String,
    os: &'a str,
    catalog: &'a str,
    folder: Folder,
    artifacts: Vec<Artifact>,
    pwsh: &'a Path,
}

/// What a line on the machine did.
struct Ran {
    code: i64,
    said: String,
    /// `<host>/<path>`, without what Azure and Windows answer themselves.
    requests: Vec<String>,
}

impl<'a> Workshop<'a> {
    /// Writes the folder twice: first to learn which files are wanted, then with a catalog that knows the made-up ones.
    fn open((os, runtime, catalog): (&'a str, &str, &'a str), pwsh: &'a Path) -> Self {
        let folder = Folder::new();
        folder.run(&["vhd", "--os", os, "--runtime", runtime, "--catalog", catalog, "-o", "first"]).ends(0);
        let model = folder.json("first/image.json");
        let mut made = Vec::new();
        for component in model["components"].as_array().expect("components") {
            let id = component["id"].as_str().expect("an id").trim_end_matches(|c: char| c == '-' || c.is_ascii_digit());
            let urls = component["urls"].as_array().expect("URLs").iter().filter_map(Value::as_str);
            made.extend(urls.map(|url| artifacts::artifact(id, url, &cluster::version_in_name(url))));
        }
        folder.write("catalog.json", artifacts::catalog(catalog, &made).to_string());
        folder.run(&["vhd", "--os", os, "--runtime", runtime, "--catalog", "catalog.json", "-o", "image"]).ends(0);
        let scripts = folder.path("upload/gen-cse-vhd");
        fs::create_dir_all(scripts.join("private-fixes")).expect("a folder");
        for name in ["configure-windows-vhd.ps1", "sysprep.ps1", "private-fixes/private-fixes.json"] {
            fs::copy(folder.path("image").join(name), scripts.join(name)).expect("a copy");
        }
        let tests = folder.path("test");
        fs::create_dir_all(&tests).expect("a folder");
        fs::copy(folder.path("image/test-windows-vhd.ps1"), tests.join("test-windows-vhd.ps1")).expect("a copy");
        Self { name: format!("{os}-{runtime}"), os, catalog, folder, artifacts: made, pwsh }
    }

    /// Runs a line on the machine, which begins as the base image at the first one.
    fn run(&self, line: &str, options: &[&str], troubles: &[Trouble]) -> Ran {
        let files = self.artifacts.iter().map(|artifact| (key(&artifact.url), artifact.file.clone())).collect();
        let mirror = Mirror::start(files, troubles.to_vec());
        self.folder.write("command.txt", format!("{line} > C:\\AzureData\\build.log 2>&1"));
        let report = self.folder.path("report.json");
        fs::remove_file(&report).ok();
        let mut command = lab(self.pwsh, &format!("build-{}", self.os), &mirror);
        command
            .arg("-Command")
            .arg(self.folder.path("command.txt"))
            .arg("-Root")
            .arg(self.folder.path("machine"))
            .arg("-Report")
            .arg(&report);
        if self.folder.path("machine").exists() {
            command.arg("-From").arg(self.folder.path("machine"));
        } else {
            command.arg("-Replace").arg(self.folder.path("upload"));
        }
        let output = command.args(options).output().expect("pwsh starts");
        let text = fs::read_to_string(&report).unwrap_or_else(|_| panic!("no report:\n{}", String::from_utf8_lossy(&output.stderr)));
        let report: Value = serde_json::from_str(&text).expect("JSON");
        let phases = report["phases"].as_array().expect("phases");
        let code = phases.iter().find(|phase| phase["phase"] == "cse").and_then(|phase| phase["exitCode"].as_i64());
        let said = fs::read_to_string(self.folder.path(LOG)).unwrap_or_default();
        fs::remove_file(self.folder.path(LOG)).ok();
        Ran { code: code.unwrap_or(-1), said, requests: downloads(&mirror) }
    }

    fn phase(&self, number: u32, troubles: &[Trouble]) -> Ran {
        let restart: &[&str] = if number < 4 { &["-Reboot"] } else { &[] };
        self.run(&format!("{BUILD}configure-windows-vhd.ps1 -Phase {number}"), restart, troubles)
    }

    /// Everything from the base image to the generalized machine.
    fn build(&self) {
        for number in 1..=4 {
            let ran = self.phase(number, &[]);
            assert_eq!(ran.code, 0, "{} phase {number}:\n{}", self.name, ran.said);
        }
        let ran = self.run(&format!("{BUILD}sysprep.ps1"), &[], &[]);
        assert_eq!(ran.code, 0, "{} sysprep:\n{}", self.name, ran.said);
    }

    fn manifest(&self) -> Value {
        self.folder.json("machine/c/akse-cache/manifest.json")
    }

    /// The content test on a machine made of the image as it is now: what it ends with, and its report.
    fn content_test(&self) -> (i64, Value) {
        let mirror = Mirror::start(BTreeMap::new(), Vec::new());
        self.folder
            .write("command.txt", r"powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File C:\test-windows-vhd.ps1");
        let report = self.folder.path("tested.json");
        let mut command = lab(self.pwsh, &format!("build-{}", self.os), &mirror);
        command
            .arg("-Command")
            .arg(self.folder.path("command.txt"))
            .arg("-Root")
            .arg(self.folder.path("tested"))
            .arg("-Report")
            .arg(&report);
        command.arg("-From").arg(self.folder.path("machine")).arg("-Replace").arg(self.folder.path("test"));
        let output = command.output().expect("pwsh starts");
        let text = fs::read_to_string(report).unwrap_or_else(|_| panic!("no report:\n{}", String::from_utf8_lossy(&output.stderr)));
        let ran: Value = serde_json::from_str(&text).expect("JSON");
        let code = ran["phases"]
            .as_array()
            .expect("phases")
            .iter()
            .find(|phase| phase["phase"] == "cse")
            .and_then(|phase| phase["exitCode"].as_i64());
        (code.unwrap_or(-1), self.folder.json("tested/c/Windows/Temp/image-report.json"))
    }

    /// A node of a definition: on the image, or on the stock image with the Containers feature.
    fn start(&self, cluster: &Cluster, on_image: bool) -> Started {
        let mirror = Mirror::start(cluster.files(), Vec::new());
        let folder = tempfile::tempdir().expect("a temporary folder");
        let report = folder.path().join("report.json");
        let mut command = lab(self.pwsh, &format!("stock-{}", self.os), &mirror);
        command.arg("-CustomData").arg(cluster.custom_data()).arg("-Command").arg(cluster.command());
        command.arg("-Root").arg(folder.path().join("node")).arg("-Report").arg(&report).arg("-Reboot");
        if on_image {
            command.arg("-From").arg(self.folder.path("machine"));
        }
        let output = command.output().expect("pwsh starts");
        let text = fs::read_to_string(&report).unwrap_or_else(|_| panic!("no report:\n{}", String::from_utf8_lossy(&output.stderr)));
        let report = serde_json::from_str(&text).expect("JSON");
        Started { requests: downloads(&mirror), node: rig::Node::of(report, mirror.requests(), folder) }
    }

    /// URLs that `vhd coverage` says a node of the definition downloads, and the images it says are pulled.
    fn expected(&self, cluster: &Cluster) -> (BTreeSet<String>, usize) {
        let manifest = self.folder.path("machine/c/akse-cache/manifest.json");
        let run = cluster.folder.run(&[
            "vhd",
            "coverage",
            "apimodel.json",
            "--json",
            "--catalog",
            "catalog.json",
            "--manifest",
            &manifest.display().to_string(),
        ]);
        run.ends(0);
        let coverage: Value = serde_json::from_str(&run.stdout).expect("JSON");
        let ids: BTreeSet<_> =
            coverage[0]["downloaded"].as_array().expect("a list").iter().filter_map(|file| file["component"].as_str()).collect();
        let wanted = cluster.configuration["components"].as_array().expect("components");
        let missing = wanted.iter().filter(|component| component["id"].as_str().is_some_and(|id| ids.contains(id)));
        let urls = missing.map(|component| key(component["urls"][0].as_str().expect("a URL"))).collect();
        (urls, coverage[0]["pulled"].as_array().expect("a list").len())
    }
}

/// A node and what it asked the mirror for.
struct Started {
    node: rig::Node,
    requests: Vec<String>,
}

impl Started {
    fn seconds(&self) -> f64 {
        self.node.phase("cse")["realSeconds"].as_f64().unwrap_or_default()
    }

    fn pulls(&self) -> usize {
        self.node.report["imagePulls"].as_array().map_or(0, Vec::len)
    }

    #[track_caller]
    fn is_complete(&self, cluster: &Cluster, what: &str) {
        assert_eq!(self.node.exit_code("cse"), 0, "{what}: {:?}", self.node.file("c/AzureData/gen-cse/result.json"));
        assert_eq!(rules::incomplete(&self.node, cluster), [""; 0], "{what}");
    }
}

fn lab(pwsh: &Path, flavour: &str, mirror: &Mirror) -> Command {
    let mut command = Command::new(pwsh);
    command.args(["-NoProfile", "-NonInteractive", "-File"]).arg(rig::lab().join("Invoke-Node.ps1"));
    command.args(["-Node", flavour, "-Mirror", &mirror.url()]).env("LAB_TIMEOUT_CAP", "2").stdin(Stdio::null());
    command
}

fn key(url: &str) -> String {
    url.split_once("://").map_or(url, |(_, rest)| rest).to_owned()
}

fn downloads(mirror: &Mirror) -> Vec<String> {
    let own = ["169.254.", "fe3.delivery.mp.microsoft.com/", "go.microsoft.com/"];
    mirror.requests().into_iter().filter(|request| !own.iter().any(|host| request.starts_with(host))).collect()
}

/// A definition of `apimodels/valid` with changes.
fn definition(file: &str, change: &Value) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("apimodels/valid").join(file);
    let mut definition = serde_json::from_str(&fs::read_to_string(path).expect("a definition")).expect("JSON");
    matrix::merge(&mut definition, change);
    definition
}

/// Each takes many minutes, so they run only when asked for.
fn pwsh() -> Option<PathBuf> {
    let found = rig::pwsh().filter(|_| std::env::var_os("GEN_CSE_IMAGES").is_some());
    if found.is_none() {
        rig::say("LEFT OUT: images on simulated machines; put pwsh on PATH or name it in GEN_CSE_PWSH, and set GEN_CSE_IMAGES");
    }
    found
}

// ---- one image in trouble ------------------------------------------------------------------------------------------------

/// Built with all that can go wrong on the way, tested, started; damaged, tested and started again.
#[test]
fn an_image_is_built_in_spite_of_failures_and_serves_its_nodes() {
    let Some(pwsh) = pwsh() else { return };
    let shop = Workshop::open(("2019", "containerd", "aks-engine"), &pwsh);
    let fixes = shop.folder.path("upload/gen-cse-vhd/private-fixes");
    let fix = "Set-Content -LiteralPath C:\\private.txt -Value 'fixed'\nexit 5\n";
    fs::write(fixes.join("fix.ps1"), fix).expect("a file");
    let list = |hash: &str| json!({ "schema": 1, "fixes": [{ "file": "fix.ps1", "sha256": hash, "exitCodes": [5] }] }).to_string();

    // a damaged private fix is not run
    fs::write(fixes.join("private-fixes.json"), list(&"0".repeat(64))).expect("a list");
    let ran = shop.phase(1, &[]);
    assert_eq!(ran.code, 12, "{}", ran.said);
    assert!(ran.said.contains("is not what its list says") && !shop.folder.path("machine/c/private.txt").exists(), "{}", ran.said);
    let right = list(&artifacts::sha256(&fixes.join("fix.ps1")));
    shop.folder.write("machine/c/gen-cse-vhd/private-fixes/private-fixes.json", right);
    assert_eq!(shop.phase(1, &[]).code, 0);
    assert!(shop.folder.path("machine/c/private.txt").exists());
    assert_eq!(shop.phase(2, &[]).code, 0);

    // a download fails, then the power: what is there is not fetched again
    let gone = Trouble { fault: Fault::Status(404), part: "azure-vnet-cni".to_owned(), times: 1000 };
    let ran = shop.phase(3, &[gone]);
    assert_eq!(ran.code, 32, "{}", ran.said);
    shop.folder.write("cut.ps1", POWER_CUT);
    let cut = shop.folder.path("cut.ps1").display().to_string();
    let ran = shop.run(&format!("{BUILD}configure-windows-vhd.ps1 -Phase 3"), &["-Reboot", "-Extra", &cut], &[]);
    assert_eq!(ran.code, 137, "{}", ran.said);
    assert!(ran.requests.iter().all(|request| request.contains("azure-vnet-cni")), "{:?}", ran.requests);
    let ran = shop.phase(3, &[]);
    assert_eq!((ran.code, ran.requests), (0, Vec::new()), "{}", ran.said);
    assert_eq!(shop.phase(4, &[]).code, 0);
    let ran = shop.run(&format!("{BUILD}sysprep.ps1"), &[], &[]);
    assert_eq!(ran.code, 0, "{}", ran.said);

    let manifest = shop.manifest();
    assert_eq!(manifest["updates"][0]["name"], "fix.ps1", "{manifest:#}");
    assert_eq!(manifest["updates"][0]["exitCode"], 5);
    let schema = serde_json::from_str(&shop.folder.read("image/manifest.schema.json")).expect("JSON");
    let notes = shop.folder.json("machine/c/akse-cache/release-notes.json");
    for document in [&manifest, &notes] {
        assert!(jsonschema::is_valid(&schema, document), "{document:#}");
    }
    shop.folder.run(&["vhd", "--check", "machine/c/akse-cache/manifest.json", "--catalog", "catalog.json"]).ends(0);
    let (code, report) = shop.content_test();
    assert_eq!(code, 0, "{report:#}");

    let cluster = Cluster::generate(&definition("containerd-azure-vmss.json", &json!({})), &Value::Null);
    let node = shop.start(&cluster, true);
    node.is_complete(&cluster, "a node of the image");
    assert_eq!((&node.requests, node.pulls()), (&Vec::new(), 0));

    // the package is cut short, a container image is lost, somebody's key is left
    let package = manifest["files"]
        .as_array()
        .expect("files")
        .iter()
        .find(|file| file["path"].as_str().is_some_and(|path| path.contains("v1.23.17")));
    let path = shop.folder.path("machine/c/akse-cache/win-k8s/v1.23.17-1int.zip");
    assert!(package.is_some());
    fs::write(&path, &fs::read(&path).expect("a file")[..1000]).expect("a file");
    let images = shop.folder.path("machine/state/images/containerd.txt");
    let kept = fs::read_to_string(&images)
        .expect("a list")
        .lines()
        .filter(|name| !name.contains("nanoserver"))
        .fold(String::new(), |all, name| all + name + "\n");
    fs::write(images, kept).expect("a list");
    fs::create_dir_all(shop.folder.path("machine/c/ProgramData/ssh")).expect("a folder");
    fs::write(shop.folder.path("machine/c/ProgramData/ssh/ssh_host_rsa_key"), "key").expect("a file");
    let (code, report) = shop.content_test();
    let failed: Vec<_> = report["checks"]
        .as_array()
        .expect("checks")
        .iter()
        .filter(|check| check["passed"] == false)
        .map(|check| check["name"].as_str().expect("a name"))
        .collect();
    assert_eq!((code, failed), (1, vec!["files", "images", "cluster"]), "{report:#}");
    let node = shop.start(&cluster, true);
    node.is_complete(&cluster, "a node of the damaged image");
    assert_eq!(node.requests.len(), 1, "{:?}", node.requests);
    assert!(node.requests[0].contains("v1.23.17"), "{:?}", node.requests);
}

// ---- all images, and their nodes ---------------------------------------------------------------------------------------

/// Definitions for the nodes of an image: some it has everything for, some not.
fn definitions(name: &str) -> Vec<(&'static str, Value)> {
    let version =
        |version: &str| json!({ "properties": { "orchestratorProfile": { "orchestratorRelease": null, "orchestratorVersion": version } } });
    let external = |release: &str| json!({ "properties": { "orchestratorProfile": { "orchestratorRelease": null, "orchestratorVersion": release, "kubernetesConfig": { "useCloudControllerManager": true } } } });
    let own = json!({ "properties": { "windowsProfile": { "windowsContainerdURL": "https://files.example/containerd-1.7.20-windows-amd64.tar.gz" } } });
    match name {
        "2019-docker" => vec![
            ("docker", definition("docker-availability-set.json", &json!({}))),
            ("docker, 1.22", definition("docker-availability-set.json", &version("1.22.17"))),
        ],
        "2019-containerd" => vec![
            ("containerd", definition("containerd-azure-vmss.json", &json!({}))),
            ("containerd, 1.24", definition("containerd-azure-vmss.json", &version("1.24.17"))),
            ("containerd of one's own", definition("containerd-azure-vmss.json", &own)),
        ],
        _ => vec![
            ("containerd, 1.33", definition("containerd-azure-vmss.json", &external("1.33.10"))),
            ("containerd, 1.35", definition("containerd-azure-vmss.json", &external("1.35.0"))),
        ],
    }
}

/// Bytes of each file as the built-in catalog has them, by URL: those of the made-up files say nothing.
fn real_bytes(cluster: &Cluster) -> BTreeMap<String, u64> {
    let plan = cluster.folder.json("first/plan.json");
    let components = plan["pools"][0]["components"].as_array().expect("components").clone();
    components
        .iter()
        .map(|component| (key(component["urls"][0].as_str().expect("a URL")), component["bytes"].as_u64().unwrap_or_default()))
        .collect()
}

/// Each image built, tested and started with several definitions, beside the same definitions on stock; the table is written to
/// `target/image-matrix.md`.
#[test]
fn nodes_find_on_an_image_what_coverage_says() {
    let Some(pwsh) = pwsh() else { return };
    let mut table = String::from(
        "| image | files | MB | definition | on | requests | MB | images pulled | seconds |\n|---|---|---|---|---|---|---|---|---|\n",
    );
    let images = [
        ("2019", "docker", "aks-engine"),
        ("2019", "containerd", "aks-engine"),
        ("2022", "containerd", "aks-engine-azurestack"),
        ("2025", "containerd", "aks-engine-azurestack"),
    ];
    for of in images {
        let shop = Workshop::open(of, &pwsh);
        shop.build();
        let (code, report) = shop.content_test();
        assert_eq!(code, 0, "{}: {report:#}", shop.name);
        let model = shop.folder.json("first/image.json");
        let components = model["components"].as_array().expect("components");
        let megabytes = components.iter().filter_map(|file| file["bytes"].as_u64()).sum::<u64>() / 1_000_000;
        for (what, definition) in definitions(&shop.name) {
            let cluster = Cluster::generate(&definition, &Value::Null);
            let bytes = real_bytes(&cluster);
            let (expected, pulls) = shop.expected(&cluster);
            for on_image in [false, true] {
                let node = shop.start(&cluster, on_image);
                node.is_complete(&cluster, &format!("{} {what}", shop.name));
                let asked: BTreeSet<_> = node.requests.iter().cloned().collect();
                if on_image {
                    assert_eq!((&asked, node.pulls()), (&expected, pulls), "{} {what}", shop.name);
                }
                let fetched = asked.iter().filter_map(|request| bytes.get(request)).sum::<u64>() / 1_000_000;
                let on = if on_image { "image" } else { "stock" };
                let _ = writeln!(
                    table,
                    "| {} ({}) | {} | {megabytes} | {what} | {on} | {} | {fetched} | {} | {:.1} |",
                    shop.name,
                    shop.catalog,
                    components.len(),
                    node.requests.len(),
                    node.pulls(),
                    node.seconds()
                );
                fs::write(TABLE, &table).expect("a table");
            }
        }
    }
    rig::say(&table);
}
