//! Container runtime of the Windows nodes.

use super::Facts;
use super::support::{chosen, missing};
use crate::model::{ContainerRuntime, NetworkPlugin};
use crate::report::codes::{cluster, windows};
use crate::report::{Report, either, show};
use crate::validate::resolve::release;

pub(super) fn check(facts: &Facts, report: &mut Report) {
    chosen(report, cluster::UNKNOWN_VALUE, &facts.kubernetes.container_runtime());
    if !facts.has_windows() {
        return;
    }
    docker(facts, report);
    docker_version(facts, report);
    sdn_plugin(facts, report);
    handlers(facts, report);
}

fn docker(facts: &Facts, report: &mut Report) {
    let Some(version) = &facts.decided.version else { return };
    let asked = facts.kubernetes.container_runtime().choice();
    if asked == Some(ContainerRuntime::Docker) && !ContainerRuntime::Docker.works_with(version) && !facts.decided.azure_stack {
        let message = format!("docker does not work with Kubernetes {}, so the nodes get containerd", release(version));
        report
            .warning(windows::DOCKER_REMOVED, facts.kubernetes.container_runtime().path, message)
            .help("write `\"containerRuntime\": \"containerd\"`");
    }
}

/// The version becomes the name of a file that is published, or not.
fn docker_version(facts: &Facts, report: &mut Report) {
    let at = facts.windows.windows_docker_version();
    let Some(version) = at.given().filter(|_| facts.decided.runtime == Some(ContainerRuntime::Docker)) else { return };
    // a catalog of somebody's own may have files of any name
    if !facts.catalog.docker(version).url().contains("/download.docker.com/") {
        return;
    }
    let parts: Vec<_> = version.splitn(3, '.').collect();
    let is_number = |part: &&str| part.starts_with(|c: char| c.is_ascii_digit());
    let message = if version.contains("-ee") {
        format!("{} is a version of Docker EE, which has no place to be fetched from", show(&at.path, version))
    } else if parts.len() < 3 || !parts.iter().all(is_number) {
        format!("{} is not a version of docker such as `20.10.9`, so no file has its name", show(&at.path, version))
    } else {
        return;
    };
    report.error(windows::DOCKER_EE, at.path, message).help(format!("take `{}`, or `containerd`", facts.catalog.docker_version()));
}

/// Only where containerd was asked for: the peers do not know what else to do.
fn sdn_plugin(facts: &Facts, report: &mut Report) {
    let asked = facts.kubernetes.container_runtime().choice() == Some(ContainerRuntime::Containerd);
    if asked && facts.decided.plugin == NetworkPlugin::Kubenet && facts.kubernetes.windows_sdn_plugin_url().given().is_none() {
        let message = "`windowsSdnPluginURL` is missing: containerd and kubenet need an SDN plugin on Windows nodes";
        report
            .error(windows::SDN_PLUGIN, facts.kubernetes.windows_sdn_plugin_url().path, message)
            .help("give the URL of a package with sdnbridge.exe, or take `\"networkPlugin\": \"azure\"`");
    }
}

fn handlers(facts: &Facts, report: &mut Report) {
    let runtimes = facts.windows.windows_runtimes();
    if !runtimes.is_there() {
        return;
    }
    if runtimes.default().given().is_none() {
        missing(report, &runtimes.default(), ", expected `process` or `hyperv`");
    }
    chosen(report, windows::RUNTIME_HANDLER, &runtimes.default());
    let builds: Vec<&str> = facts.catalog.hyperv_builds().collect();
    let mut seen = Vec::new();
    for at in runtimes.hyperv_runtimes().iter().map(|handler| handler.build_number()) {
        let build = at.given().unwrap_or_default();
        if build.is_empty() {
            missing(report, &at, &format!(", expected {}", either(&builds)));
        } else if !builds.contains(&build) {
            let message = format!("{} is not a build there are Hyper-V runtimes for, expected {}", show(&at.path, build), either(&builds));
            report.error(windows::RUNTIME_HANDLER, at.path, message);
        } else if seen.contains(&build) {
            report.error(windows::RUNTIME_HANDLER, at.path, format!("`{build}` is listed twice"));
        }
        seen.push(build);
    }
}
