//! What types cannot say: that names lead somewhere, and values fit each other.

use super::component::ComponentId;
use super::data::{Cloud, CloudKind, Data, WindowsImage};
use super::nodes;
use crate::report::{Path, Report, all_of, codes::reading};

pub(super) fn check(data: &Data, report: &mut Report) {
    let root = Path::root();
    // of a table that could not be read nobody knows what is in it
    if !report.is_unusable(&root.key("kubernetes")) {
        for (name, cloud, kind) in
            [("public", &data.clouds.public, CloudKind::Public), ("azureStack", &data.clouds.azure_stack, CloudKind::AzureStack)]
        {
            check_default(data, &root.key("clouds").key(name), cloud, kind, report);
        }
    }
    for required in [ComponentId::Kubernetes, ComponentId::Docker] {
        if !data.components.contains_key(&required) {
            report.error(reading::MISSING_KEY, root.key("components").key(required.as_str()), "the key is missing");
        }
    }
    if !report.is_unusable(&root.key("osBuilds")) {
        check_builds(data, report);
    }
    nodes::check(&data.nodes, report);
    for (name, setting) in &data.settings {
        setting.check(&root.key("settings").key(name.clone()), false, report);
    }
    for (build, os) in &data.os_builds {
        for (name, setting) in &os.settings {
            setting.check(&root.key("osBuilds").key(build.clone()).key("settings").key(name.clone()), true, report);
        }
    }
}

fn check_default(data: &Data, path: &Path, cloud: &Cloud, kind: CloudKind, report: &mut Report) {
    let creatable: Vec<_> =
        data.kubernetes.iter().filter(|(_, release)| release.clouds.contains(&kind)).map(|(version, _)| version).collect();
    if !creatable.contains(&&cloud.default) {
        let message = format!("`{}` is not a version for this cloud, which has {}", cloud.default, known(&creatable));
        report.error(reading::CATALOG, path.key("default"), message);
    }
}

/// Windows builds that are named elsewhere.
fn check_builds(data: &Data, report: &mut Report) {
    let root = Path::root();
    let images = [("docker", &data.images.docker), ("containerd", &data.images.containerd), ("stock", &data.images.stock)];
    let of_images = images.map(|(name, WindowsImage { build, .. })| (root.key("images").key(name), build));
    let notices = data.notices.iter().filter_map(|(name, notice)| Some((name, notice.windows.as_ref()?)));
    let of_notices = notices.map(|(name, windows)| (root.key("notices").key(name.clone()).key("windows"), &windows.build));
    for (path, build) in of_images.into_iter().chain(of_notices) {
        if !data.os_builds.contains_key(build) {
            let path = path.key("build");
            let builds: Vec<_> = data.os_builds.keys().collect();
            let message = format!("{} is not among `osBuilds`, which has {}", crate::report::show(&path, build), known(&builds));
            report.error(reading::CATALOG, path, message);
        }
    }
}

/// At most so many names are listed.
const MANY: usize = 20;

fn known(names: &[impl std::fmt::Display]) -> String {
    match names.len() {
        0 => "none".to_owned(),
        1..=MANY => all_of(names),
        many => format!("{many} others"),
    }
}
