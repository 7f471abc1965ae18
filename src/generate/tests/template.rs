//! Every generated template passes the rules of the template test toolkit, and stays within Azure's limits.

use super::common;
use arm_template::{ParameterValue, lint_deployment};
use gen_cse::pack::{MAX_COMMAND_CHARACTERS, MAX_CUSTOM_DATA_BYTES};
use gen_cse::{Catalog, Error, Generated, Options, generate};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

const SAMPLE: &str = include_str!("../../../apimodels/valid/containerd-azure-vmss.json");
/// A 4096-bit private key as base64 of PEM.
const CLIENT_KEY: usize = 4_368;

fn sample(pools: usize) -> String {
    let mut definition: Value = serde_json::from_str(SAMPLE).expect("the sample is JSON");
    let profiles = definition["properties"]["agentPoolProfiles"].as_array_mut().expect("pools");
    let windows = profiles.iter().find(|pool| pool["osType"] == "Windows").expect("a Windows pool").clone();
    profiles.clear();
    for number in 0..pools {
        let mut pool = windows.clone();
        pool["name"] = json!(format!("win{number}"));
        profiles.push(pool);
    }
    definition.to_string()
}

fn options(catalog: &str) -> Options {
    Options::new(Catalog::built_in(catalog).expect("a built-in catalog"))
}

/// The errors of a definition that should have none.
fn reasons(error: &Error) -> String {
    let Error::Invalid(invalid) = error else { return error.to_string() };
    invalid.report.errors().map(|error| format!("{}: {}\n", error.path, error.message)).collect()
}

/// Every definition of `apimodels/<folder>`, with the catalog that it is for.
fn definitions(folder: &str) -> Vec<(&'static str, PathBuf)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("apimodels").join(folder);
    let entries = |family: &'static str| {
        fs::read_dir(folder.join(family)).expect("definitions").map(move |entry| (family, entry.expect("an entry").path()))
    };
    let is_definition = |path: &Path| ![".facts.json", ".resources.json"].iter().any(|end| path.to_string_lossy().ends_with(end));
    Catalog::BUILT_IN.into_iter().flat_map(entries).filter(|(_, path)| is_definition(path)).collect()
}

/// The parameters file with what a deployment gives.
fn with_credentials(bundle: &Generated) -> Value {
    let mut parameters = bundle.parameters.clone();
    for name in ["caCertificate", "clientCertificate", "clientPrivateKey"] {
        parameters.0.entry(name.to_owned()).or_insert(ParameterValue::Value(json!("c2FtcGxl")));
    }
    parameters.to_json()
}

/// Bytes of Azure's limit that every definition leaves for what scripts and definitions grow by.
const ROOM_LEFT: usize = 8 * 1024;

#[test]
fn templates_of_all_definitions_pass_the_checks() {
    for (family, path) in definitions("corpus") {
        let bundle = generate(fs::read_to_string(&path).expect("a definition"), &options(family)).expect("it generates");
        let findings = lint_deployment(&bundle.template.to_json(), &with_credentials(&bundle));
        assert!(findings.is_empty(), "{}: {findings:#?}", path.display());
        assert_room(&bundle, &path);
    }
}

fn assert_room(bundle: &Generated, path: &Path) {
    for sizes in bundle.pools.iter().map(|pool| pool.sizes) {
        let left = MAX_CUSTOM_DATA_BYTES.saturating_sub(sizes.custom_data_bytes);
        assert!(left >= ROOM_LEFT, "{}: custom data has {} bytes", path.display(), sizes.custom_data_bytes);
    }
}

#[test]
fn every_valid_definition_leaves_room() {
    for (family, path) in definitions("valid") {
        let bundle = generate(fs::read_to_string(&path).expect("a definition"), &options(family)).expect("it generates");
        assert_room(&bundle, &path);
    }
}

#[test]
fn the_sizes_said_are_the_sizes_resolved() {
    let mut definition: Value = serde_json::from_str(SAMPLE).expect("the sample is JSON");
    let key = "k".repeat(CLIENT_KEY / 4 * 3);
    definition["properties"]["certificateProfile"] =
        json!({ "caCertificate": "ca".repeat(700), "clientCertificate": "cl".repeat(700), "clientPrivateKey": key });
    let bundle = generate(definition.to_string(), &options("aks-engine")).expect("it generates");
    let (template, parameters) = (bundle.template.to_json(), bundle.parameters.to_json());
    let nodes = common::resolve_template(&template, &parameters, &common::deployment());
    for (node, sizes) in nodes.iter().zip(bundle.pools.iter().map(|pool| pool.sizes)) {
        // names of a deployment are counted as long as they can be
        assert!(node.custom_data.len() <= sizes.custom_data_bytes && node.custom_data.len() + 400 > sizes.custom_data_bytes);
        assert!(node.custom_data.len() <= MAX_CUSTOM_DATA_BYTES);
        assert!(
            node.command.len() <= sizes.command_characters && node.command.len() + 100 > sizes.command_characters,
            "{} {}",
            node.command.len(),
            sizes.command_characters
        );
        assert!(node.command.len() <= MAX_COMMAND_CHARACTERS, "a 4096-bit key must fit: {}", node.command.len());
    }
}

#[test]
fn many_pools_make_a_small_template() {
    for (pools, most) in [(45, 1_000_000), (950, 4 << 20)] {
        let files = generate(sample(pools), &options("aks-engine")).expect("it generates").files().expect("paths stay inside");
        let bytes = files.get("azuredeploy.json").expect("a template").bytes().len();
        assert!(bytes < most, "{pools} pools make {bytes} bytes");
    }
}

#[test]
fn the_vms_have_the_identity_that_is_named() {
    for availability in ["AvailabilitySet", "VirtualMachineScaleSets"] {
        let mut definition: Value = serde_json::from_str(&sample(1)).expect("the sample is JSON");
        let properties = &mut definition["properties"];
        properties["orchestratorProfile"]["kubernetesConfig"]["useManagedIdentity"] = json!(true);
        properties["orchestratorProfile"]["kubernetesConfig"]["userAssignedID"] = json!("nodes");
        properties["agentPoolProfiles"][0]["availabilityProfile"] = json!(availability);
        let bundle = generate(definition.to_string(), &options("aks-engine")).unwrap_or_else(|error| panic!("{}", reasons(&error)));
        let template = bundle.template.to_json();
        let resources = template["resources"].as_array().expect("resources");
        let machines = ["Microsoft.Compute/virtualMachines", "Microsoft.Compute/virtualMachineScaleSets"];
        let machine = resources.iter().find(|resource| machines.iter().any(|kind| resource["type"] == *kind)).expect("a machine");
        assert_eq!(machine["identity"]["type"], "UserAssigned", "{availability}");
        let named = &machine["identity"]["userAssignedIdentities"];
        assert_eq!(named, "[createObject(resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', 'nodes'), createObject())]");
    }
}

#[test]
fn more_than_azure_counts_is_told() {
    let crowded = |pools| generate(sample(pools), &options("aks-engine")).expect("it generates").crowded();
    assert!(crowded(20).is_empty(), "{:?}", crowded(20));
    assert!(crowded(950).iter().any(|sentence| sentence.contains("variables and Azure takes 256")), "{:?}", crowded(950));
}

#[test]
fn role_assignments_count_among_the_resources() {
    // one set, and per node interface, VM, extension and, with an identity of its own, a role
    for (managed, told) in [(false, false), (true, true)] {
        let mut definition: Value =
            serde_json::from_str(include_str!("../../../apimodels/valid/docker-availability-set.json")).expect("JSON");
        let properties = &mut definition["properties"];
        properties["orchestratorProfile"]["kubernetesConfig"]["useManagedIdentity"] = json!(managed);
        let pools = properties["agentPoolProfiles"].as_array_mut().expect("pools");
        pools.iter_mut().for_each(|pool| pool["count"] = json!(200));
        let crowded = generate(definition.to_string(), &options("aks-engine")).expect("it generates").crowded();
        assert_eq!(crowded.iter().any(|sentence| sentence.contains("801 resources") && sentence.contains("Offset")), told, "{crowded:?}");
    }
}

#[test]
fn a_cluster_without_pools_has_nothing_to_bootstrap() {
    let bundle = generate(sample(0), &options("aks-engine")).expect("it generates");
    assert!(bundle.pools.is_empty());
}

#[test]
fn custom_data_that_is_too_large_is_refused_with_a_breakdown() {
    let mut definition: Value = serde_json::from_str(SAMPLE).expect("the sample is JSON");
    definition["properties"]["certificateProfile"] =
        json!({ "caCertificate": "x".repeat(40_000), "clientCertificate": "y", "clientPrivateKey": "z" });
    let Err(error @ Error::TooLarge { .. }) = generate(definition.to_string(), &options("aks-engine")) else { panic!("it is too large") };
    let message = error.to_string();
    assert!(message.contains("65535") && message.contains("node configuration") && message.contains("scripts"), "{message}");
    assert!(message.contains("of that caCertificate") && message.contains("help: take certificates"), "{message}");
}

#[test]
fn a_command_that_is_too_long_is_refused() {
    let mut definition: Value = serde_json::from_str(SAMPLE).expect("the sample is JSON");
    definition["properties"]["certificateProfile"] =
        json!({ "caCertificate": "x", "clientCertificate": "y", "clientPrivateKey": "z".repeat(6_000) });
    let Err(Error::TooLarge { limit, unit, .. }) = generate(definition.to_string(), &options("aks-engine")) else {
        panic!("it is too long")
    };
    assert_eq!((limit, unit), (8_191, "characters"));
}

#[test]
fn one_pool_can_be_taken_alone() {
    let mut options = options("aks-engine");
    options.pools = vec!["win1".to_owned()];
    let bundle = generate(sample(3), &options).expect("it generates");
    assert_eq!(bundle.pools.len(), 1);
    assert_eq!(bundle.pools[0].name(), "win1");
    assert_eq!(bundle.pools[0].fragment.template().resources.len(), bundle.template.resources.len());
    options.pools = vec!["winx".to_owned()];
    let error = generate(sample(3), &options).expect_err("no such pool").to_string();
    assert_eq!(error, "no Windows pool `winx`; the definition has `win0`, `win1`, `win2`");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let files = || generate(SAMPLE, &options("aks-engine")).expect("it generates").files().expect("paths stay inside");
    assert_eq!(files(), files());
}

#[test]
fn the_definition_with_defaults_generates_the_same() {
    for (family, path) in definitions("corpus") {
        let template = |definition: &str| {
            let bundle = generate(definition, &options(family)).unwrap_or_else(|error| panic!("{}: {}", path.display(), reasons(&error)));
            let files = bundle.files().expect("paths stay inside");
            let text = |name| String::from_utf8(files.get(name).expect("a file").bytes().to_vec()).expect("UTF-8");
            (text("azuredeploy.json"), text("apimodel.json"))
        };
        let (first, filled) = template(&fs::read_to_string(&path).expect("a definition"));
        let (second, filled_again) = template(&filled);
        assert!(first == second, "{}: the template changes", path.display());
        assert_eq!(filled, filled_again, "{}", path.display());
    }
}
