//! The built-in catalogs against what the peers' definitions need, and catalog files as people write them.

use gen_cse::Error;
use gen_cse::catalog::{
    Archive, Catalog, CatalogError, CloudKind, Component, ComponentId, Generation, ImageChoice, KubernetesVersion, NodeSetting,
    SettingValue, VmSizes, schema,
};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const PUBLIC: &str = "AzurePublicCloud";
const CHINA: &str = "AzureChinaCloud";

/// Default download locations in the facts of the corpus: catalog, Kubernetes version, component, URL.
const CORPUS: [(&str, &str, ComponentId, &str); 8] = [
    (
        "aks-engine",
        "1.23.15",
        ComponentId::Kubernetes,
        "https://kubernetesartifacts.azureedge.net/kubernetes/v1.23.15/windowszip/v1.23.15-1int.zip",
    ),
    (
        "aks-engine",
        "1.23.17",
        ComponentId::Kubernetes,
        "https://kubernetesartifacts.azureedge.net/kubernetes/v1.23.17/windowszip/v1.23.17-1int.zip",
    ),
    (
        "aks-engine",
        "1.23.17",
        ComponentId::AzureCni,
        "https://kubernetesartifacts.azureedge.net/azure-cni/v1.4.16/binaries/azure-vnet-cni-singletenancy-windows-amd64-v1.4.16.zip",
    ),
    (
        "aks-engine",
        "1.23.17",
        ComponentId::CsiProxy,
        "https://kubernetesartifacts.azureedge.net/csi-proxy/v0.2.2/binaries/csi-proxy-v0.2.2.tar.gz",
    ),
    (
        "aks-engine-azurestack",
        "1.33.10",
        ComponentId::Kubernetes,
        "https://packages.aks.azure.com/kubernetes/v1.33.10/windowszip/v1.33.10-1int.zip",
    ),
    (
        "aks-engine-azurestack",
        "1.33.10",
        ComponentId::AzureCni,
        "https://packages.aks.azure.com/azure-cni/v1.4.59/binaries/azure-vnet-cni-windows-amd64-v1.4.59.zip",
    ),
    (
        "aks-engine-azurestack",
        "1.33.10",
        ComponentId::CsiProxy,
        "https://packages.aks.azure.com/csi-proxy/v1.1.3/binaries/csi-proxy-v1.1.3.tar.gz",
    ),
    (
        "aks-engine-azurestack",
        "1.33.10",
        ComponentId::Containerd,
        "https://mobyartifacts.azureedge.net/moby/moby-containerd/1.6.36+azure/windows/windows_amd64/moby-containerd-1.6.36+azure-u1.amd64.zip",
    ),
];

fn built_in(name: &str) -> Catalog {
    Catalog::built_in(name).expect("a built-in catalog")
}

fn aks_engine() -> Catalog {
    built_in("aks-engine")
}

fn azurestack() -> Catalog {
    built_in("aks-engine-azurestack")
}

fn version(text: &str) -> KubernetesVersion {
    text.parse().expect("a version")
}

fn extended(patch: Value) -> Result<Catalog, Error> {
    let Value::Object(mut file) = patch else { panic!("a patch is an object") };
    file.entry("extends").or_insert_with(|| json!("aks-engine"));
    Catalog::from_json(&Value::Object(file).to_string())
}

fn error(patch: Value) -> String {
    told(extended(patch).expect_err("an error"))
}

/// Path and message of all that was found.
fn told(error: Error) -> String {
    let Error::Invalid(invalid) = error else { panic!("{error}") };
    let findings = invalid.report.diagnostics().iter();
    findings.map(|found| format!("{}: {}", found.path, found.message)).collect::<Vec<_>>().join("\n")
}

fn texts<'a>(versions: impl Iterator<Item = &'a KubernetesVersion>) -> Vec<String> {
    versions.map(ToString::to_string).collect()
}

fn parts(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("parts/catalog").join(file)
}

/// Every component of every version on every cloud.
fn all_components(catalog: &Catalog) -> Vec<Component> {
    let mut all = Vec::new();
    for kind in [CloudKind::Public, CloudKind::AzureStack] {
        for version in catalog.versions(kind) {
            for cloud in [PUBLIC, CHINA, "AzureStackCloud"] {
                all.extend(ComponentId::ALL.iter().filter_map(|id| catalog.component(*id, version, None, cloud)));
            }
        }
    }
    all
}

// ---- the facts ---------------------------------------------------------------------------------------------------------

#[test]
fn defaults_of_the_corpus_have_hash_and_size() {
    for (name, kubernetes, id, url) in CORPUS {
        let catalog = built_in(name);
        let component = catalog.component(id, &version(kubernetes), None, PUBLIC).expect(url);
        let here = catalog.retired(url).filter(|now| !now.is_empty()).unwrap_or_else(|| url.to_owned());
        assert!(component.urls.contains(&here), "{url}");
        assert!(!component.sha256.is_empty() && component.bytes > 0, "{url}");
        let known = catalog.known_file(url).expect(url);
        assert!(known.sha256.iter().all(|hash| component.sha256.contains(&hash.to_string())), "{url}");
    }
}

#[test]
fn the_first_choice_is_at_a_host_that_exists() {
    for name in Catalog::BUILT_IN {
        let catalog = built_in(name);
        for component in all_components(&catalog) {
            assert_eq!(catalog.retired(component.url()), None, "{component:?}");
            assert!(!component.url().contains(".azureedge.net/"), "{component:?}");
        }
    }
}

#[test]
fn a_component_can_have_several_urls() {
    let containerd = aks_engine().component(ComponentId::Containerd, &version("1.23.17"), None, PUBLIC).unwrap();
    let names: Vec<_> = containerd.file_names().collect();
    assert_eq!(names, ["containerd-v1.6.35-azure.1-windows-amd64.tar.gz", "moby-containerd-1.5.8+azure-1.amd64.zip"]);
    let hashes: Vec<_> = containerd.sha256.iter().map(|hash| &hash[..8]).collect();
    assert_eq!((hashes.as_slice(), containerd.bytes), (["9b511bb1", "a6603969"].as_slice(), 86_514_015));
    assert!(aks_engine().image(ImageChoice::Containerd).has(&containerd), "the image has the second one");

    let one = "https://a.example/k.zip";
    let list = ["https://a.example/k-{version}.zip", "https://b.example/{version}/k.zip"];
    let of = |patch: Value| extended(patch).unwrap().component(ComponentId::Kubernetes, &version("1.23.17"), None, PUBLIC).unwrap().urls;
    assert_eq!(of(json!({"components": {"kubernetes": one}})), [one]);
    assert_eq!(of(json!({"components": {"kubernetes": list}})), ["https://a.example/k-1.23.17.zip", "https://b.example/1.23.17/k.zip"]);
    assert_eq!(
        error(json!({"components": {"kubernetes": []}})),
        "components.kubernetes: found a list, expected a download URL or a list of at least one"
    );
    assert!(error(json!({"components": {"kubernetes": 5}})).contains("found the number `5`, expected a download URL or a list"));
    assert!(
        error(json!({"components": {"kubernetes": [one, "ftp://a/b"]}}))
            .starts_with("components.kubernetes[1]: found the string `ftp://a/b`, expected a download URL")
    );
}

#[test]
fn what_took_a_retired_hosts_place_comes_first() {
    let catalog = aks_engine();
    let old = "https://kubernetesartifacts.azureedge.net/kubernetes/v1.23.17/windowszip/v1.23.17-1int.zip";
    let new = "https://packages.aks.azure.com/kubernetes/v1.23.17/windowszip/v1.23.17-1int.zip";
    let named = catalog.named(ComponentId::Kubernetes, old);
    assert_eq!((named.urls, named.sha256[0].get(..4)), (vec![new.to_owned(), old.to_owned()], Some("53bf")));
    assert_eq!(catalog.retired("https://mobyartifacts.azureedge.net/x.zip").as_deref(), Some(""));
    assert_eq!(catalog.named(ComponentId::Containerd, "https://mobyartifacts.azureedge.net/x.zip").urls.len(), 1);
    assert_eq!(catalog.named(ComponentId::Kubernetes, "https://a.example/k.zip?sig=1").urls, ["https://a.example/k.zip?sig=1"]);
}

#[test]
fn versions_are_those_of_the_peers() {
    let (old, new) = (aks_engine(), azurestack());
    assert_eq!(texts(old.versions(CloudKind::Public)), ["1.20.15", "1.21.14", "1.22.17", "1.23.17", "1.24.17"]);
    assert_eq!(texts(old.versions(CloudKind::AzureStack)), ["1.23.15", "1.24.9"]);
    assert_eq!(old.default_version(CloudKind::Public).to_string(), "1.23.17");
    assert_eq!(old.default_version(CloudKind::AzureStack).to_string(), "1.23.15");
    for kind in [CloudKind::Public, CloudKind::AzureStack] {
        assert_eq!(texts(new.versions(kind)), ["1.33.10", "1.34.4", "1.35.0"]);
        assert_eq!(new.default_version(kind).to_string(), "1.33.10");
    }
    let newest = |catalog: &Catalog, kind, (major, minor)| {
        let mut versions = catalog.versions(kind);
        versions.rfind(|version| (version.major, version.minor) == (major, minor)).map(ToString::to_string)
    };
    assert_eq!(newest(&old, CloudKind::Public, (1, 24)).as_deref(), Some("1.24.17"));
    assert_eq!(newest(&old, CloudKind::AzureStack, (1, 24)).as_deref(), Some("1.24.9"));
    assert_eq!(newest(&old, CloudKind::Public, (1, 33)), None);
    assert_eq!(newest(&new, CloudKind::AzureStack, (1, 35)).as_deref(), Some("1.35.0"));
}

#[test]
fn the_other_catalog_is_named_for_its_versions_and_releases() {
    let (old, new) = (aks_engine(), azurestack());
    for text in ["1.33.10", "v1.35.0", "1.34"] {
        assert_eq!(old.other_catalog_with(text), Some("aks-engine-azurestack"), "{text}");
        assert_eq!(new.other_catalog_with(text), None, "{text}");
    }
    assert_eq!(new.other_catalog_with("1.23.17"), Some("aks-engine"));
    for text in ["1.19.1", "latest", "", "1.2.3.4"] {
        assert_eq!(old.other_catalog_with(text), None, "{text}");
    }
}

#[test]
fn support_of_kubernetes_ends_on_the_days_upstream_says() {
    let ends = [
        ("aks-engine", "1.20.15", "2022-02-28"),
        ("aks-engine", "1.24.9", "2023-07-28"),
        ("aks-engine-azurestack", "1.34.4", "2026-10-27"),
    ];
    for (name, kubernetes, day) in ends {
        assert_eq!(built_in(name).end_of_life(&version(kubernetes)), Some(day));
    }
    assert_eq!(aks_engine().end_of_life(&version("1.19.0")), None);
}

#[test]
fn only_what_is_listed_here_has_no_hash() {
    let mut unknown: Vec<String> = Catalog::BUILT_IN
        .iter()
        .flat_map(|name| all_components(&built_in(name)))
        .filter(|component| component.sha256.is_empty())
        .flat_map(|component| component.urls)
        .collect();
    unknown.sort();
    unknown.dedup();
    assert_eq!(unknown, ["https://download.docker.com/win/static/stable/x86_64/docker-20.10.9.zip"]);
}

#[test]
fn components_are_well_formed() {
    for name in Catalog::BUILT_IN {
        for component in all_components(&built_in(name)) {
            assert!(component.url().starts_with("https://") && component.url().ends_with(&component.file_name), "{component:?}");
            assert!(component.archive != Archive::Unknown && !component.urls.iter().any(|url| url.contains('{')), "{component:?}");
            for hash in &component.sha256 {
                assert!(hash.len() == 64 && hash.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')), "{component:?}");
            }
            let mut hashes = component.sha256.clone();
            hashes.sort();
            hashes.dedup();
            assert_eq!(hashes.len(), component.sha256.len(), "{component:?}");
        }
    }
}

#[test]
fn each_release_gets_the_components_it_can_use() {
    let ids = |catalog: &Catalog, kubernetes: &str| -> Vec<&str> {
        let version = version(kubernetes);
        ComponentId::ALL.iter().filter(|id| catalog.component(**id, &version, None, PUBLIC).is_some()).map(|id| id.as_str()).collect()
    };
    assert_eq!(ids(&aks_engine(), "1.23.17"), ["kubernetes", "containerd", "docker", "azure-cni", "win-bridge", "csi-proxy"]);
    assert_eq!(
        ids(&azurestack(), "1.35.0"),
        ["kubernetes", "containerd", "docker", "azure-cni", "win-bridge", "csi-proxy", "credential-provider"]
    );
    assert_eq!(ids(&aks_engine(), "1.23.99"), [""; 0]);
    let provider =
        |kubernetes: &str| azurestack().component(ComponentId::CredentialProvider, &version(kubernetes), None, PUBLIC).unwrap().file_name;
    assert_eq!(provider("1.33.10"), "azure-acr-credential-provider_1.33.6-1_amd64.zip");
    assert_eq!(provider("1.34.4"), "azure-acr-credential-provider_1.34.3-1_amd64.zip");
}

#[test]
fn containerd_fits_the_windows_build_and_the_release() {
    let of =
        |kubernetes: &str, build| azurestack().component(ComponentId::Containerd, &version(kubernetes), build, PUBLIC).unwrap().file_name;
    for build in ["20348", "26100"] {
        assert!(of("1.33.10", Some(build)).contains("-v2.0.4-"), "{build}");
    }
    for build in [None, Some("17763")] {
        assert!(of("1.35.0", build).contains("-v1.6.35-"), "{build:?}");
    }
    let old = aks_engine().component(ComponentId::Containerd, &version("1.24.17"), Some("20348"), PUBLIC).unwrap().file_name;
    assert!(old.contains("-v1.6.35-"), "{old}: containerd 2 from 1.33 on");
    let own = json!({"kubernetes": {"1.33.10": {"components": {"containerd": "https://a/own.zip"}}}, "extends": "aks-engine-azurestack"});
    let own = extended(own).unwrap().component(ComponentId::Containerd, &version("1.33.10"), Some("26100"), PUBLIC).unwrap();
    assert_eq!(own.url(), "https://a/own.zip", "what a version gives comes first");
}

#[test]
fn one_url_can_have_had_several_contents() {
    let package = azurestack().component(ComponentId::Kubernetes, &version("1.34.4"), None, PUBLIC).unwrap();
    let beginnings: Vec<_> = package.sha256.iter().map(|hash| &hash[..4]).collect();
    assert_eq!((beginnings.as_slice(), package.bytes), (["183f", "06ae", "b05b"].as_slice(), 55_501_672));
}

#[test]
fn docker_has_a_url_for_each_version() {
    let catalog = aks_engine();
    assert_eq!(catalog.docker_version(), "20.10.9");
    let other = catalog.docker("20.10.21");
    assert_eq!(other.url(), "https://download.docker.com/win/static/stable/x86_64/docker-20.10.21.zip");
    assert!(other.sha256[0].starts_with("e5c9e9b9"));
    assert_eq!((catalog.docker("18.09.2").sha256.len(), catalog.docker("18.09.2").archive), (0, Archive::Zip));
    assert_eq!(catalog.component(ComponentId::Docker, &version("1.23.17"), None, PUBLIC), Some(catalog.docker("20.10.9")));
}

#[test]
fn the_mirror_of_a_cloud_is_asked_first() {
    let from = "https://packages.aks.azure.com/csi-proxy/";
    let catalog = extended(json!({"mirrors": {CHINA: {from: "https://mirror.example.cn/csi-proxy/"}}})).unwrap();
    let there = |id| catalog.component(id, &version("1.23.17"), None, CHINA).unwrap();
    let proxy = there(ComponentId::CsiProxy);
    let path = "v0.2.2/binaries/csi-proxy-v0.2.2.tar.gz";
    assert_eq!(proxy.urls, [format!("https://mirror.example.cn/csi-proxy/{path}"), format!("{from}{path}")]);
    assert_eq!((proxy.sha256.len(), &proxy.sha256[0][..8], proxy.bytes), (1, "60bf51d4", 6_481_034));
    assert_eq!(catalog.component(ComponentId::CsiProxy, &version("1.23.17"), None, PUBLIC).unwrap().urls.len(), 1);
    assert_eq!(there(ComponentId::Kubernetes).urls.len(), 1);
}

#[test]
fn files_that_definitions_name_are_known() {
    let catalog = aks_engine();
    let known = |url: &str| catalog.known_file(url).map(|file| file.bytes);
    let containerd =
        "https://packages.aks.azure.com/containerd/windows/v1.7.20-azure.1/binaries/containerd-v1.7.20-azure.1-windows-amd64.tar.gz";
    assert_eq!(known(containerd), Some(90_303_750));
    assert_eq!(known(&format!("{containerd}?sv=2020&sig=x")), Some(90_303_750));
    assert_eq!(known("http://test/testcontainerd.tar.gz"), None);
    assert_eq!(known(""), None);
}

#[test]
fn builds_that_no_node_may_have_are_told_from_months() {
    let catalog = aks_engine();
    for (sku, expected) in [
        ("2016-Datacenter-with-Containers", Some("Windows Server 2016")),
        ("2012-R2-Datacenter", Some("Windows Server 2012")),
        ("2008-R2-SP1", Some("Windows Server 2008 R2")),
        ("Datacenter-Core-1803-with-Containers-smalldisk", Some("Windows Server, version 1803")),
        ("2019-datacenter-core-smalldisk-2008", None),
        ("2019-datacenter-core-ctrd-2012", None),
        ("mine", None),
    ] {
        assert_eq!(catalog.unsupported_sku(sku), expected, "{sku}");
    }
    assert_eq!(catalog.unsupported_version("14393.5427.221002"), Some("Windows Server 2016"));
    assert_eq!(["17763.4252.230828", "latest", "2.0.1"].map(|version| catalog.unsupported_version(version)), [None; 3]);
}

#[test]
fn what_is_cached_is_known_of_one_version() {
    let catalog = aks_engine();
    let known = |version| catalog.prepared_image("microsoft-aks", "aks-windows", "2019-datacenter-core-ctrd-2308", version).is_some();
    assert_eq!(["17763.4252.230828", "latest", "17763.1490.200909"].map(known), [true, true, false]);
    assert_eq!(catalog.prepared_image("MicrosoftWindowsServer", "WindowsServer", &catalog.image(ImageChoice::Stock).sku, "latest"), None);
}

#[test]
fn images_and_what_they_spare_a_node() {
    let catalog = aks_engine();
    let docker = catalog.image(ImageChoice::Docker);
    assert_eq!((docker.sku.as_str(), docker.version.as_str()), ("2019-datacenter-core-smalldisk-2304", "17763.4252.230414"));
    assert_eq!(
        catalog.match_image("Microsoft-AKS", "AKS-windows", "2019-Datacenter-core-ctrd-2308"),
        Some(catalog.image(ImageChoice::Containerd))
    );
    assert_eq!(catalog.match_image("microsoft-aks", "aks-windows", "2022"), None);
    assert!(docker.is_prepared() && !catalog.image(ImageChoice::Stock).is_prepared());

    let spared = |catalog: &Catalog, which, kubernetes: &str| -> Vec<&str> {
        let (image, version) = (catalog.image(which), version(kubernetes));
        let components = ComponentId::ALL.iter().filter_map(|id| catalog.component(*id, &version, None, PUBLIC));
        components.filter(|component| image.has(component)).map(|component| component.id.as_str()).collect()
    };
    assert_eq!(spared(&catalog, ImageChoice::Docker, "1.23.17"), ["kubernetes", "containerd", "docker", "azure-cni", "csi-proxy"]);
    assert_eq!(
        spared(&catalog, ImageChoice::Docker, "1.24.17"),
        ["containerd", "docker", "azure-cni", "csi-proxy"],
        "that image has 1.24.11"
    );
    assert_eq!(spared(&catalog, ImageChoice::Containerd, "1.24.17"), ["kubernetes", "containerd", "azure-cni", "csi-proxy"]);
    assert_eq!(spared(&catalog, ImageChoice::Stock, "1.23.17"), [""; 0]);
    assert!(!docker.has(&catalog.docker("20.10.21")));
    let everything = ["kubernetes", "containerd", "azure-cni", "csi-proxy", "credential-provider"];
    assert_eq!(spared(&azurestack(), ImageChoice::Containerd, "1.35.0"), everything);
}

#[test]
fn windows_builds_are_told_by_the_sku() {
    let catalog = aks_engine();
    let builds = ["17763", "18362", "18363", "19041", "19042", "20348", "26100"];
    assert_eq!(catalog.os_builds().collect::<Vec<_>>(), builds);
    let skus = [
        ("2019-datacenter-core-smalldisk-2008", Some("17763")),
        ("Datacenter-Core-1809-with-Containers-smalldisk", Some("17763")),
        ("datacenter-core-2004-with-containers-smalldisk", Some("19041")),
        ("Datacenter-Core-20H2-with-containers", Some("19042")),
        ("2019-datacenter-core-smalldisk-2004", Some("17763")),
        ("2022-datacenter-azure-edition-core", Some("20348")),
        ("2025-datacenter-core-g2", Some("26100")),
        ("windows2019", None),
        ("", None),
    ];
    for (sku, build) in skus {
        assert_eq!(catalog.build_of_sku(sku), build, "{sku}");
    }
    assert_eq!(catalog.os_build("17763").unwrap().base_image_tags, ["ltsc2019", "1809"]);
    assert_eq!(catalog.os_build("19042").unwrap().end_of_life.as_str(), "2022-08-09");
    assert!(catalog.os_build("14393").is_none());
}

#[test]
fn the_pause_image_has_a_variant_for_the_build() {
    let image = |catalog: &Catalog, build| catalog.pause_image_for(build).rsplit('/').next().unwrap().to_owned();
    let (old, new) = (aks_engine(), azurestack());
    assert_eq!(
        (old.pause_image(), new.pause_image()),
        ("mcr.microsoft.com/oss/kubernetes/pause:3.4.1", "mcr.microsoft.com/oss/kubernetes/pause:3.8")
    );
    assert_eq!(
        ["17763", "20348", "26100", "99999"].map(|build| image(&old, build)),
        ["pause:3.4.1", "pause:3.8", "pause:3.10.2", "pause:3.4.1"]
    );
    assert_eq!(["17763", "20348", "26100"].map(|build| image(&new, build)), ["pause:3.8", "pause:3.8", "pause:3.10.2"]);
}

#[test]
fn api_versions_are_those_of_the_cloud() {
    let (old, new) = (aks_engine(), azurestack());
    let node = |catalog: &Catalog, kind| catalog.api_versions(kind).node_network.to_string();
    assert_eq!([node(&old, CloudKind::Public), node(&old, CloudKind::AzureStack)], ["2018-08-01", "2017-10-01"]);
    assert_eq!([node(&new, CloudKind::Public), node(&new, CloudKind::AzureStack)], ["2018-11-01", "2018-11-01"]);
    let hybrid = old.api_versions(CloudKind::AzureStack);
    assert_eq!(
        [hybrid.compute.as_str(), &hybrid.disks, &hybrid.network, &hybrid.storage],
        ["2020-06-01", "2019-03-01", "2018-11-01", "2019-06-01"]
    );
    assert!(
        old.api_versions(CloudKind::Public).compute.as_str() > "2024-11-21",
        "the template test toolkit wants versions of the last two years"
    );
    assert_eq!(old.telemetry_guid(), "fb801154-36b9-41bc-89c2-f4d4f05472b0");
}

#[test]
fn kubelets_refuse_what_was_removed() {
    let catalog = azurestack();
    let has = |flag: &str| -> Vec<bool> {
        let versions = ["1.20.15", "1.23.17", "1.24.17", "1.33.10", "1.34.4", "1.35.0"].map(version);
        versions.iter().map(|version| catalog.kubelet_flags(version).contains(&flag)).collect()
    };
    assert_eq!(has("--max-pods"), [true; 6]);
    assert_eq!(has("--housekeeping-interval"), [false; 6], "cAdvisor's flags are Linux only");
    assert_eq!(has("--seccomp-default"), [false, true, true, true, true, true]);
    assert_eq!(has("--network-plugin"), [true, true, false, false, false, false]);
    assert_eq!(has("--fail-cgroupv1"), [false, false, false, true, true, true]);
    assert_eq!(has("--container-runtime"), [true, true, true, false, false, false]);
    assert_eq!(has("--register-schedulable"), [true, true, true, true, false, false]);
    assert_eq!(has("--pod-infra-container-image"), [true, true, true, true, true, false]);
    // a flag goes only where it was before
    for kubernetes in ["1.24.17", "1.33.10", "1.34.4", "1.35.0"].map(version) {
        let before = [catalog.kubelet_flags(&version("1.20.15")), catalog.kubelet_flags(&version("1.33.10"))].concat();
        for flag in catalog.removed_kubelet_flags(&kubernetes) {
            assert!(before.contains(&flag) || ["--cadvisor-port", "--allow-privileged"].contains(&flag), "{flag}");
        }
    }
    let gates = |kubernetes: &str| catalog.unknown_feature_gates(&version(kubernetes));
    assert_eq!(gates("1.20.15"), [""; 0]);
    assert_eq!(gates("1.21.14"), ["HyperVContainer", "WindowsGMSA", "WindowsRunAsUserName"]);
    assert_eq!(gates("1.22.17").last(), Some(&"VolumeSnapshotDataSource"));
    assert!(gates("1.33.10").contains(&"WindowsHostProcessContainers") && !gates("1.33.10").contains(&"PodDisruptionConditions"));
    assert_eq!(catalog.locked_feature_gates(&version("1.33.10")), []);
    assert_eq!(catalog.locked_feature_gates(&version("1.35.0")), [("WinDSR", true), ("WinOverlay", true)]);
    assert_eq!(catalog.tls_cipher_suites().len(), 8);
}

// ---- the files ---------------------------------------------------------------------------------------------------------

#[test]
fn the_schema_is_that_of_the_types() {
    let path = parts("catalog.schema.json");
    let expected = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        fs::write(&path, &expected).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == expected, "{} is not up to date: run the test with UPDATE_SCHEMA=1", path.display());
}

fn files() -> Vec<(&'static str, Value)> {
    let read = |name| serde_json::from_str(&fs::read_to_string(parts(name)).unwrap()).unwrap();
    ["aks-engine.json", "aks-engine-azurestack.json", "base.json"].map(|name| (name, read(name))).into()
}

#[test]
fn the_files_and_the_documented_ones_fit_the_schema() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    for (name, file) in files() {
        assert_eq!(validator.iter_errors(&file).map(|error| error.to_string()).collect::<Vec<_>>(), [""; 0], "{name}");
    }
    for example in documented() {
        assert!(validator.is_valid(&serde_json::from_str(&example).unwrap()), "{example}");
    }
    for bad in [
        json!({"pauseImages": "a"}),
        json!({"kubernetes": {"1.23": {"clouds": []}}}),
        json!({"kubernetes": {"1.23.17": {"cloud": []}}}),
        json!({"components": {"kubelet": "https://a/b.zip"}}),
        json!({"extends": "mine"}),
    ] {
        assert!(!validator.is_valid(&bad), "{bad}");
    }
}

/// A mistake in one of them would otherwise read as if there were no such catalog.
#[test]
fn nothing_is_wrong_with_the_built_in_files() {
    for name in Catalog::BUILT_IN {
        let text = fs::read_to_string(parts(&format!("{name}.json"))).unwrap();
        assert_eq!(Catalog::from_json(&text).map_err(told).err(), None, "{name}");
    }
}

/// Tables are read by people: in order, so that a version or URL is found, and lists of names too.
#[test]
fn tables_are_sorted() {
    for (name, file) in files() {
        let keys = |table: &str| -> Vec<String> {
            file.pointer(table).and_then(Value::as_object).map(|table| table.keys().cloned().collect()).unwrap_or_default()
        };
        let versions: Vec<_> = keys("/kubernetes").iter().map(|key| version(key)).collect();
        assert!(versions.is_sorted(), "{name}: kubernetes");
        for table in ["/releases", "/osBuilds", "/files", "/kubelet/removedFlags", "/kubelet/removedFeatureGates"] {
            assert!(keys(table).is_sorted(), "{name}: {table}");
        }
        for list in ["/kubelet/removedFlags", "/kubelet/removedFeatureGates"] {
            let lists: BTreeMap<String, Vec<String>> =
                file.pointer(list).map(|table| serde_json::from_value(table.clone()).unwrap()).unwrap_or_default();
            let all: Vec<&String> = lists.values().flatten().collect();
            let unique: std::collections::BTreeSet<_> = all.iter().collect();
            assert!(lists.values().all(|list| list.is_sorted()) && unique.len() == all.len(), "{name}: {list}");
        }
    }
}

#[test]
fn loading_twice_gives_the_same() {
    for name in Catalog::BUILT_IN {
        assert_eq!(built_in(name), built_in(name));
        assert_eq!(all_components(&built_in(name)), all_components(&built_in(name)));
        assert_eq!(built_in(name).name(), name);
    }
    for name in ["base", "AKS-engine"] {
        let error = Catalog::built_in(name).expect_err("no catalog").to_string();
        assert_eq!(error, format!("`{name}` is not a built-in catalog, only `aks-engine` and `aks-engine-azurestack` are"));
    }
}

// ---- catalogs of one's own ---------------------------------------------------------------------------------------------

/// The JSON examples of docs/catalog.md.
fn documented() -> Vec<String> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/catalog.md")).unwrap();
    text.split("```json\n").skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

#[test]
fn the_documented_examples_work() {
    let examples = documented();
    assert_eq!(examples.len(), 14);
    let catalogs: Vec<_> = examples.iter().map(|text| Catalog::from_json(text).unwrap_or_else(|error| panic!("{error}: {text}"))).collect();
    let package =
        |catalog: &Catalog, kubernetes: &str| catalog.component(ComponentId::Kubernetes, &version(kubernetes), None, PUBLIC).unwrap();

    let added = package(&catalogs[0], "1.24.15");
    assert!(added.url().ends_with("/v1.24.15/windowszip/v1.24.15-1int.zip") && added.bytes == 60_924_309);
    assert_eq!(catalogs[0].versions(CloudKind::Public).rfind(|version| version.minor == 24).unwrap().to_string(), "1.24.17");

    let replaced = package(&catalogs[1], "1.23.17");
    assert_eq!((replaced.sha256, replaced.bytes), (vec!["0123456789abcdef".repeat(4)], 61_176_476));

    let fixed = catalogs[2].component(ComponentId::AzureCni, &version("1.24.17"), None, PUBLIC).unwrap();
    assert!(fixed.file_name.ends_with("v1.4.22.zip") && fixed.sha256[0].starts_with("bd1e3f02"));
    let kept = catalogs[2].component(ComponentId::AzureCni, &version("1.23.17"), None, PUBLIC).unwrap();
    assert!(kept.file_name.ends_with("v1.4.16.zip"));

    assert_eq!(catalogs[11].inbound_ports(), [9182]);
    assert_eq!(catalogs[12].nodes().container_disk_gb, Some(60));
    let build = catalogs[13].os_build("20348").and_then(|os| os.image_build.as_ref()).unwrap();
    assert_eq!((build.base.version.as_str(), build.patches[0].kb.as_str()), ("20348.4294.251007", "KB5066782"));
    let settings = catalogs[7].windows_settings("20348");
    assert!(settings.contains_key("fix-of-contoso") && !settings.contains_key("delta-hives"));
    let notices: Vec<_> = catalogs[8].notices().map(|(name, _)| name).collect();
    assert!(notices.contains(&"our-antivirus") && !notices.contains(&"container-logs-writable"));
    assert_eq!(catalogs[8].image_age_months(), 6);
    assert!(catalogs[9].vm_size("Standard_QX4s_v2").is_some_and(VmSizes::needs_nvme));
    let runtime = catalogs[10].component(ComponentId::Containerd, &version("1.33.10"), Some("20348"), PUBLIC).unwrap();
    assert!(runtime.file_name.contains("-v1.7.20-") && !runtime.sha256.is_empty());
    let proxy = catalogs[3].component(ComponentId::CsiProxy, &version("1.23.17"), None, PUBLIC).unwrap();
    assert_eq!((proxy.urls.len(), &proxy.sha256[0][..4], proxy.bytes), (2, "60bf", 6_481_034));

    assert_eq!(texts(catalogs[4].versions(CloudKind::Public)), ["1.23.17", "1.24.17"]);
    assert_eq!(catalogs[4].default_version(CloudKind::Public).to_string(), "1.24.17");

    assert_eq!(catalogs[5].image(ImageChoice::Containerd).sku, "win2022-ctrd");
    assert_eq!(catalogs[5].image(ImageChoice::Containerd).files, ["v1.24.17-1int.zip"]);
    let mirrors: Vec<_> = catalogs[5].registry_mirrors().map(|(registry, mirror)| (registry, mirror.url())).collect();
    assert_eq!(mirrors, [("mcr.microsoft.com", "https://registry.contoso.example/mcr")]);
    assert_eq!(catalogs[6].unknown_feature_gates(&version("1.36.1")).last(), Some(&"NewlyGone"));
}

#[test]
fn a_file_changes_only_what_it_says() {
    assert_eq!(extended(json!({})).unwrap(), aks_engine());
    let named = extended(json!({"name": "mine", "$schema": "x"})).unwrap();
    assert_eq!((named.name(), named.pause_image()), ("mine", aks_engine().pause_image()));
    let newer = extended(json!({"extends": "aks-engine-azurestack", "pauseImage": "a/pause:1"})).unwrap();
    assert_eq!((newer.name(), newer.pause_image()), ("aks-engine-azurestack", "a/pause:1"));
    let with_mark = format!("\u{feff}{}", json!({"extends": "aks-engine"}));
    assert_eq!(Catalog::from_json(&with_mark).unwrap(), aks_engine());
}

#[test]
fn hashes_may_be_written_in_capitals() {
    let url = "https://a.example/b.zip";
    let catalog = extended(json!({"files": {url: {"sha256": ["AB".repeat(32)]}}})).unwrap();
    assert_eq!(catalog.known_file(url).unwrap().sha256[0].as_str(), "ab".repeat(32));
}

#[test]
fn a_version_can_have_components_of_its_own() {
    let url = "https://a.example/1.23.17/k.zip";
    let catalog = extended(json!({
        "kubernetes": {"1.23.17": {"components": {"kubernetes": url}}},
        "releases": {"1.23": {"components": {"kubernetes": "https://a.example/release-{version}.zip", "sdn-plugin": "https://a.example/sdn.zip"}}},
    }));
    let catalog = catalog.unwrap();
    let of = |id, kubernetes: &str| catalog.component(id, &version(kubernetes), None, PUBLIC).map(|component| component.url().to_owned());
    assert_eq!(of(ComponentId::Kubernetes, "1.23.17").as_deref(), Some(url));
    assert_eq!(of(ComponentId::Kubernetes, "1.23.15").as_deref(), Some("https://a.example/release-1.23.15.zip"));
    assert_eq!(of(ComponentId::SdnPlugin, "1.23.17").as_deref(), Some("https://a.example/sdn.zip"));
    assert_eq!(of(ComponentId::SdnPlugin, "1.24.17"), None);
}

#[test]
fn a_mirror_moves_every_file_and_loses_no_hash() {
    let folder = "http://files.contoso.example:8080/windows/";
    for name in Catalog::BUILT_IN {
        let (plain, mirrored) = (built_in(name), built_in(name).with_mirror(folder).unwrap());
        for (before, after) in all_components(&plain).into_iter().zip(all_components(&mirrored)) {
            let moved = |url: &String| format!("{folder}{}", url.strip_prefix("https://").unwrap());
            assert_eq!(after.urls, before.urls.iter().map(moved).collect::<Vec<_>>());
            assert_eq!((&after.file_name, &after.sha256, after.bytes), (&before.file_name, &before.sha256, before.bytes));
            let known = after.urls.iter().filter_map(|url| mirrored.known_file(url)).flat_map(|file| &file.sha256).map(String::from);
            assert_eq!(known.collect::<Vec<_>>(), before.sha256, "{}", after.url());
        }
        assert!(mirrored.docker("20.10.9").url().starts_with(folder));
        assert_eq!(mirrored.mirrored("https://a/b.zip?sv=1"), format!("{folder}a/b.zip?sv=1"));
        assert_eq!(plain.mirrored("https://a/b.zip"), "https://a/b.zip");
    }
    assert!(matches!(aks_engine().with_mirror("my mirror"), Err(CatalogError::Mirror { found }) if found == "my mirror"));
}

fn notice(build: &str, as_of: &str) -> Value {
    json!({"about": "a", "windows": {"build": build}, "remedy": "r", "link": "https://a/b", "asOf": as_of})
}

/// A patch with a registry value that is right but for this.
fn setting(wrong: &Value) -> Value {
    let mut setting = json!({"about": "a", "path": "HKLM:\\SOFTWARE\\X", "name": "n", "value": 1, "source": "s"});
    setting.as_object_mut().expect("an object").extend(wrong.as_object().expect("an object").clone());
    json!({"osBuilds": {"20348": {"settings": {"x": setting}}}})
}

fn names(settings: &[NodeSetting]) -> Vec<(&str, Option<&str>)> {
    settings.iter().map(|setting| (setting.name.as_str(), setting.build.as_deref())).collect()
}

#[test]
fn vm_sizes_say_how_they_reach_disks_and_what_they_run() {
    let catalog = aks_engine();
    let of = |size| catalog.vm_size(size).map(|size| (size.needs_nvme(), size.needs_generation_2()));
    for size in ["Standard_D4ds_v6", "Standard_D96ads_v7", "Standard_E4bds_v6", "Standard_DC4as_v6", "standard_f4as_v6", "Standard_L8s_v9"]
    {
        assert_eq!(of(size), Some((true, true)), "{size}");
    }
    for (size, known) in [
        ("Standard_E4bds_v5", Some((false, false))),
        ("Standard_M208ms_v2", Some((false, true))),
        ("Standard_DC4s_v3", Some((false, true))),
        ("Standard_D4ds_v5", Some((false, false))),
        ("Standard_D2", Some((false, false))),
        ("Standard_B2ms", Some((false, false))),
    ] {
        assert_eq!(of(size), known, "{size}");
    }
    for size in ["Standard_E4ds_v5", "Standard_M64s", "rubbish"] {
        assert_eq!(of(size), None, "{size}");
    }
    let nests = |size: &&str| catalog.vm_size(size).is_none_or(|size| size.nested_virtualization);
    assert!(["Standard_D4s_v3", "Standard_D4ds_v6", "Standard_E4s_v3", "Standard_F4s_v2", "Standard_B4s_v2"].iter().all(nests));
    assert!(!["Standard_DS3_v2", "Standard_D2", "Standard_A4_v2", "Standard_B2ms", "Standard_F4s"].iter().any(nests));
}

#[test]
fn images_of_known_publishers_have_a_generation() {
    let catalog = aks_engine();
    let of = |publisher, sku| catalog.generation(publisher, sku).map(Generation::as_str);
    assert_eq!(of("MicrosoftWindowsServer", "2022-datacenter-core-smalldisk-g2"), Some("V2"));
    assert_eq!(of("microsoftwindowsserver", "2019-Datacenter-GenSecond"), Some("V2"));
    assert_eq!(of("MicrosoftWindowsServer", "2019-Datacenter-Core-with-Containers-smalldisk"), Some("V1"));
    assert_eq!(of("contoso", "win-g2"), None);
    for (build, sku) in
        ["17763", "20348", "26100"].map(|build| (build, catalog.os_build(build).and_then(|os| os.generation2_sku.as_deref())))
    {
        assert_eq!(of("MicrosoftWindowsServer", sku.expect("a SKU")), Some("V2"), "{build}");
    }
}

#[test]
fn known_problems_concern_the_versions_they_name() {
    let catalog = aks_engine();
    let of = |kubernetes: &str, containerd: Option<&str>| -> Vec<_> {
        let containerd = containerd.map(version);
        let found = catalog.notices().filter(|(_, notice)| notice.concerns(&version(kubernetes), containerd.as_ref()));
        found.map(|(name, _)| name).collect()
    };
    let (old, volumes, networks) = ("pod-makers-become-administrators", "volumes-become-administrators", "pod-networks-of-mid-2024");
    let (logs, disks) = ("container-logs-writable", "disks-by-nvme-not-found");
    assert_eq!(of("1.24.9", Some("1.6.35")), [logs, disks, old, networks, volumes]);
    assert_eq!(of("1.24.17", Some("1.6.35")), [logs, disks, networks, volumes]);
    assert_eq!(of("1.33.10", Some("1.6.36")), [networks]);
    assert_eq!(of("1.33.1", Some("1.5.8")), ["containerd-without-cri-v1", "kube-proxy-endpoints-2025", networks]);
    assert_eq!(of("1.36.0", Some("1.7.20")), ["containerd-1-ends", networks]);
    assert_eq!(of("1.36.0", None), [networks]);
    assert!(of("1.20.15", Some("1.4.13")).contains(&"ctr-takes-any-build"));
    assert!(!of("1.20.15", Some("1.5.0")).contains(&"ctr-takes-any-build"));
    let (_, notice) = catalog.notices().find(|(name, _)| *name == networks).expect("a notice");
    let patches = notice.windows.as_ref().expect("patch levels");
    assert_eq!([2581, 2582, 2761, 2762].map(|patch| patches.has("20348", patch)), [false, true, true, false]);
    assert!(!patches.has("17763", 2600));
}

#[test]
fn a_machine_gets_the_registry_values_of_its_build() {
    let catalog = aks_engine();
    assert_eq!(names(&catalog.node_settings(Some("26100"))), [("HNSControlFlag", None), ("EnableCompartmentNamespace", None)]);
    let flags = catalog.node_settings(Some("17763")).into_iter().filter(|setting| setting.name == "HNSControlFlag");
    assert_eq!(flags.map(|setting| setting.value).collect::<Vec<_>>(), [SettingValue::Number(81)], "bits of one value are one setting");
    let unknown = catalog.node_settings(None);
    assert!(names(&unknown).contains(&("EnableCompartmentNamespace", None)));
    assert!(names(&unknown).contains(&("WcifsSOPCountDisabled", Some("17763"))));
    assert!(names(&unknown).contains(&("DeltaHivePolicy", Some("20348"))));
    assert_eq!(names(&unknown).iter().filter(|(name, _)| *name == "EnableCompartmentNamespace").count(), 1);
}

#[test]
fn registry_values_can_be_taken_back() {
    let named = |catalog: &Catalog, build| catalog.windows_settings(build).into_keys().map(str::to_owned).collect::<Vec<_>>();
    let without = extended(json!({"osBuilds": {"20348": {"settings": {"delta-hives": null, "delta-hives-policy": null}}}})).unwrap();
    assert!(named(&aks_engine(), "20348").contains(&"delta-hives".to_owned()));
    assert!(!named(&without, "20348").iter().any(|name| name.starts_with("delta-hives")));
    let base = aks_engine();
    let off = json!({"about": "a", "path": "HKLM:\\SOFTWARE\\X", "name": "EnableCompartmentNamespace", "value": 0, "source": "s"});
    let off = extended(json!({"osBuilds": {"26100": {"settings": {"share-names-in-pods": off}}}})).unwrap();
    assert_eq!(named(&off, "26100"), named(&base, "26100"));
    let values: Vec<_> = off.node_settings(None).into_iter().filter(|setting| setting.name == "EnableCompartmentNamespace").collect();
    assert!(values.iter().all(|setting| setting.build.is_some()), "another value for one build: each build says its own");
    assert_eq!(values.iter().filter(|setting| setting.value == SettingValue::Number(0)).count(), 1);
}

#[test]
fn every_mistake_is_told_with_its_place() {
    let cases = [
        json!({"extends": "mine"}),
        json!({"extends": ["base"]}),
        json!({"extends": "base", "clouds": {"public": {"default": "1.25.1"}}}),
        json!({"kubernetes": {"1.23.17": {"cloud": []}}}),
        json!({"kubernetes": {"1.25.1": {}}}),
        json!({"kubernetes": {"1.25.x": {"clouds": []}}}),
        json!({"kubernetes": {"1.25.1": {"clouds": ["public", "azure"]}}}),
        json!({"kubernetes": {"1.25.1": {"clouds": "public"}}}),
        json!({"kubernetes": []}),
        json!({"clouds": {"public": {"default": "latest"}}}),
        json!({"clouds": {"azureStack": {"default": "1.23.17"}}}),
        json!({"clouds": {"public": {"apiVersions": {"compute": "newest"}}}}),
        json!({"releases": {"1.23": {"endOfLife": "2023-02-30 "}}}),
        json!({"components": {"azure-cni": "ftp://a/b.zip", "azure-cn": "https://a/b.zip"}}),
        json!({"components": {"docker": null}}),
        json!({"files": {"https://a/b.zip": {"sha256": ["abc"]}}}),
        json!({"files": {"https://a/b.zip": {"sha256": "abc"}}}),
        json!({"files": {"https://a/b.zip": {"sha256": [], "bytes": -1}, "https://a/": {"sha256": []}}}),
        json!({"images": {"stock": {"build": "14393"}}}),
        json!({"pauseImage": null, "peer": null, "clouds": {"public": null}}),
        json!({"notices": {"x": notice("99999", "2026-01-01")}}),
        json!({"notices": {"x": notice("20348", "soon")}}),
        json!({"registryMirrors": {"a": {"url": "ftp://a", "cert": "x"}, "b": 5, "c": "https://u@c"}}),
        json!({"nodes": {"containerDiskGB": 5, "pullImages": ["a"], "proxy": {"http": "socks5://a:1", "noProxy": ["a b"]}}}),
        json!({"nodes": {"maxParallelImagePulls": 1, "crashDumps": ["kubelet.exe"]}}),
        json!({"nodes": {"trustedCertificates": ["x", 5]}}),
        setting(&json!({"path": "HKCU:\\X"})),
        setting(&json!({"value": "1"})),
        setting(&json!({"value": 4_000_000_000_u32})),
        setting(&json!({"value": [1]})),
        setting(&json!({"until": 1, "since": 1})),
        json!({"settings": {"share-names-in-pods": {"since": 1}}}),
        json!({"osBuilds": {"20348": {"imageBuild": {"os": "", "patches": [{"kb": "a"}, {"kb": "b", "url": "x", "sha256": "y"}]}}}}),
        json!({"imageAgeMonths": 1.5, "inboundPorts": [70000, "80"], "vmSizes": {"x": {"since": "5"}}}),
    ];
    let told: String = cases.into_iter().map(|patch| error(patch) + "\n").collect();
    insta::assert_snapshot!(told, @r#"
    extends: found the string `mine`, expected a built-in catalog: `aks-engine`, `aks-engine-azurestack` or `base`
    extends: found a list, expected a built-in catalog: `aks-engine`, `aks-engine-azurestack` or `base`
    components.kubernetes: the key is missing
    images: the key is missing
    kubernetes: the key is missing
    name: the key is missing
    pauseImage: the key is missing
    peer: the key is missing
    clouds.azureStack.apiVersions.nodeNetwork: the key is missing
    clouds.azureStack.default: the key is missing
    clouds.public.apiVersions.nodeNetwork: the key is missing
    kubernetes["1.23.17"].cloud: `cloud` is not a known key
    kubernetes["1.25.1"].clouds: the key is missing
    kubernetes["1.25.x"]: found the key `1.25.x`, expected a Kubernetes version such as `1.23.17`
    kubernetes["1.25.1"].clouds[1]: found the string `azure`, expected `public` or `azureStack`
    kubernetes["1.25.1"].clouds: found the string `public`, expected a list
    kubernetes: found a list, expected an object
    clouds.public.default: found the string `latest`, expected a Kubernetes version such as `1.23.17`
    clouds.azureStack.default: `1.23.17` is not a version for this cloud, which has `1.23.15` and `1.24.9`
    clouds.public.apiVersions.compute: found the string `newest`, expected the date of an API version, such as `2025-04-01` or `2025-04-01-preview`
    releases["1.23"].endOfLife: found the string `2023-02-30 `, expected a date such as `2026-11-21`
    components["azure-cni"]: found the string `ftp://a/b.zip`, expected a download URL `https://host/path/file` without query, user, blanks or quotes
    components["azure-cn"]: found the key `azure-cn`, expected `kubernetes`, `node-binaries`, `containerd`, `docker`, `azure-cni`, `sdn-plugin`, `win-bridge`, `csi-proxy` or `credential-provider`
    components.docker: the key is missing
    files["https://a/b.zip"].sha256[0]: found the string `abc`, expected a SHA-256, 64 hexadecimal digits
    files["https://a/b.zip"].sha256: found the string `abc`, expected a list
    files["https://a/b.zip"].bytes: found the number `-1`, expected a whole number from 0 to 18446744073709551615
    files["https://a/"]: found the key `https://a/`, expected a download URL `https://host/path/file` without query, user, blanks or quotes
    images.stock.build: `14393` is not among `osBuilds`, which has `17763`, `18362`, `18363`, `19041`, `19042`, `20348` and `26100`
    pauseImage: the key is missing
    peer: the key is missing
    clouds.public: the key is missing
    notices.x.windows.build: `99999` is not among `osBuilds`, which has `17763`, `18362`, `18363`, `19041`, `19042`, `20348` and `26100`
    notices.x.asOf: found the string `soon`, expected a date such as `2026-11-21`
    registryMirrors.a.ca: the key is missing
    registryMirrors.a.url: found the string `ftp://a`, expected a URL `https://host/path` without query, user, blanks or quotes
    registryMirrors.a.cert: `cert` is not a known key
    registryMirrors.b: found the number `5`, expected a URL, or an object with `url` and `ca`, a certificate as PEM
    registryMirrors.c: found the string `<hidden>`, expected a URL `https://host/path` without query, user, blanks or quotes
    nodes.containerDiskGB: found `5`, expected 20 (what Windows gives by itself) to 10240
    nodes.pullImages[0]: found the string `a`, expected the whole name of an image, `registry.example/name:tag`
    nodes.proxy.http: found the string `socks5://a:1`: want `http://host:port`, without a path
    nodes.proxy.noProxy[0]: found the string `a b`, expected a name, a domain, an address or a range
    nodes.maxParallelImagePulls: found `1`, expected 2 to 100; `--serialize-image-pulls` has them pulled one after the other
    nodes.crashDumps[0]: found the string `kubelet.exe`, expected the name of a program without folder and `.exe`, `kubelet`
    nodes.trustedCertificates[0]: found the string `x`: no `-----BEGIN CERTIFICATE-----` is in it; `openssl x509 -inform der` converts a certificate
    nodes.trustedCertificates[1]: found the number `5`, expected a string
    osBuilds["20348"].settings.x.path: found the string `HKCU:\X`, expected a key of the machine, `HKLM:\SYSTEM\...`
    osBuilds["20348"].settings.x.value: does not fit its `type`: a number for `DWord` and `Bits`, a text for `String`
    osBuilds["20348"].settings.x.value: found the number `4000000000`, expected a text or a whole number from 0 to 2147483647
    osBuilds["20348"].settings.x.value: found a list, expected a text or a whole number from 0 to 2147483647
    osBuilds["20348"].settings.x.until: is not after `since`
    settings["share-names-in-pods"].since: patch levels are those of one build: put the setting below `osBuilds`
    osBuilds["20348"].imageBuild.os: found the string ``, expected the year people call it by, `2019`
    osBuilds["20348"].imageBuild.patches[0].sha256: the key is missing
    osBuilds["20348"].imageBuild.patches[0].url: the key is missing
    osBuilds["20348"].imageBuild.patches[1].url: found the string `x`, expected a download URL `https://host/path/file` without query, user, blanks or quotes
    osBuilds["20348"].imageBuild.patches[1].sha256: found the string `y`, expected a SHA-256, 64 hexadecimal digits
    imageAgeMonths: found the number `1.5`, expected a whole number
    inboundPorts[0]: found the number `70000`, expected a whole number from 0 to 65535
    inboundPorts[1]: found the string `80`, expected a whole number
    vmSizes.x.controllers: the key is missing
    vmSizes.x.generations: the key is missing
    vmSizes.x.source: the key is missing
    vmSizes.x.since: found the string `5`, expected a whole number
    "#);
}

/// So that a mistake hides no other, whatever it is about.
#[test]
fn every_key_has_a_placeholder() {
    fn spoilt(value: &Value) -> Value {
        match value {
            Value::Object(members) => {
                members.iter().map(|(key, value)| (key.clone(), spoilt(value))).collect::<serde_json::Map<_, _>>().into()
            }
            Value::Array(_) => json!({"not": "a list"}),
            _ => json!([]),
        }
    }
    for (_, mut file) in files() {
        let keys = file.as_object_mut().expect("an object");
        keys.remove("extends");
        let wrong: Vec<String> = keys.keys().filter(|key| !key.starts_with('$')).cloned().collect();
        let told = told(Catalog::from_json(&spoilt(&file).to_string()).expect_err("all is wrong"));
        for key in wrong {
            assert!(told.lines().any(|line| line.starts_with(&key)), "{key}: {told}");
        }
    }
}

/// What holds for any input at all.
fn check_any(text: &[u8]) -> Result<(), TestCaseError> {
    let Err(invalid) = Catalog::read("a.json", text) else { return Ok(()) };
    prop_assert!(invalid.report.is_fatal());
    for found in invalid.report.diagnostics() {
        prop_assert!(found.location().is_some() && found.message.len() < 2000, "{found:?}");
    }
    prop_assert!(!invalid.lines().is_empty() && !invalid.excerpts().is_empty());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn damaged_catalogs_are_read_or_refused(
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..3), 1..5),
        file in prop::sample::select(vec!["aks-engine.json", "base.json"]),
    ) {
        let mut bytes = fs::read(parts(file)).unwrap();
        for (index, byte, kind) in edits {
            let index = index.index(bytes.len());
            match kind {
                0 => bytes[index] = byte,
                1 => bytes.insert(index, byte),
                _ => { bytes.remove(index); }
            }
        }
        check_any(&bytes)?;
    }

    /// JSON that is right, with values of any kind.
    #[test]
    fn catalogs_with_other_values_are_read_or_refused(
        changes in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(vec![
            json!(null), json!(true), json!(-1), json!(1e99), json!(""), json!("x?sig=1"), json!([]), json!([null]), json!({}), json!({"x": {}}),
        ])), 1..6),
    ) {
        let [mut own, mut base] = ["aks-engine.json", "base.json"].map(|name| -> Value {
            serde_json::from_str(&fs::read_to_string(parts(name)).unwrap()).unwrap()
        });
        for (index, value) in changes {
            for file in [&mut own, &mut base] {
                let all = pointers(file, "");
                *file.pointer_mut(index.get::<String>(&all)).unwrap() = value.clone();
            }
        }
        check_any(own.to_string().as_bytes())?;
        check_any(base.to_string().as_bytes())?;
    }
}

/// The JSON pointers of everything below.
fn pointers(value: &Value, at: &str) -> Vec<String> {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(key, value)| (key.replace('~', "~0").replace('/', "~1"), value)).collect(),
        Value::Array(elements) => elements.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect(),
        _ => Vec::new(),
    };
    let below = children.into_iter().flat_map(|(key, value)| {
        let at = format!("{at}/{key}");
        let below = pointers(value, &at);
        std::iter::once(at).chain(below)
    });
    below.collect()
}
