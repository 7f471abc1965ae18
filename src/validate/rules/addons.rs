//! Addons the peers refuse in some clusters, those that touch Windows nodes first of all.

use super::Facts;
use crate::catalog::Peer;
use crate::report::codes::cluster;
use crate::report::{Report, all_of, either, show};
use crate::wire::{AddonNodePoolsConfig, At, KubernetesAddon};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// What azure-arc-onboarding cannot work without.
const ARC_KEYS: &[&str] = &["location", "tenantID", "subscriptionID", "resourceGroup", "clusterName", "clientID", "clientSecret"];

pub(super) fn check(facts: &Facts, report: &mut Report) {
    let addons = facts.kubernetes.addons();
    for addon in addons.iter() {
        form(&addon, report);
        if addon.enabled().is_true() {
            enabled(facts, &addon, report);
        } else {
            disabled(facts, &addon, report);
        }
    }
    let on = |wanted: &str| addons.iter().any(|addon| addon.name().is(wanted) && addon.enabled().is_true());
    if on("kube-dns") && on("coredns") {
        report.error(cluster::ADDON, addons.path, "`kube-dns` and `coredns` exclude each other, and both are enabled");
    }
}

fn refuse<T>(report: &mut Report, at: At<T>, message: impl Into<String>) {
    report.error(cluster::ADDON, at.path, message);
}

fn form(addon: &At<KubernetesAddon>, report: &mut Report) {
    if let Some(data) = addon.data().given() {
        if addon.config().has_some() || addon.containers().has_some() {
            refuse(report, addon.data(), "`data` is the whole addon, so `config` and `containers` must be empty");
        }
        if BASE64_STANDARD.decode(data).is_err() {
            refuse(report, addon.data(), "`data` is not base64");
        }
    }
    let (mode, known) = (addon.mode(), ["EnsureExists", "Reconcile"]);
    if let Some(found) = mode.given().filter(|mode| !known.contains(mode)) {
        let message = format!("{} is not known, expected {}", show(&mode.path, found), either(&known));
        refuse(report, mode, message);
    }
}

fn enabled(facts: &Facts, addon: &At<KubernetesAddon>, report: &mut Report) {
    let (kubernetes, properties) = (&facts.kubernetes, &facts.properties);
    let mut refuse = |message: &str| refuse(report, addon.name(), message);
    let managed = kubernetes.use_managed_identity().is_true();
    match addon.name().given().unwrap_or_default() {
        "cluster-autoscaler" => autoscaler(facts, addon, report),
        "cloud-node-manager" if !kubernetes.use_cloud_controller_manager().is_true() => {
            refuse("`cloud-node-manager` needs `useCloudControllerManager` to be true");
        }
        "aad" if properties.aad_profile().admin_group_id().given().is_none() => {
            refuse("`aad` needs an `aadProfile` with `adminGroupID`");
        }
        "appgw-ingress" => {
            if properties.service_principal_profile().object_id().given().is_none() && !managed {
                refuse("`appgw-ingress` needs the `objectId` of the service principal, or a managed identity");
            }
            if kubernetes.network_plugin().given().is_some_and(|plugin| plugin != "azure") {
                refuse("`appgw-ingress` needs `networkPlugin` `azure`");
            }
            if addon.config().entry("appgw-subnet").given().is_none() {
                self::refuse(report, addon.config(), "`appgw-ingress` needs `appgw-subnet` in its config");
            }
        }
        "cilium" => refuse("`cilium` is an addon for Kubernetes below 1.16 only"),
        "antrea" if !kubernetes.network_policy().is("antrea") => {
            refuse("`antrea` needs `networkPolicy` `antrea`");
        }
        "flannel" => refuse("`flannel` is no longer possible for new clusters"),
        "container-monitoring" if facts.catalog.peer() == Peer::AksEngineAzurestack => {
            refuse("`container-monitoring` is not possible with aks-engine-azurestack");
        }
        "rescheduler" => refuse("`rescheduler` is no longer possible for new clusters"),
        "azure-arc-onboarding" => {
            let missing: Vec<_> = ARC_KEYS.iter().filter(|key| addon.config().entry(key).given().is_none()).collect();
            if !missing.is_empty() {
                self::refuse(report, addon.config(), format!("`azure-arc-onboarding` needs {} in its config", all_of(&missing)));
            }
        }
        _ => {}
    }
}

fn disabled(facts: &Facts, addon: &At<KubernetesAddon>, report: &mut Report) {
    let external = facts.kubernetes.use_cloud_controller_manager().is_true();
    let why = match addon.name().given().unwrap_or_default() {
        "azure-cloud-provider" => "`azure-cloud-provider` is part of every cluster and cannot be disabled",
        "cloud-node-manager" if external && !facts.decided.azure_stack => {
            "`cloud-node-manager` cannot be disabled where `useCloudControllerManager` is true"
        }
        _ => return,
    };
    refuse(report, addon.enabled(), why);
}

fn autoscaler(facts: &Facts, addon: &At<KubernetesAddon>, report: &mut Report) {
    if facts.pools.iter().any(super::availability::is_availability_set) {
        refuse(report, addon.name(), "`cluster-autoscaler` needs scale sets, and a pool is an availability set");
    }
    for pool in addon.pools().iter() {
        autoscaled_pool(facts, &pool, report);
    }
}

fn autoscaled_pool(facts: &Facts, pool: &At<AddonNodePoolsConfig>, report: &mut Report) {
    let name = pool.name();
    match name.given() {
        None => refuse(report, name, "the name of an agent pool is missing"),
        Some(wanted) if !facts.pools.iter().any(|pool| pool.name().is(wanted)) => {
            let names: Vec<_> = facts.pools.iter().filter_map(|pool| pool.name().value.map(String::as_str)).collect();
            let message = format!("no agent pool is named {}", show(&name.path, wanted));
            let near = crate::report::nearest(wanted, &names).map(|near| format!("did you mean `{near}`?"));
            report.error(cluster::ADDON, name.path, message).help_if(near);
        }
        Some(_) => {}
    }
    let (least, most) = (nodes(pool, "min-nodes", report), nodes(pool, "max-nodes", report));
    if let (Some(least), Some(most)) = (least, most)
        && least > most
    {
        refuse(report, pool.config(), format!("`max-nodes` is {most}, expected at least `min-nodes`, which is {least}"));
    }
}

/// A number of nodes; 0 where none is given, nothing where it is no number.
fn nodes(pool: &At<AddonNodePoolsConfig>, key: &'static str, report: &mut Report) -> Option<i64> {
    let at = pool.config().entry(key);
    let Some(text) = at.given() else { return Some(0) };
    let number = text.parse().ok();
    if number.is_none() {
        let message = format!("{} is not a whole number", show(&at.path, text));
        refuse(report, at, message);
    }
    number
}
