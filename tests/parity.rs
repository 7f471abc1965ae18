//! What a node is given equals what the peers give it, value by value.
//!
//! `apimodels/corpus` holds 86 real cluster definitions, each with the values its peer (aks-engine, aks-engine-azurestack) gives the
//! nodes. The generated template is resolved as Azure would do it and every value is compared.

mod common;

use common::Node;
use gen_cse::{Catalog, Options, generate};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Which values differ on purpose; the reasons are in DIFFERENCES.md.
struct Expected<'a> {
    facts: &'a Value,
    family: &'a str,
}

const NPIPE: &str = "--container-runtime-endpoint=npipe://./pipe/containerd-containerd";

const EVICTION: &str = "memory.available<500Mi,nodefs.available<10%,imagefs.available<15%";

impl Expected<'_> {
    /// The peer's value, or ours where the peer's cannot work.
    fn value(&self, key: &str) -> Value {
        let given = &self.facts[key];
        match key {
            "containerRuntime" if self.is_modern() => json!("containerd"),
            "containerdUrl" if self.takes_dockers_place() && given == "" => json!(CONTAINERD),
            "kubernetesPackageUrl" | "containerdUrl" | "azureCniUrl" | "csiProxyUrl" => at_a_host_that_exists(given),
            "kubeletArgs" => self.kubelet_args(given),
            "nodeLabels" => self.node_labels(given),
            "kubeProxyFeatureGates" => self.gates(given),
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
        if self.minor() >= 31 {
            // the node reserves by its size, and evicts by what the definition says; the peers switch it off
            args.retain(|arg| !arg.starts_with("--system-reserved=") && !arg.starts_with("--eviction-hard="));
            args.push(format!("--eviction-hard={EVICTION}"));
        }
        if self.takes_dockers_place() {
            args.push("--runtime-request-timeout=15m".to_owned());
        }
        if self.minor() >= 31 && !args.iter().any(|arg| arg.starts_with("--serialize-image-pulls=")) {
            args.push("--serialize-image-pulls=false".to_owned());
        }
        self.as_started(&mut args);
        json!(args)
    }

    /// The peers' node scripts take flags away and add some; ours are given the result.
    fn as_started(&self, args: &mut Vec<String>) {
        const DOCKER: [&str; 5] =
            ["--cni-bin-dir", "--cni-conf-dir", "--image-pull-progress-deadline", "--network-plugin", "--non-masquerade-cidr"];
        let name = |arg: &String| arg.split('=').next().unwrap_or_default().to_owned();
        let docker = self.value("containerRuntime") == "docker";
        let runtime = |arg: &String| name(arg).starts_with("--container-runtime");
        args.retain(|arg| name(arg) != "--node-labels" && !runtime(arg) && (docker || !DOCKER.contains(&name(arg).as_str())));
        args.iter_mut().for_each(|arg| *arg = arg.replace("=\"\"", "="));
        args.push("--windows-priorityclass=ABOVE_NORMAL_PRIORITY_CLASS".to_owned());
        if docker {
            let folder =
                if self.facts["networkPlugin"] == "azure" { [r"azurecni\bin", r"azurecni\netconf"] } else { ["cni", r"cni\config"] };
            args.retain(|arg| name(arg) != "--network-plugin");
            args.push("--network-plugin=cni".to_owned());
            args.extend([format!(r"--cni-bin-dir=c:\k\{}", folder[0]), format!(r"--cni-conf-dir=c:\k\{}", folder[1])]);
        } else {
            args.push(NPIPE.to_owned());
            args.extend((self.minor() < 27).then(|| "--container-runtime=remote".to_owned()));
        }
        args.sort_by_key(name);
    }

    fn minor(&self) -> u32 {
        let version = self.facts["kubernetesVersion"].as_str().expect("a version");
        version.split('.').nth(1).expect("a minor version").parse().expect("a number")
    }

    fn node_labels(&self, given: &Value) -> Value {
        let own = self.facts["kubeletArgs"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let own = own.filter_map(|arg| arg.strip_prefix("--node-labels=")).find(|labels| !labels.is_empty());
        own.map_or_else(|| given.clone(), |own| json!(format!("{own},{}", given.as_str().expect("text"))))
    }

    /// Without gates that end kube-proxy: gone, or locked.
    fn gates(&self, given: &Value) -> Value {
        let since = |gate: &str| if gate.starts_with("IPv6DualStack") { 25 } else { 34 };
        given.as_array().expect("a list").iter().filter(|gate| self.minor() < since(gate.as_str().expect("text"))).cloned().collect()
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
            let (ours, theirs) = (actual(node, key), without_blank(wanted(&expected, key)));
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

/// What is empty is left out of our configuration.
fn without_blank(value: Value) -> Value {
    if value == "" || value == json!([]) { Value::Null } else { value }
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

/// Every definition of the corpus: the catalog it is for, its name, its text, and where what belongs to it stands.
fn corpus() -> Vec<(&'static str, String, String, PathBuf)> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("apimodels/corpus");
    let mut all = Vec::new();
    for family in Catalog::BUILT_IN {
        let entries = fs::read_dir(corpus.join(family)).expect("the corpus").map(|entry| entry.expect("an entry").path());
        let name = |path: &Path| path.file_stem().expect("a name").to_string_lossy().into_owned();
        let mut files: Vec<_> = entries.filter(|path| !name(path).ends_with(".facts") && !name(path).ends_with(".resources")).collect();
        files.sort();
        all.extend(files.into_iter().map(|path| (family, name(&path), fs::read_to_string(&path).expect("a definition"), path)));
    }
    all
}

fn read(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).expect("facts")).expect("facts are JSON")
}

#[test]
fn every_value_of_every_definition_is_the_peers() {
    let (mut definitions, mut values, mut differences) = (0, 0, Vec::new());
    for (family, name, definition, path) in corpus() {
        let facts = read(&path.with_extension("facts.json"));
        values += compare(family, &name, &definition, &facts, &mut differences);
        definitions += 1;
    }
    assert!(differences.is_empty(), "{} of {values} values differ:\n{}", differences.len(), differences.join("\n"));
    assert_eq!(definitions, 86);
    assert!(values > 4_000, "only {values} values compared");
}

/// A property of the peers that we do not have, for a reason in DIFFERENCES.md: managed disks have no name of ours and no file.
fn is_left_out(field: &str) -> bool {
    field.ends_with(".vhd.uri") || field.ends_with("Disk.name") || (field.contains(".dataDisks[") && field.ends_with("].name"))
}

/// The image follows the runtime, also in the resources.
fn wanted_property(family: &str, field: &str, given: &Value) -> Value {
    let docker = ["2019-datacenter-core-azurestack-smalldisk", "17763.3887.20230332"];
    let containerd = ["2019-datacenter-core-azurestack-ctrd", "17763.8644.20261391"];
    let place = docker.iter().position(|docker| given == docker);
    match place {
        Some(place) if family == "aks-engine-azurestack" && field.contains(".imageReference.") => json!(containerd[place]),
        _ => given.clone(),
    }
}

/// Properties compared and equal, by field.
#[derive(Default)]
struct Tally {
    fields: BTreeMap<String, [usize; 2]>,
    differences: Vec<String>,
}

impl Tally {
    fn add(&mut self, at: &str, field: &str, ours: &Value, theirs: &Value) {
        let general: String = field.chars().filter(|c| !c.is_ascii_digit()).collect();
        let [compared, equal] = self.fields.entry(general).or_default();
        *compared += 1;
        *equal += usize::from(ours == theirs);
        if ours != theirs && !(is_left_out(field) && ours.is_null()) {
            self.differences.push(format!("{at} {field}: {ours} instead of {theirs}"));
        }
    }
}

const AVAILABILITY_SET: &str = "Microsoft.Compute/availabilitySets";

/// Resources of both by type and name; a role assignment has no name that says whose it is.
fn compare_resources(family: &str, at: &str, ours: &[Value], theirs: &[Value], tally: &mut Tally) {
    // the peers forget the set of VMs whose OS disk is ephemeral, and Azure refuses those
    let has_sets = theirs.iter().any(|resource| resource["type"] == AVAILABILITY_SET);
    let ours: Vec<_> = ours.iter().filter(|resource| has_sets || resource["type"] != AVAILABILITY_SET).collect();
    assert_eq!(ours.len(), theirs.len(), "{at}: number of resources");
    for expected in theirs {
        let is_role = expected["name"] == "roleAssignment";
        let found = ours.iter().find(|r| r["type"] == expected["type"] && (is_role || r["name"] == expected["name"]));
        let at = format!("{at} {} {}", expected["type"], expected["name"]);
        let Some(found) = found else {
            tally.differences.push(format!("{at}: absent"));
            continue;
        };
        for (field, given) in expected["facts"].as_object().expect("facts") {
            tally.add(&at, field, &lookup(found, field), &wanted_property(family, field, given));
        }
    }
}

/// `a.b[0].c` of a resource; `a.count` is the length of a list.
fn lookup(resource: &Value, field: &str) -> Value {
    let pointer = format!("/{}", field.replace('[', "/").replace(']', "").replace('.', "/"));
    let found = resource.pointer(&pointer).cloned();
    let length = || resource.pointer(pointer.strip_suffix("/count")?)?.as_array().map(|list| json!(list.len()));
    let found = found.or_else(length).unwrap_or(Value::Null);
    match found.as_str() {
        Some(id) if field.ends_with("roleDefinitionId") => json!(id.rsplit('/').next()),
        _ => found,
    }
}

#[test]
fn every_property_of_every_resource_is_the_peers() {
    let mut tally = Tally::default();
    let mut definitions = 0;
    for (family, name, definition, path) in corpus() {
        let path = path.with_extension("resources.json");
        if !path.exists() {
            continue;
        }
        let options = Options::new(Catalog::built_in(family).expect("a built-in catalog"));
        let bundle = generate(&definition, &options).unwrap_or_else(|error| panic!("{family}/{name}: {error}"));
        let ours = common::resources(&bundle, &common::deployment());
        let theirs = read(&path);
        compare_resources(family, &format!("{family}/{name}"), &ours, theirs["resources"].as_array().expect("resources"), &mut tally);
        definitions += 1;
    }
    let [compared, equal] = tally.fields.values().fold([0, 0], |sum, [compared, equal]| [sum[0] + compared, sum[1] + equal]);
    let rows: String = tally.fields.iter().map(|(field, [compared, equal])| format!("{compared:5} {equal:5} {field}\n")).collect();
    println!("{compared} properties of {definitions} definitions compared, {equal} equal:\n{rows}");
    let differences = &tally.differences;
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), differences.join("\n"));
    assert_eq!(definitions, 82);
}
