//! From a definition without errors to the model: every default, as pure functions (aks-engine pkg/api/defaults.go).
//!
//! These run after the rules have passed. Where a value could still not be read the result is `None`, never a panic.

mod cloud;
mod identity;
mod kubelet;
mod network;
mod pools;
mod version;
mod windows;

pub(super) use cloud::{cloud, normalise_location};
pub(super) use identity::{secret_of, uses_managed_identity};
pub(super) use kubelet::{is_fixed as is_fixed_kubelet_flag, is_on};
pub(super) use network::{cluster_cidrs, network_plugin, service_cidrs};
pub(super) use pools::{availability, is_windows, pre_provision};
pub(super) use version::resolve_version;
pub(super) use windows::{asked_runtime, image, runtime, urls};

use crate::catalog::{Catalog, CloudKind};
use crate::model::{self, Cluster};
use crate::wire;
use kubelet::{Flags, Kubelet};

/// What the functions of this module read.
pub(super) struct Source<'a> {
    pub(super) definition: &'a wire::ClusterDefinition,
    pub(super) properties: &'a wire::Properties,
    pub(super) kubernetes: &'a wire::KubernetesConfig,
    pub(super) masters: &'a wire::MasterProfile,
    pub(super) windows: &'a wire::WindowsProfile,
    pub(super) flags: &'a wire::FeatureFlags,
    pub(super) catalog: &'a Catalog,
}

/// The model of a definition that has passed every rule.
pub(super) fn cluster(source: &Source) -> Option<Cluster> {
    let cloud = cloud::cloud(source.definition, source.catalog);
    let azure_stack = cloud.kind == CloudKind::AzureStack;
    let version = version::resolve_version(source.properties, source.catalog, cloud.kind)?;
    let runtime = windows::runtime(source.kubernetes, &version);
    let network = network::network(source, azure_stack)?;
    let masters = network::masters(source, &network)?;
    let external_cloud_provider = source.kubernetes.use_cloud_controller_manager.unwrap_or(false);
    let kubelet = Kubelet {
        version: &version,
        runtime,
        plugin: network.plugin,
        dns_service_ip: network.dns_service_ip.to_string(),
        external_cloud_provider,
        azure_stack,
        secure: source.kubernetes.enable_secure_kubelet.unwrap_or(true),
        non_masquerade_cidr: non_masquerade_cidr(source, &network),
        removed_flags: source.catalog.removed_kubelet_flags(&version),
        catalog: source.catalog,
        tls_cipher_suites: source.catalog.tls_cipher_suites().join(","),
    };
    let flags = kubelet.cluster_flags(&source.kubernetes.kubelet_config.clone().unwrap_or_default());
    let kubelet_args = kubelet.args(&flags, &Flags::new());
    let dns_prefix = source.masters.dns_prefix.clone()?;
    Some(Cluster {
        name_suffix: model::name_suffix(&dns_prefix),
        dns_prefix,
        location: source.definition.location.as_deref().map(normalise_location).filter(|location| !location.is_empty()),
        identity: identity::identity(source, &cloud),
        certificates: identity::certificates(source.properties.certificate_profile.as_ref()),
        windows: windows::settings(source, &cloud, runtime, external_cloud_provider),
        pools: pools::summaries(source.properties, azure_stack),
        windows_pools: pools::windows_pools(source, azure_stack, &kubelet, &flags, &kubelet_args)?,
        use_instance_metadata: source.kubernetes.use_instance_metadata.unwrap_or(!azure_stack),
        hosts_config_agent: source
            .kubernetes
            .private_cluster
            .as_ref()
            .and_then(|private| private.enable_hosts_config_agent)
            .unwrap_or(false),
        kube_proxy_feature_gates: kube_proxy_feature_gates(&network),
        kubernetes: version,
        cloud,
        masters,
        network,
        external_cloud_provider,
        kubelet_args,
    })
}

/// Without the masquerade agent the kubelet translates what leaves the pods' range (aks-engine kdef:91-95).
fn non_masquerade_cidr(source: &Source, network: &model::Network) -> String {
    let disabled = source
        .kubernetes
        .addons
        .iter()
        .flatten()
        .any(|addon| addon.name.as_deref() == Some("ip-masq-agent") && addon.enabled == Some(false));
    if disabled { network::join(&network.cluster_cidrs) } else { "0.0.0.0/0".to_owned() }
}

fn kube_proxy_feature_gates(network: &model::Network) -> Vec<String> {
    let mut gates = Vec::new();
    if network.dual_stack {
        gates.push("IPv6DualStack=true".to_owned());
    }
    if network.win_dsr {
        gates.extend(["WinDSR=true".to_owned(), "WinOverlay=false".to_owned()]);
    }
    gates
}
