//! What is told of whole definitions, on both images, and of an image that was built.

use super::forecast::Outcome;
use super::{Explanation, Image};
use crate::catalog::Component;
use crate::plan;
use crate::vhd::Manifest;
use crate::{Catalog, Generated, Options, generate};
use std::fs;
use std::path::Path;

fn generated(definition: &str) -> (Generated, Options) {
    changed(definition, |_| ())
}

fn changed(definition: &str, change: impl FnOnce(&mut serde_json::Value)) -> (Generated, Options) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("apimodels/valid").join(definition);
    let text = fs::read_to_string(path).expect("a definition");
    let name = if definition.contains("azurestack") { "aks-engine-azurestack" } else { "aks-engine" };
    let options = Options::new(Catalog::built_in(name).expect("a catalog"));
    let mut definition = serde_json::from_str(&text).expect("JSON");
    change(&mut definition);
    (generate(definition.to_string(), &options).expect("a valid definition"), options)
}

fn explained(definition: &str) -> Explanation {
    let (generated, options) = generated(definition);
    let images = [Image::prepared(&generated.cluster, &options.catalog), Image::stock(&generated.cluster, &options.catalog)];
    without_sizes(Explanation::of(&generated, &options.catalog, &images))
}

/// Sizes change with every script, and others hold them.
fn without_sizes(mut explanation: Explanation) -> Explanation {
    let sizes = explanation.pools.iter_mut().flat_map(|pool| &mut pool.sizes).chain([&mut explanation.template]);
    sizes.for_each(|size| size.size = 1000);
    explanation
}

#[test]
fn definitions_are_explained_on_both_images() {
    for (name, definition) in [
        ("containerd", "containerd-azure-vmss.json"),
        ("docker", "docker-availability-set.json"),
        ("hyper-v", "aks-engine/stock-2022-hyperv.json"),
        ("secure-tls", "aks-engine/no-ssh-no-updates-secure-tls.json"),
        ("own-packages", "aks-engine/own-packages.json"),
        ("1.35", "aks-engine-azurestack/containerd-azure-scale-set.json"),
    ] {
        insta::assert_snapshot!(name, explained(definition).to_text());
    }
}

#[test]
fn programs_and_pages_are_told_the_same() {
    let explanation = explained("containerd-azure-vmss.json");
    insta::assert_json_snapshot!("json", explanation);
    insta::assert_snapshot!("markdown", explanation.to_markdown());
}

/// A manifest with some files, no container image, and every feature.
fn manifest(build: &str, components: &[Component]) -> Manifest {
    let file = |component: &Component| {
        let path = format!(r"c:\akse-cache\{}", component.file_name);
        serde_json::json!({ "path": path, "url": component.url(), "sha256": component.sha256[0], "bytes": 1_000_000 })
    };
    let manifest = serde_json::json!({
        "schema": 1, "id": "17", "name": "windows-2019-containerd", "generator": "gen-cse 0.1.0", "catalog": "aks-engine",
        "wanted": { "os": "2019", "runtime": "containerd", "kubernetes": null, "target": "gallery", "catalog": "aks-engine", "mirror": null },
        "built": "2026-11-25T10:00:00Z", "buildId": "", "commit": "",
        "os": { "name": "Windows Server 2019", "build": build, "revision": 1, "installationType": "Server Core" },
        "runtime": { "name": "containerd", "version": "1.5.8" },
        "kubernetesVersions": [], "features": ["Containers", "Hyper-V"], "capabilities": [], "hotfixes": [], "updates": [],
        "files": components.iter().map(file).collect::<Vec<_>>(),
        "images": [], "settings": [],
    });
    Manifest::from_json(&manifest.to_string()).expect("a manifest")
}

#[test]
fn an_image_that_was_built_is_taken_by_its_manifest() {
    let (generated, options) = generated("containerd-azure-vmss.json");
    // all but one file
    let image = Image::Built(Box::new(manifest("17763", &generated.pools[0].plan.components[1..])));
    let explanation = Explanation::of(&generated, &options.catalog, &[image]);
    let forecast = &explanation.pools[0].images[0];
    let step = |id: &str| forecast.steps.iter().find(|step| step.id == id).expect("the step").clone();
    assert_eq!(forecast.image, "windows-2019-containerd");
    assert_eq!((forecast.totals.downloaded_files, forecast.totals.cached_bytes), (1, 2_000_000));
    assert_eq!((step("artifacts").outcome, step("artifacts").reason.as_str()), (Outcome::Downloads, "1 file, 2 files from the cache"));
    assert_eq!(step("windows-features").outcome, Outcome::Skipped);
    assert_eq!(step("openssh").outcome, Outcome::Downloads);
    assert_eq!(step("os-drive").outcome, Outcome::Depends);
    assert_eq!(step("images").outcome, Outcome::Downloads);
}

/// An own image does not tell its build, so the plan's runtime is that of another build; the image that was built tells it.
#[test]
fn an_image_that_was_built_has_the_runtime_of_its_build() {
    let own = |definition: &mut serde_json::Value| {
        definition["properties"]["windowsProfile"]["imageReference"] = serde_json::json!({ "name": "mine", "resourceGroup": "group" });
    };
    let (generated, options) = changed("aks-engine-azurestack/containerd-azure-scale-set.json", own);
    let usual = &generated.pools[0].plan.components;
    let of_build = plan::on_build(&generated.cluster, &options.catalog, usual, "20348");
    assert_ne!(&of_build, usual);
    let image = Image::Built(Box::new(manifest("20348", &of_build)));
    let explanation = Explanation::of(&generated, &options.catalog, &[image]);
    let forecast = &explanation.pools[0].images[0];
    assert_eq!((forecast.totals.downloaded_files, forecast.totals.cached_files), (0, of_build.len()));
}

#[test]
fn the_way_out_authorities_and_later_pulls_are_told() {
    let pem = include_str!("../../tests/node/certificate.pem");
    let images = ["mcr.microsoft.com/windows/nanoserver:1809", "registry.contoso.example/shop:3"];
    let nodes = serde_json::json!({
        "proxy": { "https": "http://proxy.contoso.example:3128" }, "trustedCertificates": [pem, pem], "pullImages": images,
    });
    let catalog = Catalog::from_json(&serde_json::json!({ "extends": "aks-engine", "nodes": nodes }).to_string()).expect("a catalog");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("apimodels/valid/containerd-azure-vmss.json");
    let generated = generate(fs::read(path).expect("a definition"), &Options::new(catalog.clone())).expect("a valid definition");
    let explanation = Explanation::of(&generated, &catalog, &[Image::prepared(&generated.cluster, &catalog)]);
    let forecast = &explanation.pools[0].images[0];
    let reason = |id: &str| forecast.steps.iter().find(|step| step.id == id).expect("the step").reason.clone();
    assert_eq!(reason("proxy"), "this run, the runtime and the kubelet go through http://proxy.contoso.example:3128");
    assert_eq!(reason("trusted-certificates"), "2 certificates of the owner's authorities into the stores of Windows");
    assert_eq!(reason("image-pulls"), "a task pulls 1 of 2 images once the kubelet answers");
    assert!(forecast.restarts() && forecast.after_restart.contains(&"proxy"), "{:?}", forecast.after_restart);
}

/// The engine of a stock image is taken as it is, so that nothing is downloaded for it, and told so everywhere.
#[test]
fn an_engine_on_the_stock_image_is_no_download() {
    for (version, is_fetched) in [("", false), ("19.03.14", true)] {
        let (generated, options) = changed("docker-availability-set.json", |definition| {
            if is_fetched {
                definition["properties"]["windowsProfile"]["windowsDockerVersion"] = version.into();
            }
        });
        let plan = &generated.pools[0].plan;
        let stock = Image::stock(&generated.cluster, &options.catalog);
        let totals = Explanation::of(&generated, &options.catalog, &[stock]).pools[0].images[0].totals.clone();
        assert_eq!(plan.downloads.stock_files, totals.downloaded_files);
        assert_eq!(plan.downloads.stock_files, plan.components.len() - usize::from(!is_fetched));
    }
}
