//! What the corpus does not show of the resources: each property that a definition, or who deploys, can decide.

mod common;

use gen_cse::{Catalog, Options, generate};
use serde_json::{Value, json};

const SETS: &str = include_str!("../apimodels/valid/docker-availability-set.json");
const SCALE_SETS: &str = include_str!("../apimodels/valid/containerd-azure-vmss.json");
const AVAILABILITY_SET: &str = "Microsoft.Compute/availabilitySets";
const VM: &str = "Microsoft.Compute/virtualMachines";
const SCALE_SET: &str = "Microsoft.Compute/virtualMachineScaleSets";
const INTERFACE: &str = "Microsoft.Network/networkInterfaces";
const ROLE: &str = "Microsoft.Authorization/roleAssignments";

/// The resources of a definition after a change of it and of the deployment.
struct Deployed(Vec<Value>);

impl Deployed {
    fn of(definition: &str, change: impl FnOnce(&mut Value, &mut Value), parameters: &[(&str, Value)]) -> Self {
        let mut definition: Value = serde_json::from_str(definition).expect("JSON");
        let properties = &mut definition["properties"];
        let mut pool = properties["agentPoolProfiles"].as_array_mut().expect("pools").pop().expect("a pool");
        assert_eq!(pool["osType"], "Windows");
        change(properties, &mut pool);
        properties["agentPoolProfiles"].as_array_mut().expect("pools").push(pool);
        let options = Options::new(Catalog::built_in("aks-engine").expect("a built-in catalog"));
        let bundle = generate(definition.to_string(), &options).expect("it generates");
        let mut deployment = common::deployment();
        deployment.parameters.extend(parameters.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        Self(common::resources(&bundle, &deployment))
    }

    fn pool(definition: &str, change: impl FnOnce(&mut Value)) -> Self {
        Self::of(definition, |_, pool| change(pool), &[])
    }

    fn all(&self, kind: &str) -> Vec<&Value> {
        self.0.iter().filter(|resource| resource["type"] == kind && resource["condition"] != false).collect()
    }

    fn first(&self, kind: &str) -> &Value {
        self.all(kind).first().copied().unwrap_or_else(|| panic!("no {kind}"))
    }
}

#[test]
fn fault_domains_follow_the_region_as_at_the_peers() {
    let domains = |location: &str| {
        let deployed = Deployed::of(SETS, |_, _| {}, &[("location", json!(location))]);
        deployed.first(AVAILABILITY_SET)["properties"]["platformFaultDomainCount"].clone()
    };
    assert_eq!(["westus", "centraluseuap", "westus2"].map(domains), [json!(3), json!(1), json!(2)]);
    let said = Deployed::pool(SETS, |pool| pool["platformFaultDomainCount"] = json!(1));
    assert_eq!(said.first(AVAILABILITY_SET)["properties"]["platformFaultDomainCount"], 1);
}

#[test]
fn nodes_that_are_added_leave_the_others_and_the_set_alone() {
    let name = |suffix: &str| format!("winpool{suffix}");
    let pool = |pool: &mut Value| pool["name"] = json!("winpool");
    let parameters = [(name("Count"), json!(4)), (name("Offset"), json!(2))];
    let parameters = parameters.each_ref().map(|(name, value)| (name.as_str(), value.clone()));
    let deployed = Deployed::of(SETS, |_, profile| pool(profile), &parameters);
    assert_eq!(deployed.all(AVAILABILITY_SET).len(), 0);
    for kind in [INTERFACE, VM, "Microsoft.Compute/virtualMachines/extensions"] {
        let names: Vec<_> = deployed.all(kind).iter().map(|resource| resource["name"].as_str().expect("a name")).collect();
        assert!(names.len() == 2 && names[0].ends_with('2') && names[1].ends_with('3'), "{names:?}");
    }
}

#[test]
fn clouds_that_lag_get_older_api_versions() {
    let version = |location: &str| {
        let mut definition: Value = serde_json::from_str(SETS).expect("JSON");
        definition["location"] = json!(location);
        Deployed::pool(&definition.to_string(), |_| {}).first(VM)["apiVersion"].as_str().expect("a version").to_owned()
    };
    assert_eq!(["chinaeast2", "usgovvirginia"].map(version), ["2020-06-01", "2020-06-01"]);
    assert!(version("westeurope").as_str() > "2024-11-21", "{}", version("westeurope"));
}

#[test]
fn a_proximity_placement_group_belongs_to_the_set() {
    let group = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/proximityPlacementGroups/near";
    let deployed = Deployed::pool(SETS, |pool| pool["proximityPlacementGroupID"] = json!(group));
    assert_eq!(deployed.first(AVAILABILITY_SET)["properties"]["proximityPlacementGroup"]["id"], group);
    assert_eq!(deployed.first(VM)["properties"].get("proximityPlacementGroup"), None);
}

#[test]
fn a_scale_set_keeps_the_name_it_was_made_with() {
    let deployed = Deployed::pool(SCALE_SETS, |pool| pool["vmssName"] = json!("2213k8s05"));
    let scale_set = deployed.first(SCALE_SET);
    assert_eq!(scale_set["name"], "2213k8s05");
    assert_eq!(scale_set["properties"]["virtualMachineProfile"]["osProfile"]["computerNamePrefix"], "2213k8s05");
}

/// Said where it can be: `Uniform` is what older API versions have only.
#[test]
fn a_scale_set_says_that_its_machines_are_alike() {
    let mode = |location: &str| {
        let mut definition: Value = serde_json::from_str(SCALE_SETS).expect("JSON");
        definition["location"] = json!(location);
        Deployed::pool(&definition.to_string(), |_| {}).first(SCALE_SET)["properties"]["orchestrationMode"].clone()
    };
    assert_eq!(["westeurope", "chinaeast2"].map(mode), [json!("Uniform"), Value::Null]);
}

#[test]
fn surplus_vms_of_a_scale_set_do_not_join() {
    let properties = |over: bool| {
        let deployed = Deployed::pool(SCALE_SETS, |pool| pool["vmssOverProvisioningEnabled"] = json!(over));
        deployed.first(SCALE_SET)["properties"].clone()
    };
    assert_eq!(properties(true)["doNotRunExtensionsOnOverprovisionedVMs"], true);
    assert_eq!(properties(false).get("doNotRunExtensionsOnOverprovisionedVMs"), None);
}

#[test]
fn one_placement_group_is_for_basic_load_balancers() {
    let single = |sku: Value| {
        let change = |properties: &mut Value, _: &mut Value| {
            properties["orchestratorProfile"]["kubernetesConfig"]["loadBalancerSku"] = sku;
        };
        Deployed::of(SCALE_SETS, change, &[]).first(SCALE_SET)["properties"]["singlePlacementGroup"].clone()
    };
    assert_eq!([Value::Null, json!("Basic")].map(single), [json!(false), json!(true)]);
}

#[test]
fn our_tags_win_over_those_of_the_definition() {
    let deployed = Deployed::pool(SETS, |pool| pool["customVMTags"] = json!({ "POOLNAME": "mine", "owner": "me" }));
    let tags = &deployed.first(VM)["tags"];
    assert_ne!(tags["poolName"], "mine");
    assert_eq!((tags.get("POOLNAME"), &tags["owner"]), (None, &json!("me")));
    assert!(tags["orchestrator"].as_str().is_some_and(|tag| tag.starts_with("Kubernetes:1.")), "{tags}");
}

#[test]
fn an_empty_list_of_backend_pools_means_none() {
    let pools = |value: Value| {
        let deployed = Deployed::pool(SETS, |pool| pool["loadBalancerBackendAddressPoolIDs"] = value);
        deployed.first(INTERFACE)["properties"]["ipConfigurations"][0]["properties"].get("loadBalancerBackendAddressPools").cloned()
    };
    assert_eq!(pools(json!([])), None);
    let own = "/subscriptions/s/resourceGroups/r/providers/Microsoft.Network/loadBalancers/l/backendAddressPools/own";
    assert_eq!(pools(json!([own])), Some(json!([{ "id": own }])));
    assert!(pools(Value::Null).is_some_and(|pools| pools[0]["id"].as_str().is_some_and(|id| id.contains("backendAddressPools"))));
}

#[test]
fn who_deploys_can_run_the_extension_again_and_leave_out_the_roles() {
    let identity = |properties: &mut Value, pool: &mut Value| {
        properties["orchestratorProfile"]["kubernetesConfig"]["useManagedIdentity"] = json!(true);
        pool["name"] = json!("winpool");
    };
    for definition in [SETS, SCALE_SETS] {
        let again = Deployed::of(definition, identity, &[("winpoolForceUpdateTag", json!("2")), ("assignRoles", json!(false))]);
        let text = serde_json::to_string(&again.0).expect("JSON");
        assert!(text.contains(r#""forceUpdateTag":"2""#), "{text}");
        assert_eq!(again.all(ROLE).len(), 0);
        assert!(!Deployed::of(definition, identity, &[]).all(ROLE).is_empty());
    }
}

#[test]
fn the_label_of_the_resource_group_is_cut_as_the_peers_cut_it() {
    // long names lose their last character for the `z`, short ones do not
    for (group, label) in [("rg-", "rg-z".to_owned()), ("plain", "plain".to_owned()), ("a_", "a_z".to_owned())] {
        let options = Options::new(Catalog::built_in("aks-engine").expect("a built-in catalog"));
        let bundle = generate(SCALE_SETS, &options).expect("it generates");
        let (template, parameters) = (bundle.template.to_json(), bundle.parameters.to_json());
        let deployment = arm_template::Deployment { resource_group: Some(group.to_owned()), ..common::deployment() };
        let nodes = common::resolve_template(&template, &parameters, &deployment);
        let labels = nodes[0].configuration.to_string();
        assert!(labels.contains(&format!("kubernetes.azure.com/cluster={label}\"")), "{group}: {labels}");
    }
}
