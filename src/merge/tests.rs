//! The five templates of both peers: what is exchanged, and that nothing else changes.

use super::nodes::Nodes;
use super::{Changes, Deployable, MergeError, merge};
use crate::machines::tests::damaged;
use crate::{Catalog, Generated, Options, generate};
use arm_template::{Deployment, Evaluator, lint};
use base64::Engine as _;
use serde_json::{Value as Json, json};
use std::path::Path;

const TEMPLATES: [(&str, &str); 5] = [
    ("availability-set-docker", "aks-engine"),
    ("scale-set-containerd", "aks-engine"),
    ("hybrid-vmss", "aks-engine"),
    ("azure-stack", "aks-engine-azurestack"),
    ("scale-set-1.33", "aks-engine-azurestack"),
];

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peer-templates").join(name);
    std::fs::read_to_string(path).expect("a file of the peers")
}

fn host(name: &str) -> Deployable {
    let json = |name: String| serde_json::from_str(&read(&name)).expect("JSON");
    Deployable { template: json(format!("{name}.json")), parameters: json(format!("{name}.parameters.json")) }
}

fn ours(name: &str, catalog: &str) -> Generated {
    let options = Options::new(Catalog::built_in(catalog).expect("a built-in catalog"));
    generate(read(&format!("{name}.apimodel.json")), &options).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn merged(name: &str, catalog: &str) -> (Deployable, Changes) {
    let mut host = host(name);
    let changes = merge_into(&mut host, &ours(name, catalog)).unwrap_or_else(|error| panic!("{name}: {error}"));
    (host, changes)
}

fn merge_into(host: &mut Deployable, ours: &Generated) -> Result<Changes, MergeError> {
    merge(&mut host.template, &mut host.parameters, ours)
}

/// A copy in which every bootstrap of a Windows machine is gone.
fn without_bootstrap(template: &Json) -> Json {
    let mut template = template.clone();
    for node in Nodes::find(&template, &[]).expect("a template").nodes {
        node.clear(&mut template);
    }
    template
}

#[test]
fn nothing_but_the_bootstrap_of_windows_machines_changes() {
    for (name, catalog) in TEMPLATES {
        let before = host(name);
        let (after, changes) = merged(name, catalog);
        let (old, mut new) = (without_bootstrap(&before.template), without_bootstrap(&after.template));
        assert_eq!(old["resources"], new["resources"], "{name}");
        assert_eq!(old["outputs"], new["outputs"], "{name}");
        for section in ["variables", "parameters"] {
            let (old, new) = (old[section].as_object().expect("a section"), new[section].as_object_mut().expect("a section"));
            new.retain(|name, _| !changes.added_variables.contains(name) && !changes.added_parameters.contains(name));
            let kept: Vec<_> = old.keys().filter(|name| !changes.removed_variables.contains(name)).collect();
            assert_eq!(kept, new.keys().collect::<Vec<_>>(), "{name}: names and order");
            assert!(new.iter().all(|(name, value)| old[name] == *value), "{name}");
        }
        for (key, value) in before.parameters["parameters"].as_object().expect("values") {
            assert_eq!(after.parameters["parameters"][key], *value, "{name}: {key}");
        }
    }
}

#[test]
fn the_machines_are_configured_as_generate_configures_them() {
    for (name, catalog) in TEMPLATES {
        let (after, changes) = merged(name, catalog);
        let ours = ours(name, catalog);
        let (template, parameters) = (ours.template.to_json(), ours.parameters.to_json());
        for machine in &changes.machines {
            let mut values = parameters.clone();
            for (key, value) in after.parameters["parameters"].as_object().expect("values") {
                // in the peers' templates no region is the resource group's
                if value["value"] == "" && key == "location" {
                    continue;
                }
                values["parameters"][key] = value.clone();
            }
            let [in_host, in_ours] = [&after.template, &template].map(|template| custom_data(template, &values, &machine.pool));
            assert_eq!(in_host, in_ours, "{name}, pool {}", machine.pool);
            assert!(in_host.contains("\n# {\""), "{name}");
        }
    }
}

/// The custom data of a pool as Azure would hand it over.
fn custom_data(template: &Json, parameters: &Json, pool: &str) -> String {
    let node = Nodes::find(template, &[]).expect("a template").nodes.into_iter().find(|node| node.pool == pool).expect("the pool");
    let deployment = Deployment { resource_group: Some("my-rg".to_owned()), location: Some("eastus".to_owned()), ..Deployment::default() };
    let values = parameters_with_all(template, parameters);
    let evaluator = Evaluator::new(template, &values, &deployment).expect("an evaluator");
    let value = evaluator.evaluate(node.machine.custom_data(template), &[]).expect("it evaluates").value.to_json();
    let base64 = value.as_str().unwrap_or_else(|| panic!("no text: {value}"));
    let bytes = base64::engine::general_purpose::STANDARD.decode(base64).unwrap_or_else(|error| panic!("{error}: {base64}"));
    String::from_utf8(bytes).expect("UTF-8")
}

/// Certificates are base64, which the stand-ins of the samples are not.
fn parameters_with_all(template: &Json, parameters: &Json) -> Json {
    let mut values = json!({ "parameters": {} });
    for name in template["parameters"].as_object().expect("parameters").keys() {
        if let Some(value) = parameters["parameters"].get(name) {
            values["parameters"][name] = value.clone();
        }
    }
    for name in ["caCertificate", "clientCertificate", "clientPrivateKey"] {
        values["parameters"][name] = json!({ "value": base64::engine::general_purpose::STANDARD.encode(name) });
    }
    values
}

/// The peers declare the id of the service principal as secure and put it into custom data themselves: it is no secret.
const NO_SECRET: &str = "secure parameter `servicePrincipalClientId` stands where it can be read";

#[test]
fn the_merged_template_has_no_fault_that_the_host_had_not() {
    for (name, catalog) in TEMPLATES {
        let rules = |template: &Json| lint(&template.to_string()).into_iter().map(|finding| finding.to_string()).collect::<Vec<_>>();
        let before = rules(&host(name).template);
        let new: Vec<_> = rules(&merged(name, catalog).0.template)
            .into_iter()
            .filter(|finding| !before.contains(finding) && !finding.contains(NO_SECRET))
            .collect();
        assert!(new.is_empty(), "{name}: {new:#?}");
    }
}

#[test]
fn merging_again_changes_nothing() {
    for (name, catalog) in TEMPLATES {
        let (mut host, _) = merged(name, catalog);
        let (template, parameters) = (host.template.to_string(), host.parameters.to_string());
        let changes = merge_into(&mut host, &ours(name, catalog)).expect("it merges");
        assert_eq!(host.parameters.to_string(), parameters, "{name}");
        assert_eq!(host.template.to_string().len(), template.len(), "{name}: {changes:#?}");
        assert!(changes.machines.iter().all(|machine| machine.former == "gen-cse"), "{name}: {:?}", changes.machines);
    }
}

#[test]
fn what_was_done_is_told() {
    for (name, catalog) in TEMPLATES {
        insta::assert_json_snapshot!(format!("changes-{name}"), merged(name, catalog).1);
    }
}

#[test]
fn what_only_the_former_bootstrap_used_goes() {
    let mut host = host("scale-set-containerd");
    host.template["variables"]["onlyTheirs"] = json!("[variables('alsoOnlyTheirs')]");
    host.template["variables"]["alsoOnlyTheirs"] = json!("x");
    host.template["variables"]["nobodys"] = json!("stays: it was unused before, too");
    custom_data_of_windows(&mut host.template, "[base64(concat(variables('onlyTheirs'), variables('location')))]");
    let changes = merge_into(&mut host, &ours("scale-set-containerd", "aks-engine")).expect("it merges");
    assert_eq!(changes.removed_variables, ["alsoOnlyTheirs", "onlyTheirs"]);
    assert!(host.template["variables"].get("nobodys").is_some() && host.template["variables"].get("location").is_some());
}

/// A variable that nothing uses was never evaluated; what it looks up has to be declared all the same.
#[test]
fn what_an_unused_variable_looks_up_stays() {
    let mut host = host("scale-set-containerd");
    host.template["variables"]["both"] = json!("x");
    host.template["variables"]["unused"] = json!("[variables('both')]");
    custom_data_of_windows(&mut host.template, "[base64(variables('both'))]");
    let changes = merge_into(&mut host, &ours("scale-set-containerd", "aks-engine")).expect("it merges");
    assert!(changes.removed_variables.is_empty() && host.template["variables"].get("both").is_some());
}

fn custom_data_of_windows(template: &mut Json, custom_data: &str) {
    for node in Nodes::find(template, &[]).expect("a template").nodes {
        *node.machine.custom_data_mut(template).expect("a place") = json!(custom_data);
    }
}

/// The peers' parameter may be empty; then the nodes are where their resource group is.
#[test]
fn the_region_of_a_node_is_that_of_its_machine() {
    let (after, _) = merged("availability-set-docker", "aks-engine");
    assert_eq!(after.parameters["parameters"]["location"]["value"], "");
    assert_eq!(configuration(&after, "windowspool2")["location"], "eastus");
}

fn configuration(merged: &Deployable, pool: &str) -> Json {
    let text = custom_data(&merged.template, &merged.parameters, pool);
    let line = text.lines().next_back().and_then(|line| line.strip_prefix("# ")).expect("a configuration at the end");
    serde_json::from_str(line).expect("JSON")
}

#[test]
fn a_windows_machine_of_no_pool_is_left_alone() {
    let mut host = host("availability-set-docker");
    let jump = json!({
        "type": "Microsoft.Compute/virtualMachines",
        "name": "jumpbox",
        "properties": { "osProfile": { "windowsConfiguration": {} } },
    });
    host.template["resources"].as_array_mut().expect("resources").insert(0, jump.clone());
    let changes = merge_into(&mut host, &ours("availability-set-docker", "aks-engine")).expect("it merges");
    assert_eq!(changes.left_alone, ["jumpbox"]);
    assert_eq!(host.template["resources"][0], jump);
}

#[test]
fn without_a_tag_the_name_tells_the_pool() {
    let mut host = host("availability-set-docker");
    for resource in host.template["resources"].as_array_mut().expect("resources") {
        resource.as_object_mut().expect("a resource").remove("tags");
    }
    let changes = merge_into(&mut host, &ours("availability-set-docker", "aks-engine")).expect("it merges");
    assert_eq!(changes.machines[0].pool, "windowspool2");
}

#[test]
fn what_file_and_definition_say_differently_is_named() {
    let mut host = host("scale-set-containerd");
    host.parameters["parameters"]["kubeBinariesVersion"]["value"] = json!("1.22.17");
    let changes = merge_into(&mut host, &ours("scale-set-containerd", "aks-engine")).expect("it merges");
    let [found] = changes.contradictions.as_slice() else { panic!("{:?}", changes.contradictions) };
    assert_eq!((found.parameter, found.template.as_str(), found.definition.as_str()), ("kubeBinariesVersion", "1.22.17", "1.23.17"));
}

#[test]
fn templates_that_do_not_fit_are_refused_and_left_alone() {
    let ours_docker = ours("availability-set-docker", "aks-engine");
    let refused = |change: &dyn Fn(&mut Deployable)| {
        let mut changed = host("availability-set-docker");
        change(&mut changed);
        let (template, parameters) = (changed.template.clone(), changed.parameters.clone());
        let error = merge_into(&mut changed, &ours_docker).expect_err("it does not fit");
        assert!(changed.template == template && changed.parameters == parameters);
        error
    };
    for wrong in [json!(null), json!([]), json!(1), json!({}), json!({ "resources": {} })] {
        assert!(matches!(refused(&|host| host.template = wrong.clone()), MergeError::Shape { key: "resources", .. }));
        assert!(matches!(refused(&|host| host.parameters = wrong.clone()), MergeError::Shape { key: "parameters", .. }));
        for key in ["parameters", "variables"] {
            if !wrong.is_object() {
                assert!(matches!(refused(&|host| host.template[key] = wrong.clone()), MergeError::Shape { .. }), "{key}");
            }
        }
    }
    assert!(matches!(refused(&|host| host.template["resources"] = json!([])), MergeError::NoWindows));
    let other_type = |host: &mut Deployable| host.template["parameters"]["caCertificate"]["type"] = json!("int");
    assert!(matches!(refused(&other_type), MergeError::ParameterType { .. }));
    let without_script = |host: &mut Deployable| {
        let resources = host.template["resources"].as_array_mut().expect("resources");
        resources.retain(|resource| !crate::machines::is_script(resource));
    };
    assert!(matches!(refused(&without_script), MergeError::NoExtension { .. }));
    let long = |host: &mut Deployable| host.template["variables"]["long"] = json!("x".repeat(4 << 20));
    assert!(matches!(refused(&long), MergeError::TooLarge { .. }));
    let other = &mut host("scale-set-containerd");
    assert!(matches!(merge_into(other, &ours_docker), Err(MergeError::UnknownPool { .. })));
}

/// What is damaged is refused or merged; half of the damage is at the Windows machine and its extension.
#[test]
fn no_damage_makes_it_panic() {
    let ours = ours("availability-set-docker", "aks-engine");
    let whole = host("availability-set-docker");
    let windows = |resource: &Json| resource.to_string().contains("windowspool2VMNamePrefix");
    let places: Vec<_> = whole.template["resources"].as_array().expect("resources").iter().map(windows).collect();
    let mut state = 0x5DEE_CE66;
    for round in 0..60 {
        let mut template = whole.template.clone();
        if round % 2 == 0 {
            let index = places.iter().enumerate().filter(|(_, is)| **is).map(|(index, _)| index).nth(round / 2 % 4).unwrap_or(0);
            template["resources"][index] = damaged(&template["resources"][index], &mut state);
        } else {
            template = damaged(&template, &mut state);
        }
        let mut parameters = damaged(&whole.parameters, &mut state);
        let _ = merge(&mut template, &mut parameters, &ours);
    }
}
