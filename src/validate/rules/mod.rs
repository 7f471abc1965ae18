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

use super::defaults::{self, Source};
use crate::catalog::{Catalog, CloudKind, KubernetesVersion};
use crate::model::{Cloud, ContainerRuntime, NetworkPlugin, WindowsImage};
use crate::report::{Path, Report};
use crate::wire::{self, paths};

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
pub(super) fn check(source: &Source, report: &mut Report) {
    let facts = Facts::of(source);
    for rule in RULES {
        rule(&facts, report);
    }
}

/// A definition, with what more than one rule wants to know about it.
///
/// Where the definition is wrong some of this is unknown (`None`), and rules that would need it are silent.
struct Facts<'a> {
    source: &'a Source<'a>,
    definition: &'a wire::ClusterDefinition,
    properties: &'a wire::Properties,
    /// Empty when the definition has none.
    kubernetes: &'a wire::KubernetesConfig,
    /// Empty when the definition has none.
    flags: &'a wire::FeatureFlags,
    masters: Option<&'a wire::MasterProfile>,
    windows: Option<&'a wire::WindowsProfile>,
    pools: Vec<Pool<'a>>,
    catalog: &'a Catalog,
    cloud: Cloud,
    azure_stack: bool,
    version: Option<KubernetesVersion>,
    plugin: NetworkPlugin,
    /// Unknown with the version.
    runtime: Option<ContainerRuntime>,
    /// What the Windows nodes start from; unknown with the runtime.
    image: Option<WindowsImage>,
}

/// One agent pool.
struct Pool<'a> {
    profile: &'a wire::AgentPoolProfile,
    path: Path,
    windows: bool,
}

impl<'a> Facts<'a> {
    fn of(source: &'a Source<'a>) -> Self {
        let properties = source.properties;
        let cloud = defaults::cloud(source.definition, source.catalog);
        let azure_stack = cloud.kind == CloudKind::AzureStack;
        let version = defaults::resolve_version(properties, source.catalog, cloud.kind);
        let runtime = version.as_ref().map(|version| defaults::runtime(source.kubernetes, version));
        Self {
            source,
            definition: source.definition,
            properties,
            kubernetes: source.kubernetes,
            flags: source.flags,
            masters: properties.master_profile.as_ref(),
            windows: properties.windows_profile.as_ref(),
            pools: pools_of(properties),
            catalog: source.catalog,
            plugin: defaults::network_plugin(source.kubernetes),
            image: runtime.map(|runtime| defaults::image(source, runtime)),
            cloud,
            azure_stack,
            version,
            runtime,
        }
    }

    fn windows_pools(&self) -> impl Iterator<Item = &Pool<'a>> {
        self.pools.iter().filter(|pool| pool.windows)
    }

    fn has_windows(&self) -> bool {
        self.pools.iter().any(|pool| pool.windows)
    }

    fn at_least(&self, major: u32, minor: u32) -> bool {
        self.version.as_ref().is_some_and(|version| version.at_least(major, minor))
    }
}

fn pools_of(properties: &wire::Properties) -> Vec<Pool<'_>> {
    let list = paths::properties().key("agentPoolProfiles");
    let pools = properties.agent_pool_profiles.iter().flatten().enumerate();
    let pool = |(index, profile): (usize, _)| Pool { profile, path: list.index(index), windows: defaults::is_windows(profile) };
    pools.map(pool).collect()
}
