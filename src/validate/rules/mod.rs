//! Values that do not go together, and those that no Windows node reads: one file per subject.

mod addons;
mod availability;
mod cloud;
mod cluster;
mod control_plane;
mod disks;
mod downloads;
mod effects;
mod extensions;
mod identity;
mod image;
mod kubelet;
mod machines;
mod masters;
mod network;
mod region;
mod runtime;
mod secrets;
mod version;
mod vnet;
mod written;

use super::facts::Facts;
use super::form::support;
use crate::report::Report;

/// Every rule. They do not depend on each other; the order is that of the definition.
const RULES: &[fn(&Facts, &mut Report)] = &[
    region::check,
    cluster::check,
    version::check,
    network::check,
    kubelet::check,
    addons::check,
    control_plane::check,
    masters::check,
    availability::check,
    disks::check,
    machines::check,
    vnet::check,
    runtime::check,
    image::check,
    downloads::check,
    identity::check,
    extensions::check,
    cloud::check,
    secrets::check,
    effects::check,
];

/// Applies every rule to a definition.
pub(super) fn check(facts: &Facts, report: &mut Report) {
    for rule in RULES {
        rule(facts, report);
    }
    written::gather(facts, report);
}
