//! What a node is given equals what the peers give it, value by value.
//!
//! `apimodels/corpus` holds 86 real cluster definitions, each with the values its peer (aks-engine, aks-engine-azurestack) gives the
//! nodes. The generated template is resolved as Azure would do it and every value is compared.

mod common;

use common::Node;
use gen_cse::catalog::Catalog;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// Which values differ on purpose; the reasons are in DIFFERENCES.md.
struct Expected<'a> {
    facts: &'a Value,
    family: &'a str,
}

const NPIPE: &str = "--container-runtime-endpoint=npipe://./pipe/containerd-containerd";

impl Expected<'_> {
    /// The peer's value, or ours where the peer's cannot work.
    fn value(&self, key: &str) -> Value {
        let given = &self.facts[key];
        match key {
            "containerRuntime" if self.is_modern() => json!("containerd"),
            "containerdUrl" if self.takes_dockers_place() && given == "" => json!(CONTAINERD),
            "kubernetesPackageUrl" | "containerdUrl" | "azureCniUrl" | "csiProxyUrl" => at_a_host_that_exists(given),
            "kubeletArgs" => self.kubelet_args(given),
            _ => given.clone(),
        }
    }

    fn is_modern(&self) -> bool {
        self.family == "aks-engine-azurestack"
    }

    /// docker does not run Kubernetes 1.24 and later, and is the fork's default all the same.
    fn takes_dockers_place(&self) -> bool {
        self.is_modern() && self.facts["containerRuntime"] == "docker"
    }

    fn kubelet_args(&self, given: &Value) -> Value {
        let args = given.as_array().expect("a list of arguments").iter().map(|arg| arg.as_str().expect("text"));
        let mut args: Vec<String> = args
            .map(|arg| match arg {
                "--volume-plugin-dir=/etc/kubernetes/volumeplugins" => r"--volume-plugin-dir=c:\k\volumeplugins".to_owned(),
                "--container-runtime-endpoint=unix:///run/containerd/containerd.sock" => NPIPE.to_owned(),
                "--cloud-provider=azure" if self.is_modern() => "--cloud-provider=external".to_owned(),
                other => other.to_owned(),
            })
            .collect();
        if self.takes_dockers_place() {
            args.extend([NPIPE.to_owned(), "--runtime-request-timeout=15m".to_owned()]);
            args.sort_by(|a, b| a.split('=').next().cmp(&b.split('=').next()));
        }
        json!(args)
    }

    fn image(&self) -> Value {
        let given = &self.facts["image"];
        let docker = given["sku"] == "2019-datacenter-core-azurestack-smalldisk";
        if self.takes_dockers_place() && docker {
            return json!({
                "publisher": "microsoft-aks", "offer": "aks-windows",
                "sku": "2019-datacenter-core-azurestack-ctrd", "version": "17763.8644.20261391",
            });
        }
        given.clone()
    }
}

const CONTAINERD: &str =
    "https://packages.aks.azure.com/containerd/windows/v1.6.35-azure.1/binaries/containerd-v1.6.35-azure.1-windows-amd64.tar.gz";

/// `*.azureedge.net` was retired. packages.aks.azure.com has the same files but for the peers' builds of containerd.
fn at_a_host_that_exists(given: &Value) -> Value {
    let url = given.as_str().expect("a URL");
    if url.starts_with("https://mobyartifacts.azureedge.net/") {
        return json!(CONTAINERD);
    }
    json!(url.replace("https://kubernetesartifacts.azureedge.net/", "https://packages.aks.azure.com/"))
}

fn compare(family: &str, name: &str, definition: &str, facts: &Value, differences: &mut Vec<String>) -> usize {
    let catalog = Catalog::built_in(family).expect("a built-in catalog");
    let nodes = common::resolve(definition, catalog).unwrap_or_else(|error| panic!("{family}/{name}: {error}"));
    let pools = facts["pools"].as_array().expect("pools");
    assert_eq!(nodes.len(), pools.len(), "{family}/{name}: number of Windows pools");
    let mut compared = 0;
    for (node, facts) in nodes.iter().zip(pools) {
        let expected = Expected { facts, family };
        for key in facts.as_object().expect("an object").keys() {
            let (ours, theirs) = (actual(node, key), wanted(&expected, key));
            compared += 1;
            if ours != theirs {
                differences.push(format!("{family}/{name} {key}: {ours} instead of {theirs}"));
            }
        }
    }
    compared
}

/// Four values show in the template and not in the configuration.
fn actual(node: &Node, key: &str) -> Value {
    match key {
        "image" => node.image.clone(),
        "licenseType" => node.license_type.clone(),
        "enableAutomaticUpdates" => node.automatic_updates.clone(),
        "availability" => json!(node.availability),
        key => node.configuration[key].clone(),
    }
}

fn wanted(expected: &Expected, key: &str) -> Value {
    match key {
        "image" => resolved_image(&expected.image()),
        key => expected.value(key),
    }
}

/// The peer's image ids are expressions; ours are other expressions with the same result.
fn resolved_image(image: &Value) -> Value {
    let group = format!("/subscriptions/{}/resourceGroups", common::SUBSCRIPTION);
    match image["id"].as_str() {
        Some(id) if id.contains("CustomWindowsImage") => {
            json!({ "id": format!("{group}/my-rg/providers/Microsoft.Compute/images/windowspool2CustomWindowsImage") })
        }
        Some(_) => json!({ "id": format!(
            "{group}/image-resource-group/providers/Microsoft.Compute/galleries/gallery-name/images/image_name/versions/0.1.0") }),
        None => image.clone(),
    }
}

#[test]
fn every_value_of_every_definition_is_the_peers() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("apimodels/corpus");
    let (mut definitions, mut values, mut differences) = (0, 0, Vec::new());
    for family in Catalog::BUILT_IN {
        let mut files: Vec<_> =
            fs::read_dir(corpus.join(family)).expect("the corpus").map(|entry| entry.expect("an entry").path()).collect();
        files.sort();
        for path in files.iter().filter(|path| !path.to_string_lossy().ends_with(".facts.json")) {
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            let facts = fs::read_to_string(path.with_extension("facts.json")).expect("facts");
            let facts = serde_json::from_str(&facts).expect("facts are JSON");
            let definition = fs::read_to_string(path).expect("a definition");
            values += compare(family, &name, &definition, &facts, &mut differences);
            definitions += 1;
        }
    }
    assert!(differences.is_empty(), "{} of {values} values differ:\n{}", differences.len(), differences.join("\n"));
    assert_eq!(definitions, 86);
    assert!(values > 4_000, "only {values} values compared");
}
