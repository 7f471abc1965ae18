//! The five templates of both peers: what is exchanged, and that nothing else changes.

use super::{Changes, Deployable, MergeError, merge};
use crate::{Catalog, Options, generate};
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

fn ours(name: &str, catalog: &str) -> Deployable {
    let options = Options::new(Catalog::built_in(catalog).expect("a built-in catalog"));
    let bundle = generate(read(&format!("{name}.apimodel.json")), &options).unwrap_or_else(|error| panic!("{name}: {error}"));
    Deployable { template: bundle.template.to_json(), parameters: bundle.parameters.to_json() }
}

fn merged(name: &str, catalog: &str) -> (Deployable, Changes) {
    let mut host = host(name);
    let changes = merge(&mut host, &ours(name, catalog)).unwrap_or_else(|error| panic!("{name}: {error}"));
    (host, changes)
}

/// A copy in which every bootstrap of a Windows machine is gone.
fn without_bootstrap(template: &Json) -> Json {
    let mut template = template.clone();
    for machine in super::machines::find(&template).expect("a template") {
        machine.clear(&mut template);
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
        for machine in &changes.machines {
            let mut values = ours.parameters.clone();
            for (key, value) in after.parameters["parameters"].as_object().expect("values") {
                values["parameters"][key] = value.clone();
            }
            let [in_host, in_ours] = [&after.template, &ours.template].map(|template| custom_data(template, &values, &machine.pool));
            assert_eq!(in_host, in_ours, "{name}, pool {}", machine.pool);
            assert!(in_host.contains("$NodeConfigurationBase64"), "{name}");
        }
    }
}

/// The custom data of a pool as Azure would hand it over.
fn custom_data(template: &Json, parameters: &Json, pool: &str) -> String {
    let machine = super::machines::find(template).expect("a template").into_iter().find(|machine| machine.pool == pool).expect("the pool");
    let deployment = Deployment { resource_group: Some("my-rg".to_owned()), location: Some("eastus".to_owned()), ..Deployment::default() };
    let values = parameters_with_all(template, parameters);
    let evaluator = Evaluator::new(template, &values, &deployment).expect("an evaluator");
    let expression = machine.bootstrap(template, str::to_owned).custom_data;
    let value = evaluator.evaluate(&expression, &[]).expect("it evaluates").value.to_json();
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
        let before = host.clone();
        let changes = merge(&mut host, &ours(name, catalog)).expect("it merges");
        assert_eq!(host.parameters, before.parameters, "{name}");
        assert_eq!(host.template.to_string().len(), before.template.to_string().len(), "{name}: {changes:#?}");
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
    for resource in host.template["resources"].as_array_mut().expect("resources") {
        let profile = &mut resource["properties"]["virtualMachineProfile"]["osProfile"];
        if profile.get("windowsConfiguration").is_some() {
            profile["customData"] = json!("[base64(concat(variables('onlyTheirs'), variables('location')))]");
        }
    }
    let changes = merge(&mut host, &ours("scale-set-containerd", "aks-engine")).expect("it merges");
    assert_eq!(changes.removed_variables, ["alsoOnlyTheirs", "onlyTheirs"]);
    assert!(host.template["variables"].get("nobodys").is_some() && host.template["variables"].get("location").is_some());
}

#[test]
fn templates_that_do_not_fit_are_refused_and_left_alone() {
    let ours_docker = ours("availability-set-docker", "aks-engine");
    let refused = |change: &dyn Fn(&mut Json)| {
        let mut template = host("availability-set-docker");
        change(&mut template.template);
        let before = template.clone();
        let error = merge(&mut template, &ours_docker).expect_err("it does not fit");
        assert_eq!(template, before);
        error
    };
    assert!(matches!(refused(&|template| *template = json!([])), MergeError::NoTemplate));
    assert!(matches!(refused(&|template| template["resources"] = json!([])), MergeError::NoWindows));
    assert!(matches!(
        refused(&|template| template["parameters"]["caCertificate"]["type"] = json!("int")),
        MergeError::ParameterType { .. }
    ));
    let without = |key: &'static str, value: &'static str| {
        move |template: &mut Json| {
            let resources = template["resources"].as_array_mut().expect("resources");
            resources.retain(|resource| resource["properties"][key].as_str() != Some(value));
        }
    };
    assert!(matches!(refused(&without("type", "CustomScriptExtension")), MergeError::NoExtension { .. }));
    let mut other = host("scale-set-containerd");
    assert!(matches!(merge(&mut other, &ours_docker), Err(MergeError::UnknownPool { .. })));
}
