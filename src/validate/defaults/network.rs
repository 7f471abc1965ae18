use super::Source;
use crate::model::{LoadBalancerSku, Masters, Network, NetworkPlugin, Vnet};
use crate::wire;
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr};

/// Range the node is told for the virtual network when the definition names none (parts/masterparams.t).
const DEFAULT_VNET_CIDR: &str = "10.0.0.0/8";
/// Masters' subnet with kubenet, and of masters in a scale set.
const DEFAULT_MASTER_SUBNET: &str = "10.240.0.0/16";
/// The internal load balancer of several masters is this far behind the first one.
const LOAD_BALANCER_OFFSET: u8 = 10;

/// The plugin, also as the deprecated policies `azure` and `none` name it (aks-engine conv:344-361).
pub(crate) fn network_plugin(kubernetes: &wire::KubernetesConfig) -> NetworkPlugin {
    let plugin = kubernetes.network_plugin.as_deref().unwrap_or_default();
    match (plugin, kubernetes.network_policy.as_deref().unwrap_or_default()) {
        (_, "none") | ("kubenet", _) => NetworkPlugin::Kubenet,
        _ => NetworkPlugin::Azure,
    }
}

pub(super) fn network(source: &Source, azure_stack: bool) -> Option<Network> {
    let kubernetes = source.kubernetes;
    let plugin = network_plugin(kubernetes);
    let cluster_cidrs = cluster_cidrs(source)?;
    let service_cidrs = service_cidrs(source)?;
    let sku = load_balancer_sku(kubernetes, azure_stack);
    let vnet = vnet(source);
    Some(Network {
        plugin,
        dns_service_ip: kubernetes.dns_service_ip.as_deref().filter(|ip| !ip.is_empty()).unwrap_or("10.0.0.10").parse().ok()?,
        dual_stack: dual_stack(source),
        outbound_blocked: source.flags.block_outbound_internet.unwrap_or(false),
        win_dsr: source.flags.enable_win_dsr.unwrap_or(false),
        load_balancer_sku: sku,
        exclude_master_from_standard_lb: kubernetes.exclude_master_from_standard_lb.unwrap_or(sku == LoadBalancerSku::Standard),
        master_subnet: master_subnet(source, plugin, &cluster_cidrs, &vnet),
        cluster_cidrs,
        service_cidrs,
        vnet,
    })
}

/// Ranges of pod addresses, IPv4 first.
pub(crate) fn cluster_cidrs(source: &Source) -> Option<Vec<IpNet>> {
    let pods = if network_plugin(source.kubernetes) == NetworkPlugin::Azure { "10.240.0.0/12" } else { "10.244.0.0/16" };
    cidrs(source.kubernetes.cluster_subnet.as_deref(), pods, dual_stack(source).then_some("fc00::/48"))
}

/// Ranges of service addresses, IPv4 first.
pub(crate) fn service_cidrs(source: &Source) -> Option<Vec<IpNet>> {
    cidrs(source.kubernetes.service_cidr.as_deref(), "10.0.0.0/16", dual_stack(source).then_some("fd00::/108"))
}

fn dual_stack(source: &Source) -> bool {
    source.flags.enable_ipv6_dual_stack.unwrap_or(false)
}

/// Azure Stack Hub has basic load balancers only.
pub(super) fn load_balancer_sku(kubernetes: &wire::KubernetesConfig, azure_stack: bool) -> LoadBalancerSku {
    let basic = kubernetes.load_balancer_sku.as_deref().is_some_and(|sku| sku.eq_ignore_ascii_case("basic"));
    if azure_stack || basic { LoadBalancerSku::Basic } else { LoadBalancerSku::Standard }
}

/// One range, or with dual stack two; a definition that names only the first one gets the other's default.
fn cidrs(given: Option<&str>, default: &str, second: Option<&str>) -> Option<Vec<IpNet>> {
    let text = given.filter(|text| !text.is_empty()).unwrap_or(default);
    let mut parsed = text.split(',').map(|cidr| cidr.trim().parse()).collect::<Result<Vec<IpNet>, _>>().ok()?;
    if let Some(second) = second
        && parsed.len() == 1
    {
        parsed.push(second.parse().ok()?);
    }
    Some(parsed)
}

/// With an own virtual network its range, else the subnet aks-engine makes for the masters (def:507-540).
fn master_subnet(source: &Source, plugin: NetworkPlugin, cluster_cidrs: &[IpNet], vnet: &Vnet) -> String {
    if let Vnet::Custom { cidr, .. } = vnet {
        return cidr.clone();
    }
    match cluster_cidrs.first() {
        Some(first) if plugin == NetworkPlugin::Azure && !scale_set_masters(source) => first.to_string(),
        _ => DEFAULT_MASTER_SUBNET.to_owned(),
    }
}

fn scale_set_masters(source: &Source) -> bool {
    source.masters.availability_profile.as_deref() == Some("VirtualMachineScaleSets")
}

/// Names are segments 8 and 10 of the masters' subnet id (aks-engine types:982, vars:328).
fn vnet(source: &Source) -> Vnet {
    let cidr = source.masters.vnet_cidr.clone().filter(|cidr| !cidr.is_empty()).unwrap_or_else(|| DEFAULT_VNET_CIDR.to_owned());
    match source.masters.vnet_subnet_id.as_deref().filter(|id| !id.is_empty()) {
        Some(id) => {
            let segment = |index: usize| id.split('/').nth(index).unwrap_or_default().to_owned();
            Vnet::Custom { cidr, name: segment(8), subnet: segment(10) }
        }
        None if scale_set_masters(source) => {
            Vnet::Managed { cidr: DEFAULT_VNET_CIDR.to_owned(), cloud_provider_subnet: "subnetmaster", agent_subnet: "subnetagent" }
        }
        None => Vnet::Managed { cidr: DEFAULT_VNET_CIDR.to_owned(), cloud_provider_subnet: "k8s-subnet", agent_subnet: "k8s-subnet" },
    }
}

/// The API server: the master itself, or the internal load balancer of several (aks-engine vars:450-464).
pub(super) fn masters(source: &Source, network: &Network) -> Option<Masters> {
    let count = u32::try_from(source.masters.count.unwrap_or(1)).ok()?;
    let scale_set = scale_set_masters(source);
    let first = first_master_ip(source, network, scale_set)?;
    let [a, b, c, d] = first.octets();
    let api_server_ip = match (count, scale_set) {
        (1, _) => first,
        (_, true) => Ipv4Addr::new(a, b, 255, 10),
        (_, false) => Ipv4Addr::new(a, b, c, d.wrapping_add(LOAD_BALANCER_OFFSET)),
    };
    Some(Masters { count, scale_set, api_server_ip })
}

/// The definition's own address counts in an own virtual network only (aks-engine def:507-540, types:1308-1334).
fn first_master_ip(source: &Source, network: &Network, scale_set: bool) -> Option<Ipv4Addr> {
    let own_network = matches!(network.vnet, Vnet::Custom { .. });
    if let Some(ip) = source.masters.first_consecutive_static_ip.as_deref().filter(|ip| own_network && !ip.is_empty()) {
        return ip.parse().ok();
    }
    if scale_set {
        return Some(Ipv4Addr::new(10, 240, 0, 4));
    }
    match (network.plugin, network.cluster_cidrs.first()) {
        (NetworkPlugin::Azure, Some(pods)) => match pods.broadcast() {
            IpAddr::V4(last) => {
                let [a, b, c, _] = last.octets();
                Some(Ipv4Addr::new(a, b, c, 5))
            }
            IpAddr::V6(_) => None,
        },
        _ => Some(Ipv4Addr::new(10, 240, 255, 5)),
    }
}

pub(super) fn join(cidrs: &[IpNet]) -> String {
    cidrs.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}
