//! Each fact of a cluster is decided here, by one function, which gives the value, with its default, or says in the report why there is
//! none (aks-engine pkg/api/defaults.go).

mod cloud;
mod identity;
mod kubelet;
mod masters;
mod network;
mod pools;
mod version;
mod windows;

pub(super) use cloud::normalise_location;
pub(super) use identity::secret_of;
pub(super) use kubelet::{EVICTS, is_fixed as is_fixed_kubelet_flag, is_on, max_pods};
pub(super) use masters::is_scale_set;
pub(super) use network::DEFAULT_VNET_CIDR;
pub(super) use pools::{addresses, availability, extension_profile, pre_provision, single_placement_group};
pub(super) use version::{path as path_of_version, release};
pub(super) use windows::vhd_generation;

use super::Parts;
use crate::catalog::{Catalog, CloudKind, KubernetesVersion};
use crate::model::{
    self, Cloud, Cluster, ContainerRuntime, LoadBalancerSku, Masters, Network, NetworkPlugin, Vnet, WindowsImage, WindowsUrls,
};
use crate::report::Report;
use crate::wire::{At, TextMap};
use ipnet::IpNet;
use kubelet::Kubelet;
use std::net::IpAddr;

/// What is decided about a cluster before the rules, which ask for it. Where the definition is wrong some of it is unknown (`None`), and the
/// report says why.
pub(super) struct Decided {
    pub(super) cloud: Cloud,
    pub(super) azure_stack: bool,
    pub(super) version: Option<KubernetesVersion>,
    /// Unknown with the version.
    pub(super) runtime: Option<ContainerRuntime>,
    pub(super) plugin: NetworkPlugin,
    /// Ranges of pods, IPv4 first.
    pub(super) cluster_cidrs: Option<Vec<IpNet>>,
    /// Ranges of services, IPv4 first.
    pub(super) service_cidrs: Option<Vec<IpNet>>,
    pub(super) dns_service_ip: Option<IpAddr>,
    pub(super) load_balancer_sku: LoadBalancerSku,
    pub(super) vnet: Option<Vnet>,
    pub(super) masters: Option<Masters>,
    pub(super) managed_identity: bool,
    /// What the Windows nodes start from; unknown with the runtime.
    pub(super) image: Option<WindowsImage>,
    pub(super) urls: WindowsUrls,
}

/// Decides what other facts depend on.
pub(super) fn decide(parts: &Parts, report: &mut Report) -> Decided {
    let cloud = cloud::cloud(parts);
    let azure_stack = cloud.kind == CloudKind::AzureStack;
    let version = version::version(parts, &cloud, report);
    let runtime = version.as_ref().map(|version| windows::runtime(&parts.kubernetes, version));
    let plugin = network::plugin(&parts.kubernetes);
    let cluster_cidrs = network::cluster_cidrs(parts, plugin, report);
    let service_cidrs = network::service_cidrs(parts, report);
    let vnet = network::vnet(&parts.masters, report);
    Decided {
        masters: masters::masters(&parts.masters, plugin, cluster_cidrs.as_deref(), report),
        dns_service_ip: network::dns_service_ip(&parts.kubernetes, service_cidrs.as_deref(), report),
        load_balancer_sku: network::load_balancer_sku(&parts.kubernetes, azure_stack),
        managed_identity: identity::uses_managed_identity(parts, &cloud),
        image: runtime.map(|runtime| windows::image(parts, runtime)),
        urls: windows::urls(parts, version.as_ref()),
        cloud,
        azure_stack,
        version,
        runtime,
        plugin,
        cluster_cidrs,
        service_cidrs,
        vnet,
    }
}

/// The model of a definition in which nothing is wrong.
pub(super) fn cluster(parts: &Parts, decided: Decided) -> Option<Cluster> {
    let network = network::network(parts, &decided)?;
    let (version, azure_stack) = (decided.version.clone()?, decided.azure_stack);
    let external_cloud_provider = parts.kubernetes.use_cloud_controller_manager().is_true();
    let kubelet = Kubelet {
        version: &version,
        runtime: decided.runtime?,
        plugin: network.plugin,
        dns_service_ip: network.dns_service_ip.to_string(),
        external_cloud_provider,
        azure_stack,
        secure: !parts.kubernetes.enable_secure_kubelet().is_false(),
        non_masquerade_cidr: non_masquerade_cidr(parts, &network),
        removed_flags: parts.catalog.removed_kubelet_flags(&version),
        catalog: parts.catalog,
        tls_cipher_suites: parts.catalog.tls_cipher_suites().join(","),
    };
    let flags = kubelet.cluster_flags(parts.kubernetes.kubelet_config().value.unwrap_or(&TextMap::new()));
    let dns_prefix = parts.masters.dns_prefix().text()?;
    Some(Cluster {
        name_suffix: model::name_suffix(&dns_prefix),
        dns_prefix,
        location: parts.definition.location().given().map(normalise_location).filter(|location| !location.is_empty()),
        identity: identity::identity(parts, decided.managed_identity),
        certificates: identity::certificates(&parts.properties.certificate_profile()),
        windows: windows::settings(parts, &decided, external_cloud_provider)?,
        pools: pools::pools(parts, &decided, |own| kubelet.of_pool(&flags, own))?,
        only: Vec::new(),
        cluster_domain: flags.get("--cluster-domain").cloned().unwrap_or_default(),
        use_instance_metadata: parts.kubernetes.use_instance_metadata().get().unwrap_or(!azure_stack),
        hosts_config_agent: parts.kubernetes.private_cluster().enable_hosts_config_agent().is_true(),
        kube_proxy_feature_gates: kube_proxy_feature_gates(parts.catalog, &version, &network),
        kubernetes: version,
        kubernetes_path: version::path(parts),
        masters: decided.masters?,
        cloud: decided.cloud,
        network,
        external_cloud_provider,
    })
}

/// Without the masquerade agent the kubelet translates what leaves the pods' range (aks-engine kdef:91-95).
fn non_masquerade_cidr(parts: &Parts, network: &Network) -> String {
    let is_disabled = |(name, enabled): (At<String>, At<bool>)| name.is("ip-masq-agent") && enabled.is_false();
    let disabled = parts.kubernetes.addons().iter().map(|addon| (addon.name(), addon.enabled())).any(is_disabled);
    if disabled { network::join(&network.cluster_cidrs) } else { "0.0.0.0/0".to_owned() }
}

fn kube_proxy_feature_gates(catalog: &Catalog, version: &KubernetesVersion, network: &Network) -> Vec<String> {
    let dual_stack = network.dual_stack.then_some(("IPv6DualStack", true));
    let win_dsr = [("WinDSR", true), ("WinOverlay", false)].into_iter().filter(|_| network.win_dsr);
    let gates = dual_stack.into_iter().chain(win_dsr).filter(|(gate, _)| catalog.may_set_gate(version, gate));
    gates.map(|(gate, on)| format!("{gate}={on}")).collect()
}
