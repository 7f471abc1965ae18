//! The parts every definition has.

use super::Facts;
use super::support::{given, missing};
use crate::report::codes::{cluster, pools};
use crate::report::{Path, Report, show};
use crate::wire::paths;

pub(super) fn check(facts: &Facts, report: &mut Report) {
    let Some(properties) = &facts.definition.properties else {
        return missing(report, paths::properties(), "properties", "");
    };
    if properties.master_profile.is_none() {
        missing(report, paths::properties().key("masterProfile"), "masterProfile", "");
    }
    if properties.linux_profile.is_none() {
        missing(report, paths::properties().key("linuxProfile"), "linuxProfile", ": the control plane runs Linux");
    }
    if facts.has_windows() && facts.windows.is_none() {
        missing(report, paths::properties().key("windowsProfile"), "windowsProfile", ", and there is a Windows pool");
    }
    orchestrator_type(facts, report);
    any_windows_pool(facts, report);
}

fn orchestrator_type(facts: &Facts, report: &mut Report) {
    let kind = facts.properties.orchestrator_profile.as_ref().and_then(|profile| given(profile.orchestrator_type.as_ref()));
    let Some(kind) = kind.filter(|kind| !kind.eq_ignore_ascii_case("Kubernetes")) else { return };
    let path = paths::orchestrator().key("orchestratorType");
    let message = format!("{} is not a known orchestrator, expected `Kubernetes`", show(&path, kind));
    report.error(cluster::ORCHESTRATOR_TYPE, path, message).help("leave `orchestratorType` out");
}

/// The peers make clusters without Windows pools, and without any pool; there is nothing to do for us then.
fn any_windows_pool(facts: &Facts, report: &mut Report) {
    // a pool whose operating system is misspelt may have been meant to be one
    let unknown = |os: &String| !matches!(os.as_str(), "" | "Linux" | "Windows");
    let undecided = facts.pools.iter().any(|pool| pool.profile.os_type.as_ref().is_some_and(unknown));
    if facts.has_windows() || undecided {
        return;
    }
    let path: Path = paths::properties().key("agentPoolProfiles");
    let found = if facts.pools.is_empty() { "there is no agent pool" } else { "no agent pool runs Windows" };
    report
        .warning(pools::NO_WINDOWS_POOL, path, format!("{found}, so there is nothing to generate"))
        .help("a Windows pool has `\"osType\": \"Windows\"`");
}
