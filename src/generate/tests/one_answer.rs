//! Each fact is decided once: what is warned of, planned, generated and promised by the schema is the same.

use gen_cse::catalog::Catalog;
use gen_cse::{Checked, Generated, Options, check, generate};
use serde_json::{Value, json};

const SAMPLE: &str = include_str!("../../../apimodels/valid/containerd-azure-vmss.json");

fn options(set: &[&str]) -> Options {
    let mut options = Options::new(Catalog::built_in("aks-engine").expect("a built-in catalog"));
    options.set = set.iter().map(|value| value.parse().expect("path=value")).collect();
    options
}

fn sample(set: &[&str]) -> Checked {
    check(SAMPLE, &options(set))
}

fn generated(set: &[&str]) -> Generated {
    generate(SAMPLE, &options(set)).unwrap_or_else(|error| panic!("{set:?}: {error}"))
}

fn findings(checked: &Checked) -> Vec<(&str, String, &str)> {
    checked.report.diagnostics().iter().map(|found| (found.code.id, found.path.to_string(), found.message.as_str())).collect()
}

/// What nodes without a way to the internet are said to lack is what their plan lists and their image does not have.
#[test]
fn the_warning_counts_the_files_of_the_plan() {
    const KUBERNETES: &str = "orchestratorProfile.kubernetesConfig";
    let own = |key: &str| format!("{KUBERNETES}.{key}=https://example.com/own-{key}.zip");
    let cases: &[&[String]] = &[
        &[],
        &[format!("{KUBERNETES}.networkPlugin=kubenet"), format!("{KUBERNETES}.containerRuntime=docker"), own("windowsSdnPluginURL")],
        &[format!("{KUBERNETES}.networkPlugin=kubenet"), own("windowsSdnPluginURL")],
        &[own("windowsNodeBinariesURL")],
        &[own("customWindowsPackageURL"), own("windowsContainerdURL"), own("azureCNIURLWindows")],
        &[format!("{KUBERNETES}.useCloudControllerManager=true")],
    ];
    for case in cases {
        let stock = ["Publisher=MicrosoftWindowsServer", "Offer=WindowsServer", "Sku=2019-Datacenter-Core-with-Containers-smalldisk"];
        let mut set: Vec<String> = stock.map(|field| format!("windowsProfile.Windows{field}")).to_vec();
        set.extend(["orchestratorProfile.orchestratorRelease=1.23".to_owned(), "featureFlags.blockOutboundInternet=true".to_owned()]);
        set.extend(case.iter().cloned());
        let set: Vec<&str> = set.iter().map(String::as_str).collect();
        let bundle = generated(&set);
        let names: Vec<_> = bundle.pools[0].plan.components.iter().map(|component| component.id.as_str()).collect();
        let said = bundle.report.diagnostics().iter().find(|found| found.code.id == "no-outbound");
        let said = &said.unwrap_or_else(|| panic!("no warning for {set:?}")).message;
        assert!(said.contains(&format!("download {} files ({})", names.len(), names.join(", "))), "{said}\nplanned: {names:?}");
    }
}

/// Every key with a list of words in the schema, with the words; indices are those of a first element.
fn choices(schema: &Value, node: &Value, path: &str, found: &mut Vec<(String, Vec<String>)>) {
    if let Some(name) = node["$ref"].as_str().and_then(|name| name.strip_prefix("#/$defs/")) {
        return choices(schema, &schema["$defs"][name], path, found);
    }
    for branch in node["anyOf"].as_array().into_iter().flatten() {
        choices(schema, branch, path, found);
    }
    if let Some(words) = node["enum"].as_array() {
        found.push((path.to_owned(), words.iter().filter_map(Value::as_str).filter(|word| !word.is_empty()).map(str::to_owned).collect()));
    }
    if node["items"].is_object() {
        choices(schema, &node["items"], &format!("{path}[0]"), found);
    }
    for (key, below) in node["properties"].as_object().into_iter().flatten() {
        choices(schema, below, if path.is_empty() { key.clone() } else { format!("{path}.{key}") }.as_str(), found);
    }
}

/// The definition with a value at a path, everything on the way made.
fn with(path: &str, value: &str) -> String {
    let mut definition: Value = serde_json::from_str(SAMPLE).expect("the sample is JSON");
    let mut place = &mut definition;
    for part in path.split('.') {
        let (key, element) = part.strip_suffix("[0]").map_or((part, false), |key| (key, true));
        if place.is_null() {
            *place = json!({});
        }
        place = &mut place[key];
        if element {
            if place.is_null() {
                *place = json!([{}]);
            }
            place = &mut place[0];
        }
    }
    *place = value.into();
    definition.to_string()
}

#[test]
fn the_schema_and_validate_know_the_same_words() {
    let schema = gen_cse::wire::schema();
    let mut all = Vec::new();
    choices(&schema, &schema, "", &mut all);
    assert!(all.len() >= 18, "{all:?}");
    // of the masters' and the pools' own settings the peers read the flags of the kubelet only
    let read = |path: &str| !path.contains("Profile.kubernetesConfig.") || path.contains("orchestratorProfile");
    for (path, words) in all.into_iter().filter(|(path, _)| read(path) && !path.contains("[0].kubernetesConfig")) {
        let about = |value: &str| {
            let text = with(&path, value);
            let checked = check(&text, &options(&[]));
            checked.report.errors().filter(|error| error.path.to_string() == path).map(|error| error.message.clone()).collect::<Vec<_>>()
        };
        assert!(!about("Nonsense").is_empty(), "{path}: the schema refuses what validate accepts");
        for word in words {
            let refused = about(&word);
            assert!(!refused.iter().any(|message| message.contains("not known")), "{path}: `{word}` is of the schema, and {refused:?}");
        }
    }
}

#[test]
fn the_telemetry_id_of_a_custom_cloud_reaches_its_nodes() {
    let definition = include_bytes!("../../../apimodels/valid/aks-engine/custom-cloud.json");
    let bundle = generate(definition, &options(&[])).expect("it generates");
    assert_eq!(json!(bundle.configuration)["windowsTelemetryGuid"], "00000000-0000-0000-0000-000000000000");
}

#[test]
fn encryption_at_host_reaches_both_kinds_of_pool() {
    for (availability, kind) in
        [("AvailabilitySet", "Microsoft.Compute/virtualMachines"), ("VirtualMachineScaleSets", "Microsoft.Compute/virtualMachineScaleSets")]
    {
        let set: Vec<String> = (0..2).map(|index| format!("agentPoolProfiles[{index}].availabilityProfile={availability}")).collect();
        let bundle = generated(&[&set[0], &set[1], "agentPoolProfiles[1].encryptionAtHost=true"]);
        let template = bundle.template.to_json();
        let resources = template["resources"].as_array().expect("resources");
        let properties = &resources.iter().find(|resource| resource["type"] == kind).expect("the machines")["properties"];
        let machine = if availability == "AvailabilitySet" { properties } else { &properties["virtualMachineProfile"] };
        assert_eq!(machine["securityProfile"], json!({ "encryptionAtHost": true }), "{kind}");
    }
}

fn new_machines(set: &[&str]) -> Generated {
    let definition = include_bytes!("../../../apimodels/valid/new-machines.json");
    let mut options = Options::new(Catalog::built_in("aks-engine-azurestack").expect("a built-in catalog"));
    options.set = set.iter().map(|value| value.parse().expect("path=value")).collect();
    generate(definition, &options).unwrap_or_else(|error| panic!("{error}"))
}

/// `virtualMachineProfile` of each scale set.
fn machines(bundle: &Generated) -> Vec<Value> {
    let template = bundle.template.to_json();
    let resources = template["resources"].as_array().expect("resources").iter();
    let sets = resources.filter(|resource| resource["type"] == "Microsoft.Compute/virtualMachineScaleSets");
    sets.map(|set| set["properties"]["virtualMachineProfile"].clone()).collect()
}

#[test]
fn sizes_of_version_6_have_nvme_disks_and_pools_a_security_type() {
    let machines = machines(&new_machines(&[]));
    let uefi = json!({ "secureBootEnabled": false, "vTpmEnabled": true });
    let trusted = json!({ "encryptionAtHost": true, "securityType": "TrustedLaunch", "uefiSettings": uefi });
    assert_eq!([&machines[0]["securityProfile"], &machines[1]["securityProfile"]], [&trusted, &json!({ "securityType": "Standard" })]);
    assert!(machines.iter().all(|machine| machine["storageProfile"]["diskControllerType"] == "NVMe"));
    assert_eq!(machines[0]["storageProfile"]["osDisk"]["diffDiskSettings"], json!({ "option": "Local", "placement": "NvmeDisk" }));
}

#[test]
fn older_sizes_and_older_clouds_are_told_nothing_of_disks() {
    let old = machines(&new_machines(&["agentPoolProfiles[0].vmSize=Standard_D4ads_v5", "agentPoolProfiles[1].vmSize=Standard_E4bds_v5"]));
    let china = machines(&new_machines(&["location=chinanorth3"]));
    for machine in old.iter().chain(&china) {
        assert!(machine["storageProfile"]["diskControllerType"].is_null(), "{machine}");
    }
    assert_eq!(old[0]["storageProfile"]["osDisk"]["diffDiskSettings"], json!({ "option": "Local" }));
    assert_eq!(china[0]["securityProfile"], json!({ "encryptionAtHost": true }));
}

/// The driver of old releases looks for SCSI disks.
#[test]
fn pods_of_old_releases_find_no_disks_by_nvme() {
    let told = |size: &str| {
        let image = [
            "windowsPublisher=MicrosoftWindowsServer",
            "windowsOffer=WindowsServer",
            "windowsSku=2019-datacenter-gensecond",
            "imageVersion=latest",
        ];
        let set: Vec<_> =
            image.iter().map(|value| format!("windowsProfile.{value}")).chain([format!("agentPoolProfiles[1].vmSize={size}")]).collect();
        let checked = sample(&set.iter().map(String::as_str).collect::<Vec<_>>());
        let all = findings(&checked);
        all.into_iter()
            .filter(|(code, ..)| *code == "known-problem")
            .map(|(_, path, _)| path)
            .filter(|path| path.ends_with("vmSize"))
            .collect::<Vec<_>>()
    };
    assert_eq!(told("Standard_D4ads_v6"), ["properties.agentPoolProfiles[1].vmSize"]);
    assert!(told("Standard_D4ads_v5").is_empty());
}

/// Kubelets evict on Windows since 1.31: the definition's values count then, and an empty one is none.
#[test]
fn eviction_and_reservations_are_those_of_the_definition() {
    let flags = |bundle: &Generated, pool: usize| {
        let configuration = json!(bundle.pools[pool].plan.configuration);
        let all: Vec<_> =
            configuration["kubeletArgs"].as_array().expect("flags").iter().map(|flag| flag.as_str().unwrap().to_owned()).collect();
        let ours =
            all.into_iter().filter(|flag| flag.starts_with("--eviction-hard") || flag.starts_with("--system-reserved")).collect::<Vec<_>>();
        (ours, configuration["memoryReservation"] == true)
    };
    let usual = "--eviction-hard=memory.available<500Mi,nodefs.available<10%,imagefs.available<15%".to_owned();
    let bundle = new_machines(&["orchestratorProfile.kubernetesConfig.kubeletConfig.--eviction-hard="]);
    assert_eq!(flags(&bundle, 0), (vec![usual], true));
    let own = ["--eviction-hard=memory.available<1Gi", "--system-reserved=memory=3Gi"].map(str::to_owned).to_vec();
    assert_eq!(flags(&bundle, 1), (own, false));
    let old = generated(&["agentPoolProfiles[0].kubernetesConfig.kubeletConfig.--system-reserved=memory=3Gi"]);
    assert_eq!(flags(&old, 0), (vec!["--eviction-hard=".to_owned(), "--system-reserved=memory=2Gi".to_owned()], false));
}

/// An own image does not tell its Windows build, so its nodes are given what each build takes.
#[test]
fn nodes_of_an_own_image_choose_containerd_by_their_build() {
    let set = ["windowsProfile.imageReference.name=mine", "windowsProfile.imageReference.resourceGroup=group"];
    let configuration = json!(new_machines(&set).configuration);
    let of_builds = configuration["componentsOfBuilds"].as_array().expect("components");
    let builds: Vec<_> = of_builds.iter().map(|one| (one["build"].as_str().unwrap(), one["id"].as_str().unwrap())).collect();
    assert_eq!(builds, [("20348", "containerd"), ("26100", "containerd")]);
    let notices = configuration["notices"].as_array().expect("notices");
    assert!(notices.iter().any(|notice| notice["build"] == "20348" && notice["since"] == 2582), "{notices:?}");
    let known = json!(new_machines(&[]).configuration);
    assert!(known["componentsOfBuilds"].is_null() && known["containerdUrl"].as_str().unwrap().contains("-v2.0.4-"));
}

#[test]
fn ultra_disks_of_an_availability_set_are_told_of() {
    let checked = sample(&[
        "agentPoolProfiles[0].availabilityProfile=AvailabilitySet",
        "agentPoolProfiles[1].availabilityProfile=AvailabilitySet",
        "agentPoolProfiles[1].ultraSSDEnabled=true",
    ]);
    let found = findings(&checked);
    let told = |(code, path, _): &&(&str, String, &str)| *code == "no-effect" && path == "properties.agentPoolProfiles[1].ultraSSDEnabled";
    assert!(found.iter().find(told).is_some_and(|(_, _, message)| message.contains("availability set")), "{found:?}");
}

#[test]
fn a_pool_that_no_folder_can_be_named_after_is_refused() {
    for name in ["con", "nul", "prn", "aux", "com1", "lpt9"] {
        let checked = sample(&[&format!("agentPoolProfiles[1].name={name}")]);
        assert!(findings(&checked).iter().any(|(code, path, _)| *code == "pool-name" && path.ends_with("[1].name")), "{name}");
    }
    for name in ["com", "com10", "console", "lpt"] {
        assert!(sample(&[&format!("agentPoolProfiles[1].name={name}")]).cluster.is_some(), "{name}");
    }
}

#[test]
fn what_is_filled_in_is_accepted_again() {
    let pods = |pods: u32| format!("agentPoolProfiles[1].kubernetesConfig.kubeletConfig.--max-pods={pods}");
    let refused = sample(&[&pods(256)]);
    assert!(findings(&refused).iter().any(|(code, _, _)| *code == "ip-address-limit"), "{:?}", findings(&refused));
    assert!(refused.cluster.is_none());
    let files = generated(&[&pods(255)]).files().expect("files");
    let filled = files.get("apimodel.json").expect("it is written").bytes().to_vec();
    let again = check(&filled, &options(&[]));
    assert!(again.cluster.is_some(), "{:?}", findings(&again));
}

#[test]
fn the_kubelet_answers_before_the_deadline() {
    let mut options = options(&[]);
    options.node.kubelet_timeout_seconds = 3600;
    options.node.deadline_minutes = 5;
    let refused = generate(SAMPLE, &options).expect_err("it cannot");
    assert!(refused.to_string().contains("3600 seconds") && refused.to_string().contains("5 minutes"), "{refused}");
}

/// There is no flag for it, so nodes write a file; kubelets before 1.31 pull one image after the other.
#[test]
fn a_limit_of_pulls_reaches_kubelets_that_pull_in_parallel() {
    let definitions = [("aks-engine", SAMPLE), ("aks-engine-azurestack", include_str!("../../../apimodels/valid/new-machines.json"))];
    for (name, definition) in definitions {
        let catalog = json!({ "extends": name, "nodes": { "maxParallelImagePulls": 4 } }).to_string();
        let options = Options::new(Catalog::from_json(&catalog).expect("a catalog"));
        let bundle = generate(definition, &options).expect("a valid definition");
        let has_script = bundle.pools[0].payload.files().iter().any(|file| file.path.ends_with("parallel-pulls.ps1"));
        let is_new = name == "aks-engine-azurestack";
        assert_eq!(
            (&json!(bundle.configuration)["maxParallelImagePulls"], has_script),
            (&if is_new { json!(4) } else { json!(null) }, is_new)
        );
    }
}
