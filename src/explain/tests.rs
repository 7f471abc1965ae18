//! What is told of whole definitions, on both images, and of an image that was built.

use super::forecast::Outcome;
use super::{Explanation, Image};
use crate::vhd::Manifest;
use crate::{Catalog, Generated, Options, generate};
use std::fs;
use std::path::Path;

fn generated(definition: &str) -> (Generated, Options) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("apimodels/valid").join(definition);
    let text = fs::read_to_string(path).expect("a definition");
    let name = if definition.contains("azurestack") { "aks-engine-azurestack" } else { "aks-engine" };
    let options = Options::new(Catalog::built_in(name).expect("a catalog"));
    (generate(&text, &options).expect("a valid definition"), options)
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

/// A manifest with the files of a definition but its first, no container image, and every feature.
fn manifest(generated: &Generated) -> Manifest {
    let components = &generated.pools[0].plan.components;
    let file = |component: &crate::catalog::Component| {
        let path = format!(r"c:\akse-cache\{}", component.file_name);
        serde_json::json!({ "path": path, "url": component.url(), "sha256": component.sha256[0], "bytes": 1_000_000 })
    };
    let manifest = serde_json::json!({
        "schema": 1, "id": "17", "name": "windows-2019-containerd", "generator": "gen-cse 0.1.0", "catalog": "aks-engine",
        "wanted": { "os": "2019", "runtime": "containerd", "kubernetes": null, "target": "gallery", "catalog": "aks-engine", "mirror": null },
        "built": "2026-11-25T10:00:00Z", "buildId": "", "commit": "",
        "os": { "name": "Windows Server 2019", "build": "17763", "revision": 1, "installationType": "Server Core" },
        "runtime": { "name": "containerd", "version": "1.5.8" },
        "kubernetesVersions": [], "features": ["Containers", "Hyper-V"], "capabilities": [], "hotfixes": [], "updates": [],
        "files": components[1..].iter().map(file).collect::<Vec<_>>(),
        "images": [], "settings": [],
    });
    Manifest::from_json(&manifest.to_string()).expect("a manifest")
}

#[test]
fn an_image_that_was_built_is_taken_by_its_manifest() {
    let (generated, options) = generated("containerd-azure-vmss.json");
    let image = Image::Built(Box::new(manifest(&generated)));
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
