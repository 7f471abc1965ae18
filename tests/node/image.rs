//! Images: built on a simulated machine by what `gen-cse vhd` writes, kept, tested, and nodes started of them.

use crate::artifacts::{self, Artifact};
use crate::cluster::{self, Cluster};
use crate::command::Folder;
use crate::decisions;
use crate::matrix;
use crate::mirror::{Fault, Mirror, Trouble};
use crate::rig;
use crate::rules;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

const BUILD: &str = r"powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File C:\gen-cse-vhd\";
const LOG: &str = "machine/c/AzureData/build.log";

/// Written row by row: all of it takes long.
const TABLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/image-matrix.md");
const CACHES: &str = "| image | Kubernetes | files | MB | container images |\n|---|---|---|---|---|\n";
const NODES: &str = "| image | definition | stock: requests | MB | pulls | seconds | image: requests | MB | pulls | seconds |\n\
                     |---|---|---|---|---|---|---|---|---|---|\n";
/// By image: the row of its cache, and those of its nodes.
static ROWS: Mutex<BTreeMap<String, [String; 2]>> = Mutex::new(BTreeMap::new());

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

/// An image of one's own, of a registry that asks who pulls; see `shim.sh`.
const OWN_IMAGE: &str = "login.example/team/app:1.0";

/// Windows, runtime and catalog of each image.
const IMAGES: [(&str, &str, &str); 4] = [
    ("2019", "docker", "aks-engine"),
    ("2019", "containerd", "aks-engine"),
    ("2022", "containerd", "aks-engine-azurestack"),
    ("2025", "containerd", "aks-engine-azurestack"),
];

/// Where one image is made: its folder, its packages, the machine it is built on.
struct Workshop<'a> {
    name: String,
    os: &'a str,
    folder: Folder,
    artifacts: Vec<Artifact>,
    pwsh: &'a Path,
    /// What the machine has for `DOCKER_AUTH_CONFIG`.
    logins: String,
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
    fn open((os, runtime, catalog): (&'a str, &str, &str), pwsh: &'a Path) -> Self {
        let folder = Folder::new();
        let write = |catalog: &str, to: &str| {
            let of = ["vhd", "--os", os, "--runtime", runtime, "--image", OWN_IMAGE];
            folder.run(&[&of[..], &["--catalog", catalog, "-o", to]].concat()).ends(0);
        };
        write(catalog, "first");
        let model = folder.json("first/image.json");
        let mut made = Vec::new();
        for component in model["components"].as_array().expect("components") {
            let id = component["id"].as_str().expect("an id").trim_end_matches(|c: char| c == '-' || c.is_ascii_digit());
            let urls = component["urls"].as_array().expect("URLs").iter().filter_map(Value::as_str);
            made.extend(urls.map(|url| artifacts::artifact(id, url, &cluster::version_in_name(url))));
        }
        folder.write("catalog.json", artifacts::catalog(catalog, &made).to_string());
        write("catalog.json", "image");
        let copy = |name: &str, to: &str| {
            let target = folder.path(to).join(name);
            fs::create_dir_all(target.parent().expect("a folder")).expect("a folder");
            fs::copy(folder.path("image").join(name), target).expect("a copy");
        };
        for name in ["configure-windows-vhd.ps1", "sysprep.ps1", "private-fixes/private-fixes.json"] {
            copy(name, "upload/gen-cse-vhd");
        }
        copy("test-windows-vhd.ps1", "test");
        let logins = json!({ "auths": { "login.example": { "username": "reader", "password": cluster::SECRET } } }).to_string();
        Self { name: format!("{os}-{runtime}"), os, folder, artifacts: made, pwsh, logins }
    }

    /// Runs a line on the machine, which begins as the base image at the first one.
    fn run(&self, line: &str, options: &[&str], troubles: &[Trouble]) -> Ran {
        let files = self.artifacts.iter().map(|artifact| (key(&artifact.url), artifact.file.clone())).collect();
        let mirror = Mirror::start(files, troubles.to_vec());
        let mut command = lab(self.pwsh, &format!("build-{}", self.os), &mirror);
        command.env("DOCKER_AUTH_CONFIG", &self.logins);
        command.arg("-Command").arg(self.line(&format!("{line} > C:\\AzureData\\build.log 2>&1")));
        command.arg("-Root").arg(self.folder.path("machine"));
        if self.folder.path("machine").exists() {
            command.arg("-From").arg(self.folder.path("machine"));
        } else {
            command.arg("-Replace").arg(self.folder.path("upload"));
        }
        let report = report(command.args(options), &self.folder.path("report.json"));
        let said = fs::read_to_string(self.folder.path(LOG)).unwrap_or_default();
        fs::remove_file(self.folder.path(LOG)).ok();
        Ran { code: exit_code(&report), said, requests: downloads(&mirror) }
    }

    /// A file with a line for cmd.exe.
    fn line(&self, line: &str) -> PathBuf {
        self.folder.write("command.txt", line);
        self.folder.path("command.txt")
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
        let mut command = lab(self.pwsh, &format!("build-{}", self.os), &mirror);
        command
            .arg("-Command")
            .arg(self.line(r"powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File C:\test-windows-vhd.ps1"));
        command.arg("-Root").arg(self.folder.path("tested"));
        command.arg("-From").arg(self.folder.path("machine")).arg("-Replace").arg(self.folder.path("test"));
        let ran = report(&mut command, &self.folder.path("tested.json"));
        (exit_code(&ran), self.folder.json("tested/c/Windows/Temp/image-report.json"))
    }

    /// A node of a definition: on the image, or on the stock image with the Containers feature.
    fn start(&self, cluster: &Cluster, on_image: bool) -> Started {
        let mirror = Mirror::start(cluster.files(), Vec::new());
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut command = lab(self.pwsh, &format!("stock-{}", self.os), &mirror);
        command.arg("-CustomData").arg(cluster.custom_data()).arg("-Command").arg(cluster.command());
        command.arg("-Root").arg(folder.path().join("node")).arg("-Reboot");
        if on_image {
            command.arg("-From").arg(self.folder.path("machine"));
        }
        let report = report(&mut command, &folder.path().join("report.json"));
        Started { requests: downloads(&mirror), node: rig::Node::of(report, mirror.requests(), folder) }
    }

    /// URLs that `vhd coverage` says a node of the definition downloads, and the images it says are pulled.
    fn expected(&self, cluster: &Cluster) -> (BTreeSet<String>, usize) {
        let manifest = self.folder.path("machine/c/akse-cache/manifest.json");
        let run = cluster.folder.run(&[
            "vhd",
            "coverage",
            "apimodel.json",
            "--format",
            "json",
            "--catalog",
            "catalog.json",
            "--manifest",
            &manifest.display().to_string(),
        ]);
        run.ends(0);
        let coverage: Value = serde_json::from_str(&run.stdout).expect("JSON");
        let ids: BTreeSet<_> =
            coverage[0]["downloaded"].as_array().expect("a list").iter().filter_map(|file| file["component"].as_str()).collect();
        let build = &self.manifest()["os"]["build"];
        let of_build =
            cluster.configuration["componentsOfBuilds"].as_array().into_iter().flatten().filter(|other| other["build"] == *build);
        let others: BTreeMap<_, _> = of_build.map(|other| (other["id"].as_str(), other)).collect();
        let wanted = cluster.configuration["components"].as_array().expect("components");
        let missing = wanted.iter().filter(|component| component["id"].as_str().is_some_and(|id| ids.contains(id)));
        let missing = missing.map(|component| others.get(&component["id"].as_str()).copied().unwrap_or(component));
        let urls = missing.map(|component| key(component["urls"][0].as_str().expect("a URL"))).collect();
        (urls, coverage[0]["pulled"].as_array().expect("a list").len())
    }
}

impl Cluster {
    /// Name of the Kubernetes package that its nodes need.
    fn package(&self) -> String {
        let components = self.configuration["components"].as_array().expect("components");
        let kubernetes = components.iter().find(|component| component["id"] == "kubernetes").expect("a package");
        kubernetes["urls"][0].as_str().and_then(|url| url.rsplit('/').next()).expect("a URL").to_owned()
    }
}

/// A node and what it asked the mirror for.
struct Started {
    node: rig::Node,
    requests: Vec<String>,
}

impl Started {
    /// Until the node is done: of the extension and of the start after it.
    fn seconds(&self) -> f64 {
        ["cse", "reboot"].iter().filter_map(|phase| self.node.phase(phase)["realSeconds"].as_f64()).sum()
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
    let mut command = rig::lab_command(pwsh);
    command.args(["-Node", flavour, "-Mirror", &mirror.url()]);
    command
}

/// What `Invoke-Node.ps1` writes of its run.
fn report(command: &mut Command, path: &Path) -> Value {
    fs::remove_file(path).ok();
    let output = command.arg("-Report").arg(path).output().expect("pwsh starts");
    let text = fs::read_to_string(path).unwrap_or_else(|_| panic!("no report:\n{}", String::from_utf8_lossy(&output.stderr)));
    serde_json::from_str(&text).expect("JSON")
}

/// Of the line that ran.
fn exit_code(report: &Value) -> i64 {
    let phases = report["phases"].as_array().expect("phases");
    phases.iter().find(|phase| phase["phase"] == "cse").and_then(|phase| phase["exitCode"].as_i64()).unwrap_or(-1)
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

/// An image and its nodes take many minutes, so they run only when asked for.
fn pwsh() -> Option<PathBuf> {
    let found = rig::pwsh().filter(|_| std::env::var_os("GEN_CSE_IMAGES").is_some());
    if found.is_none() {
        rig::say("LEFT OUT: images on simulated machines; put pwsh on PATH or name it in GEN_CSE_PWSH, and set GEN_CSE_IMAGES=1");
    }
    found
}

/// With PowerShell's own parser, as for the nodes' scripts.
#[test]
fn scripts_of_images_use_what_windows_powershell_has() {
    let folder = Folder::new();
    for (os, runtime, catalog) in [IMAGES[0], IMAGES[1]] {
        folder.run(&["vhd", "--os", os, "--runtime", runtime, "--catalog", catalog, "-o", runtime]).ends(0);
        fs::remove_file(folder.path(runtime).join("windows-vhd.Tests.ps1")).expect("Pester's, not 5.1's");
    }
    let found = decisions::findings(&folder.path("").display().to_string());
    assert!(found.as_ref().is_none_or(Vec::is_empty), "{}", found.unwrap_or_default().join("\n"));
}

// ---- one image in trouble ------------------------------------------------------------------------------------------------

/// Built with all that can go wrong on the way, tested, started; damaged, tested and started again.
#[test]
fn an_image_is_built_in_spite_of_failures_and_serves_its_nodes() {
    let Some(pwsh) = pwsh() else { return };
    let mut shop = Workshop::open(IMAGES[1], &pwsh);
    fixes_are_checked(&shop);
    assert_eq!(shop.phase(2, &[]).code, 0);
    what_breaks_off_goes_on(&mut shop);
    assert_eq!(shop.phase(4, &[]).code, 0);
    let ran = shop.run(&format!("{BUILD}sysprep.ps1"), &[], &[]);
    assert_eq!(ran.code, 0, "{}", ran.said);
    let manifest = shop.manifest();
    assert_eq!((&manifest["updates"][0]["name"], &manifest["updates"][0]["exitCode"]), (&json!("fix.ps1"), &json!(5)), "{manifest:#}");
    shop.is_sound();
    let cluster = Cluster::generate(&definition("containerd-azure-vmss.json", &json!({})), &Value::Null);
    let node = shop.start(&cluster, true);
    node.is_complete(&cluster, "a node of the image");
    assert_eq!((&node.requests, node.pulls()), (&Vec::new(), 0));
    let package = cluster.package();
    damage(&shop, &package);
    let (code, report) = shop.content_test();
    let checks = report["checks"].as_array().expect("checks").iter();
    let failed: Vec<_> = checks.filter(|check| check["passed"] == false).filter_map(|check| check["name"].as_str()).collect();
    assert_eq!((code, failed), (1, vec!["files", "images", "settings", "cluster"]), "{report:#}");
    let node = shop.start(&cluster, true);
    node.is_complete(&cluster, "a node of the damaged image");
    assert!(node.requests.len() == 1 && node.requests[0].ends_with(&package), "{package}: {:?}", node.requests);
}

/// A private fix that is not what its list says is not run; the right one is, and may end with the codes of its list.
fn fixes_are_checked(shop: &Workshop) {
    let fixes = shop.folder.path("upload/gen-cse-vhd/private-fixes");
    fs::write(fixes.join("fix.ps1"), "Set-Content -LiteralPath C:\\private.txt -Value 'fixed'\nexit 5\n").expect("a file");
    let list = |hash: &str| json!({ "schema": 1, "fixes": [{ "file": "fix.ps1", "sha256": hash, "exitCodes": [5] }] }).to_string();
    fs::write(fixes.join("private-fixes.json"), list(&"0".repeat(64))).expect("a list");
    let ran = shop.phase(1, &[]);
    assert_eq!(ran.code, 12, "{}", ran.said);
    assert!(ran.said.contains("is not what its list says") && !shop.folder.path("machine/c/private.txt").exists(), "{}", ran.said);
    let right = list(&artifacts::sha256(&fixes.join("fix.ps1")));
    shop.folder.write("machine/c/gen-cse-vhd/private-fixes/private-fixes.json", right);
    assert_eq!(shop.phase(1, &[]).code, 0);
    assert!(shop.folder.path("machine/c/private.txt").exists());
}

/// A download fails, then the power, then the login of a registry: what is there is not fetched again.
fn what_breaks_off_goes_on(shop: &mut Workshop) {
    let gone = Trouble { fault: Fault::Status(404), part: "azure-vnet-cni".to_owned(), times: 1000 };
    let ran = shop.phase(3, &[gone]);
    assert_eq!(ran.code, 32, "{}", ran.said);
    shop.folder.write("cut.ps1", POWER_CUT);
    let cut = shop.folder.path("cut.ps1").display().to_string();
    let ran = shop.run(&format!("{BUILD}configure-windows-vhd.ps1 -Phase 3"), &["-Reboot", "-Extra", &cut], &[]);
    assert_eq!(ran.code, 137, "{}", ran.said);
    assert!(ran.requests.iter().all(|request| request.contains("azure-vnet-cni")), "{:?}", ran.requests);
    let logins = std::mem::take(&mut shop.logins);
    let ran = shop.phase(3, &[]);
    assert_eq!((ran.code, ran.requests), (35, Vec::new()), "{}", ran.said);
    assert!(ran.said.contains(OWN_IMAGE) && ran.said.contains("DOCKER_AUTH_CONFIG"), "{}", ran.said);
    shop.logins = logins;
    let ran = shop.phase(3, &[]);
    assert_eq!((ran.code, ran.requests), (0, Vec::new()), "{}", ran.said);
}

/// A package is cut short, a container image is lost, a setting is undone, somebody's key is left.
fn damage(shop: &Workshop, package: &str) {
    let path = shop.folder.path("machine/c/akse-cache/win-k8s").join(package);
    fs::write(&path, &fs::read(&path).expect("a file")[..1000]).expect("a file");
    let images = shop.folder.path("machine/state/images/containerd.txt");
    let kept = fs::read_to_string(&images).expect("a list");
    fs::write(images, kept.lines().filter(|name| !name.contains("nanoserver")).fold(String::new(), |all, name| all + name + "\n"))
        .expect("a list");
    let registry = shop.folder.read("machine/state/registry.json");
    assert!(registry.contains("NoAutoUpdate"), "{registry}");
    shop.folder.write("machine/state/registry.json", registry.replace("NoAutoUpdate", "YesAutoUpdate"));
    fs::create_dir_all(shop.folder.path("machine/c/ProgramData/ssh")).expect("a folder");
    shop.folder.write("machine/c/ProgramData/ssh/ssh_host_rsa_key", "key");
}

// ---- all images, and their nodes ---------------------------------------------------------------------------------------

/// Definitions for the nodes of an image: some it has everything for, some not.
fn definitions(name: &str) -> Vec<(&'static str, Value)> {
    let version =
        |version: &str| json!({ "properties": { "orchestratorProfile": { "orchestratorRelease": null, "orchestratorVersion": version } } });
    let external = |release: &str| json!({ "properties": { "orchestratorProfile": { "orchestratorRelease": null, "orchestratorVersion": release, "kubernetesConfig": { "useCloudControllerManager": true } } } });
    let own = json!({ "properties": { "orchestratorProfile": { "kubernetesConfig": {
        "windowsContainerdURL": "https://files.example/containerd-1.7.20-windows-amd64.tar.gz"
    } } } });
    let docker = json!({ "properties": { "windowsProfile": { "windowsDockerVersion": "20.10.21" } } });
    // of an image that does not tell its Windows, as a gallery of one's own has them
    let gallery = json!({ "properties": { "windowsProfile": { "imageReference": {
        "subscriptionId": "11111111-2222-3333-4444-555555555555", "resourceGroup": "images", "gallery": "windows", "name": "windows", "version": "1.0.0"
    } } } });
    let today = |release: &str, more: &Value| {
        let mut definition = definition("containerd-azure-vmss.json", &external(release));
        matrix::merge(&mut definition, &gallery);
        matrix::merge(&mut definition, more);
        definition
    };
    match name {
        "2019-docker" => vec![
            ("docker", definition("docker-availability-set.json", &json!({}))),
            ("docker, 1.22", definition("docker-availability-set.json", &version("1.22.17"))),
            ("another docker", definition("docker-availability-set.json", &docker)),
        ],
        "2019-containerd" => vec![
            ("containerd", definition("containerd-azure-vmss.json", &json!({}))),
            ("containerd, 1.24", definition("containerd-azure-vmss.json", &version("1.24.17"))),
            ("containerd of one's own", definition("containerd-azure-vmss.json", &own)),
        ],
        _ => vec![
            ("1.33", today("1.33.10", &json!({}))),
            ("1.35", today("1.35.0", &json!({}))),
            ("containerd of one's own, 1.34", today("1.34.4", &own)),
        ],
    }
}

/// Bytes of each file as the built-in catalogs have them, by URL: those of the made-up files say nothing.
fn real_bytes(cluster: &Cluster) -> BTreeMap<String, u64> {
    let run = cluster.folder.run(&["catalog", "show", "--format", "json"]);
    run.ends(0);
    let catalogs: Value = serde_json::from_str(&run.stdout).expect("JSON");
    let files = catalogs.as_array().expect("catalogs").iter().flat_map(|catalog| catalog["files"].as_array().expect("files"));
    let first = |file: &Value| key(file["urls"][0].as_str().expect("a URL"));
    files.map(|file| (first(file), file["bytes"].as_u64().unwrap_or_default())).collect()
}

/// An image built, tested and started with several definitions, beside the same definitions on stock; the tables are written to
/// `target/image-matrix.md`.
fn nodes_find_what_coverage_says(of: (&str, &str, &str)) {
    let Some(pwsh) = pwsh() else { return };
    let shop = Workshop::open(of, &pwsh);
    shop.build();
    shop.is_sound();
    tell(&shop.name, &[&shop.cache(), ""]);
    for (what, definition) in definitions(&shop.name) {
        let cluster = Cluster::generate(&definition, &Value::Null);
        let bytes = real_bytes(&cluster);
        let cells = [true, false].map(|on_image| {
            let node = shop.start(&cluster, on_image);
            node.is_complete(&cluster, &format!("{} {what}", shop.name));
            let asked: BTreeSet<_> = node.requests.iter().cloned().collect();
            if on_image {
                assert_eq!((asked.clone(), node.pulls()), shop.expected(&cluster), "{} {what}", shop.name);
            }
            let fetched = asked.iter().filter_map(|request| bytes.get(request)).sum::<u64>() / 1_000_000;
            format!("{} | {fetched} | {} | {:.1}", node.requests.len(), node.pulls(), node.seconds())
        });
        tell(&shop.name, &["", &format!("| {} | {what} | {} | {} |\n", shop.name, cells[1], cells[0])]);
    }
}

/// Adds to the tables, and writes them.
fn tell(image: &str, rows: &[&str; 2]) {
    let mut all = ROWS.lock().unwrap_or_else(PoisonError::into_inner);
    let told = all.entry(image.to_owned()).or_default();
    told.iter_mut().zip(rows).for_each(|(told, row)| *told += row);
    let [caches, nodes] = [0, 1].map(|table| all.values().map(|rows| rows[table].as_str()).collect::<String>());
    fs::write(TABLE, format!("{CACHES}{caches}\n{NODES}{nodes}")).expect("a table");
    rig::say(&rows.concat());
}

#[test]
fn nodes_of_2019_with_docker() {
    nodes_find_what_coverage_says(IMAGES[0]);
}

#[test]
fn nodes_of_2019_with_containerd() {
    nodes_find_what_coverage_says(IMAGES[1]);
}

#[test]
fn nodes_of_2022() {
    nodes_find_what_coverage_says(IMAGES[2]);
}

#[test]
fn nodes_of_2025() {
    nodes_find_what_coverage_says(IMAGES[3]);
}

impl Workshop<'_> {
    /// The row of the table of caches: sizes by the built-in catalog.
    fn cache(&self) -> String {
        let model = self.folder.json("first/image.json");
        let list = |key: &str| model[key].as_array().expect("a list").clone();
        let megabytes = list("components").iter().filter_map(|file| file["bytes"].as_u64()).sum::<u64>() / 1_000_000;
        let versions: Vec<_> = list("kubernetesVersions").iter().filter_map(Value::as_str).map(str::to_owned).collect();
        format!(
            "| {} | {} | {} | {megabytes} | {} |\n",
            self.name,
            versions.join(", "),
            list("components").len(),
            list("containerImages").len()
        )
    }

    /// The image is what its manifest, its notes, the catalog and the content test want, and has no secret in it.
    #[track_caller]
    fn is_sound(&self) {
        let schema = serde_json::from_str(&self.folder.read("image/manifest.schema.json")).expect("JSON");
        for document in [self.manifest(), self.folder.json("machine/c/akse-cache/release-notes.json")] {
            assert!(jsonschema::is_valid(&schema, &document), "{document:#}");
        }
        self.folder.run(&["vhd", "--check", "machine/c/akse-cache/manifest.json"]).ends(0);
        let (code, report) = self.content_test();
        assert_eq!(code, 0, "{}: {report:#}", self.name);
        let found = Command::new("grep").args(["-rlF", cluster::SECRET]).arg(self.folder.path("machine/c")).output().expect("grep");
        assert_eq!(String::from_utf8_lossy(&found.stdout), "", "the login of a registry is left in the image");
    }
}
