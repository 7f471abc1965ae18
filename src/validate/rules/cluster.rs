//! The parts every definition has.

use super::Facts;
use super::support::missing;
use crate::report::codes::{cluster, pools};
use crate::report::{Report, show};
use crate::words::{Choice, OsType};

pub(super) fn check(facts: &Facts, report: &mut Report) {
    let properties = &facts.properties;
    if !properties.is_there() {
        return missing(report, properties, "");
    }
    if !facts.masters.is_there() {
        missing(report, &facts.masters, "");
    }
    if !properties.linux_profile().is_there() {
        missing(report, &properties.linux_profile(), ": the control plane runs Linux");
    }
    if facts.has_windows() && !facts.windows.is_there() {
        missing(report, &facts.windows, ", and there is a Windows pool");
    }
    orchestrator_type(facts, report);
    any_windows_pool(facts, report);
}

fn orchestrator_type(facts: &Facts, report: &mut Report) {
    let at = facts.orchestrator.orchestrator_type();
    let Some(kind) = at.given().filter(|kind| !kind.eq_ignore_ascii_case("Kubernetes")) else { return };
    let message = format!("{} is not a known orchestrator, expected `Kubernetes`", show(&at.path, kind));
    report.error(cluster::ORCHESTRATOR_TYPE, at.path, message).help("leave `orchestratorType` out");
}

/// The peers make clusters without Windows pools, and without any pool; there is nothing to do for us then.
fn any_windows_pool(facts: &Facts, report: &mut Report) {
    // a pool whose operating system is misspelt may have been meant to be one
    let undecided = facts.pools.iter().any(|pool| pool.os_type().given().is_some_and(|os| OsType::of(os).is_none()));
    if facts.has_windows() || undecided {
        return;
    }
    let path = facts.properties.agent_pool_profiles().path;
    let found = if facts.pools.is_empty() { "there is no agent pool" } else { "no agent pool runs Windows" };
    report
        .warning(pools::NO_WINDOWS_POOL, path, format!("{found}, so there is nothing to generate"))
        .help("a Windows pool has `\"osType\": \"Windows\"`");
}
