//! The rules, one file per subject, and what several of them ask.

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
mod labels;
mod linux;
mod machines;
mod masters;
mod network;
mod pools;
mod runtime;
mod secrets;
mod support;
mod tags;
mod version;
mod vnet;
mod windows;
mod written;

use super::Parts;
use super::resolve::Decided;
use crate::report::Report;
use crate::wire::{AgentPoolProfile, At};
use std::ops::Deref;
pub(super) use support::missing;

/// Every rule. They do not depend on each other; the order is that of the definition.
const RULES: &[fn(&Facts, &mut Report)] = &[
    cluster::check,
    version::check,
    network::check,
    kubelet::check,
    addons::check,
    control_plane::check,
    masters::check,
    pools::check,
    availability::check,
    disks::check,
    machines::check,
    labels::check,
    tags::check,
    vnet::check,
    linux::check,
    windows::check,
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
pub(super) fn check(parts: &Parts, decided: &Decided, report: &mut Report) {
    let facts = Facts { parts, decided };
    for rule in RULES {
        rule(&facts, report);
    }
    written::gather(&facts, report);
}

/// A definition, and what is decided of it.
struct Facts<'a> {
    parts: &'a Parts<'a>,
    decided: &'a Decided,
}

impl<'a> Deref for Facts<'a> {
    type Target = Parts<'a>;

    fn deref(&self) -> &Parts<'a> {
        self.parts
    }
}

impl<'a> Facts<'a> {
    fn windows_pools(&self) -> impl Iterator<Item = &At<'a, AgentPoolProfile>> {
        self.parts.pools.iter().filter(|pool| pool.is_windows())
    }

    fn has_windows(&self) -> bool {
        self.windows_pools().next().is_some()
    }

    /// The version is known, and of this release or a later one.
    fn at_least(&self, major: u32, minor: u32) -> bool {
        self.decided.version.as_ref().is_some_and(|version| version.at_least(major, minor))
    }
}
