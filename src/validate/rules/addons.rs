//! Addons the peers refuse in some clusters, those that touch Windows nodes first of all.

use super::Facts;
use super::support::given;
use crate::catalog::Peer;
use crate::report::codes::cluster;
use crate::report::{Path, Report, all_of, either, show};
use crate::wire::{AddonNodePoolsConfig, KubernetesAddon, TextMap, paths};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// What azure-arc-onboarding cannot work without.
const ARC_KEYS: &[&str] = &["location", "tenantID", "subscriptionID", "resourceGroup", "clusterName", "clientID", "clientSecret"];

pub(super) fn check(facts: &Facts, report: &mut Report) {
    let addons = facts.kubernetes.addons.as_deref().unwrap_or_default();
    let list = paths::kubernetes().key("addons");
    for (index, addon) in addons.iter().enumerate() {
        let mut found = Finder { path: list.index(index), report };
        form(addon, &mut found);
        let name = addon.name.as_deref().unwrap_or_default();
        if addon.enabled == Some(true) {
            enabled(facts, addon, name, &mut found);
        } else {
            disabled(facts, name, &mut found);
        }
    }
    let on = |wanted: &str| addons.iter().any(|addon| addon.name.as_deref() == Some(wanted) && addon.enabled == Some(true));
    if on("kube-dns") && on("coredns") {
        report.error(cluster::ADDON, list, "`kube-dns` and `coredns` exclude each other, and both are enabled");
    }
}

/// The addon a finding is about.
struct Finder<'a> {
    path: Path,
    report: &'a mut Report,
}

impl Finder<'_> {
    fn refuse(&mut self, key: &'static str, message: impl Into<String>) {
        self.report.error(cluster::ADDON, self.path.key(key), message);
    }
}

fn form(addon: &KubernetesAddon, found: &mut Finder) {
    if let Some(data) = given(addon.data.as_ref()) {
        let more = addon.config.as_ref().is_some_and(|config| !config.is_empty())
            || addon.containers.as_ref().is_some_and(|list| !list.is_empty());
        if more {
            found.refuse("data", "`data` is the whole addon, so `config` and `containers` must be empty");
        }
        if BASE64_STANDARD.decode(data).is_err() {
            found.refuse("data", "`data` is not base64");
        }
    }
    if let Some(mode) = given(addon.mode.as_ref()).filter(|mode| !["EnsureExists", "Reconcile"].contains(mode)) {
        let message = format!("{} is not known, expected {}", show(&found.path.key("mode"), mode), either(&["EnsureExists", "Reconcile"]));
        found.refuse("mode", message);
    }
}

fn enabled(facts: &Facts, addon: &KubernetesAddon, name: &str, found: &mut Finder) {
    let kubernetes = facts.kubernetes;
    let managed = kubernetes.use_managed_identity == Some(true);
    match name {
        "cluster-autoscaler" => autoscaler(facts, addon, found),
        "cloud-node-manager" if kubernetes.use_cloud_controller_manager != Some(true) => {
            found.refuse("name", "`cloud-node-manager` needs `useCloudControllerManager` to be true");
        }
        "aad" if facts.properties.aad_profile.as_ref().is_none_or(|aad| given(aad.admin_group_id.as_ref()).is_none()) => {
            found.refuse("name", "`aad` needs an `aadProfile` with `adminGroupID`");
        }
        "appgw-ingress" => {
            let object = facts.properties.service_principal_profile.as_ref().and_then(|profile| given(profile.object_id.as_ref()));
            if object.is_none() && !managed {
                found.refuse("name", "`appgw-ingress` needs the `objectId` of the service principal, or a managed identity");
            }
            if kubernetes.network_plugin.as_deref().is_some_and(|plugin| !matches!(plugin, "" | "azure")) {
                found.refuse("name", "`appgw-ingress` needs `networkPlugin` `azure`");
            }
            if addon.config.as_ref().is_none_or(|config| given(config.get("appgw-subnet")).is_none()) {
                found.refuse("config", "`appgw-ingress` needs `appgw-subnet` in its config");
            }
        }
        "cilium" => found.refuse("name", "`cilium` is an addon for Kubernetes below 1.16 only"),
        "antrea" if kubernetes.network_policy.as_deref() != Some("antrea") => {
            found.refuse("name", "`antrea` needs `networkPolicy` `antrea`");
        }
        "flannel" => found.refuse("name", "`flannel` is no longer possible for new clusters"),
        "container-monitoring" if facts.catalog.peer() == Peer::AksEngineAzurestack => {
            found.refuse("name", "`container-monitoring` is not possible with aks-engine-azurestack");
        }
        "rescheduler" => found.refuse("name", "`rescheduler` is no longer possible for new clusters"),
        "azure-arc-onboarding" => {
            let empty = TextMap::new();
            let config = addon.config.as_ref().unwrap_or(&empty);
            let missing: Vec<_> = ARC_KEYS.iter().filter(|key| given(config.get(**key)).is_none()).collect();
            if !missing.is_empty() {
                found.refuse("config", format!("`azure-arc-onboarding` needs {} in its config", all_of(&missing)));
            }
        }
        _ => {}
    }
}

fn disabled(facts: &Facts, name: &str, found: &mut Finder) {
    let external = facts.kubernetes.use_cloud_controller_manager == Some(true);
    match name {
        "azure-cloud-provider" => found.refuse("enabled", "`azure-cloud-provider` is part of every cluster and cannot be disabled"),
        "cloud-node-manager" if external && !facts.azure_stack => {
            found.refuse("enabled", "`cloud-node-manager` cannot be disabled where `useCloudControllerManager` is true");
        }
        _ => {}
    }
}

fn autoscaler(facts: &Facts, addon: &KubernetesAddon, found: &mut Finder) {
    if facts.pools.iter().any(super::availability::is_availability_set) {
        found.refuse("name", "`cluster-autoscaler` needs scale sets, and a pool is an availability set");
    }
    for (index, pool) in addon.pools.iter().flatten().enumerate() {
        let path = found.path.key("pools").index(index);
        let mut found = Finder { path, report: found.report };
        autoscaled_pool(facts, pool, &mut found);
    }
}

fn autoscaled_pool(facts: &Facts, pool: &AddonNodePoolsConfig, found: &mut Finder) {
    match given(pool.name.as_ref()) {
        None => found.refuse("name", "the name of an agent pool is missing"),
        Some(name) if !facts.pools.iter().any(|pool| pool.profile.name.as_deref() == Some(name)) => {
            let names: Vec<_> = facts.pools.iter().filter_map(|pool| pool.profile.name.as_deref()).collect();
            let message = format!("no agent pool is named {}", show(&found.path.key("name"), name));
            let near = crate::report::nearest(name, &names);
            let draft = found.report.error(cluster::ADDON, found.path.key("name"), message);
            if let Some(near) = near {
                draft.help(format!("did you mean `{near}`?"));
            }
        }
        Some(_) => {}
    }
    let mut bound = |key: &'static str| -> Option<i64> {
        let Some(text) = given(pool.config.as_ref().and_then(|config| config.get(key))) else { return Some(0) };
        let number = text.parse().ok();
        if number.is_none() {
            let path = found.path.key("config").key(key);
            let message = format!("{} is not a whole number", show(&path, text));
            found.report.error(cluster::ADDON, path, message);
        }
        number
    };
    let (least, most) = (bound("min-nodes"), bound("max-nodes"));
    if let (Some(least), Some(most)) = (least, most)
        && least > most
    {
        found.refuse("config", format!("`max-nodes` is {most}, expected at least `min-nodes`, which is {least}"));
    }
}
