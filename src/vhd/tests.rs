//! The image's list against what nodes of every kind of definition need.

use super::{Image, Target, Wanted};
use crate::catalog::{Catalog, ComponentId, ImageRuntime};
use crate::generate::{Options, check};
use crate::plan;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const SAMPLE: &str = include_str!("../../apimodels/valid/containerd-azure-vmss.json");
/// Some versions are creatable on Azure Stack Hub alone.
const STACK: &str = include_str!("../../apimodels/valid/aks-engine/azure-stack.json");

fn image(catalog: &Catalog, os: &str, runtime: ImageRuntime) -> Option<Image> {
    let wanted = Wanted {
        os: os.to_owned(),
        runtime,
        kubernetes: None,
        target: Target::Gallery,
        catalog: catalog.name().to_owned(),
        mirror: None,
        images: Vec::new(),
    };
    Image::new(&wanted, catalog).ok()
}

/// Definitions of a version that differ in what decides which files a node needs.
fn definitions(version: &str, runtime: ImageRuntime) -> Vec<Value> {
    let runtime = if runtime == ImageRuntime::Docker { "docker" } else { "containerd" };
    let mut all = Vec::new();
    for plugin in ["azure", "kubenet"] {
        for csi_proxy in [false, true] {
            let mut definition: Value = serde_json::from_str(SAMPLE).unwrap();
            let properties = &mut definition["properties"];
            properties["orchestratorProfile"] = json!({
                "orchestratorVersion": version,
                "kubernetesConfig": { "networkPlugin": plugin, "containerRuntime": runtime, "useCloudControllerManager": csi_proxy },
            });
            properties["windowsProfile"]["enableCSIProxy"] = json!(csi_proxy);
            if plugin == "kubenet" && runtime == "containerd" {
                properties["windowsProfile"]["windowsSdnPluginURL"] = json!("https://files.example/sdn.zip");
            }
            all.push(definition);
        }
    }
    let mut stack: Value = serde_json::from_str(STACK).unwrap();
    stack["properties"]["orchestratorProfile"]["orchestratorVersion"] = json!(version);
    stack["properties"]["orchestratorProfile"]["kubernetesConfig"]["containerRuntime"] = json!(runtime);
    all.push(stack);
    all
}

/// Nodes of the image's Windows build.
fn start_from(definition: &mut Value, image: &Image) {
    let profile = definition["properties"]["windowsProfile"].as_object_mut().unwrap();
    profile.remove("imageReference");
    let base = &image.build.base;
    for (key, value) in [("WindowsPublisher", &base.publisher), ("WindowsOffer", &base.offer), ("WindowsSku", &base.sku)] {
        profile.insert(key.to_owned(), json!(value));
    }
}

/// URLs of the files that nodes of the definitions take from the catalog.
fn needed(catalog: &Catalog, image: &Image) -> BTreeSet<Vec<String>> {
    let mut urls = BTreeSet::new();
    for version in &image.kubernetes_versions {
        let mut understood = 0;
        for mut definition in definitions(&version.to_string(), image.wanted.runtime) {
            start_from(&mut definition, image);
            let options = Options::new(catalog.clone());
            let Some(cluster) = check(definition.to_string().as_bytes(), &options).cluster else { continue };
            understood += 1;
            let plan = plan::plan(&cluster, catalog, &options.node);
            let components = plan.components().into_iter().filter(|component| component.id != ComponentId::SdnPlugin);
            urls.extend(components.map(|component| component.urls.clone()));
        }
        assert!(understood > 0, "no definition of {version} is valid");
    }
    urls
}

#[test]
fn a_node_needs_what_the_image_has_and_nothing_more() {
    for name in Catalog::BUILT_IN {
        let catalog = Catalog::built_in(name).unwrap();
        for (os, runtime) in [
            ("2019", ImageRuntime::Docker),
            ("2019", ImageRuntime::Containerd),
            ("2022", ImageRuntime::Containerd),
            ("2025", ImageRuntime::Containerd),
        ] {
            let Some(image) = image(&catalog, os, runtime) else { continue };
            let cached: BTreeSet<_> = image.components.iter().map(|file| file.component.urls.clone()).collect();
            assert_eq!(cached, needed(&catalog, &image), "{name} {os} {runtime:?}");
        }
    }
}

#[test]
fn no_two_files_have_one_path() {
    let catalog = Catalog::from_json(
        r#"{"extends":"aks-engine","kubernetes":{
            "1.24.17":{"clouds":["public"],"components":{"kubernetes":"https://a.example/1/node.zip"}},
            "1.23.17":{"clouds":["public"],"components":{"kubernetes":"https://a.example/2/node.zip"}}}}"#,
    )
    .unwrap();
    let image = image(&catalog, "2022", ImageRuntime::Containerd).unwrap();
    let paths: BTreeSet<_> = image.components.iter().map(|file| format!("{}\\{}", file.folder, file.component.file_name)).collect();
    let names: BTreeSet<_> = image.components.iter().map(|file| &file.name).collect();
    assert_eq!((paths.len(), names.len()), (image.components.len(), image.components.len()), "{paths:#?}");
    assert!(paths.contains(r"c:\akse-cache\win-k8s\node.zip") && paths.contains(r"c:\akse-cache\win-k8s\3\node.zip"), "{paths:#?}");
}

#[test]
fn each_build_has_its_own_images() {
    let catalog = Catalog::built_in("aks-engine").unwrap();
    let images = |os: &str| image(&catalog, os, ImageRuntime::Containerd).unwrap().container_images;
    assert!(images("2019").contains(&"mcr.microsoft.com/windows/nanoserver:1809".to_owned()));
    for os in ["2019", "2022", "2025"] {
        let catalog_build = catalog
            .os_builds()
            .find(|build| catalog.os_build(build).and_then(|os| os.image_build.as_ref()).is_some_and(|image| *image.os == *os));
        assert!(images(os).contains(&catalog.pause_image_for(catalog_build.unwrap()).to_owned()), "{os}");
    }
}
