use super::Decided;
use super::masters::is_scale_set;
use crate::model::{LoadBalancerSku, Network, NetworkPlugin, Vnet};
use crate::report::codes::network;
use crate::report::{Path, Report, show};
use crate::validate::Parts;
use crate::wire::{At, KubernetesConfig, MasterProfile};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Range the node is told for the virtual network when the definition names none (parts/masterparams.t).
pub(crate) const DEFAULT_VNET_CIDR: IpNet = IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(10, 0, 0, 0), 8));
/// Masters' subnet with kubenet, and of masters in a scale set.
const DEFAULT_MASTER_SUBNET: IpNet = IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(10, 240, 0, 0), 16));
/// Pods with azure CNI, and otherwise.
const AZURE_PODS: IpNet = IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(10, 240, 0, 0), 12));
const PODS: IpNet = IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(10, 244, 0, 0), 16));
const PODS_6: IpNet = IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 48));
const SERVICES: IpNet = IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(10, 0, 0, 0), 16));
const SERVICES_6: IpNet = IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, 0), 108));
const DNS_SERVICE: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 10));

/// The plugin, also as the deprecated policies `azure` and `none` name it (aks-engine conv:344-361).
pub(super) fn plugin(kubernetes: &At<KubernetesConfig>) -> NetworkPlugin {
    if kubernetes.network_policy().is("none") || kubernetes.network_plugin().choice() == Some(NetworkPlugin::Kubenet) {
        NetworkPlugin::Kubenet
    } else {
        NetworkPlugin::Azure
    }
}

pub(super) fn network(parts: &Parts, decided: &Decided) -> Option<Network> {
    let sku = decided.load_balancer_sku;
    let (cluster_cidrs, vnet) = (decided.cluster_cidrs.clone()?, decided.vnet.clone()?);
    Some(Network {
        plugin: decided.plugin,
        dns_service_ip: decided.dns_service_ip?,
        dual_stack: is_dual_stack(parts),
        outbound_blocked: parts.flags.block_outbound_internet().is_true(),
        win_dsr: parts.flags.enable_win_dsr().is_true(),
        load_balancer_sku: sku,
        exclude_master_from_standard_lb: parts
            .kubernetes
            .exclude_master_from_standard_lb()
            .get()
            .unwrap_or(sku == LoadBalancerSku::Standard),
        master_subnet: master_subnet(parts, decided.plugin, &cluster_cidrs, &vnet),
        cluster_cidrs,
        service_cidrs: decided.service_cidrs.clone()?,
        vnet,
    })
}

/// Ranges of pod addresses, IPv4 first.
pub(super) fn cluster_cidrs(parts: &Parts, plugin: NetworkPlugin, report: &mut Report) -> Option<Vec<IpNet>> {
    let pods = if plugin == NetworkPlugin::Azure { AZURE_PODS } else { PODS };
    ranges(parts, &parts.kubernetes.cluster_subnet(), [pods, PODS_6], report)
}

/// Ranges of service addresses, IPv4 first.
pub(super) fn service_cidrs(parts: &Parts, report: &mut Report) -> Option<Vec<IpNet>> {
    ranges(parts, &parts.kubernetes.service_cidr(), [SERVICES, SERVICES_6], report)
}

fn is_dual_stack(parts: &Parts) -> bool {
    parts.flags.enable_ipv6_dual_stack().is_true()
}

/// One range, or with dual stack two; a definition that names only the first one gets the other's default.
fn ranges(parts: &Parts, at: &At<String>, defaults: [IpNet; 2], report: &mut Report) -> Option<Vec<IpNet>> {
    let dual = is_dual_stack(parts);
    let [first, second] = defaults;
    let mut ranges = match at.given() {
        Some(text) => written_ranges(text, dual, &at.path, report)?,
        None => vec![first],
    };
    if let Some(first) = ranges.first().filter(|first| first.addr().is_ipv6() && !parts.flags.enable_ipv6_only().is_true()) {
        // Windows nodes, and the control plane's default address, need IPv4
        report.error(network::CIDR, at.path.clone(), format!("`{first}` is an IPv6 range, expected an IPv4 range first"));
    }
    if dual && ranges.len() == 1 {
        ranges.push(second);
    }
    Some(ranges)
}

/// The ranges of a comma-separated text.
fn written_ranges(text: &str, dual: bool, path: &Path, report: &mut Report) -> Option<Vec<IpNet>> {
    let parts: Vec<&str> = text.split(',').collect();
    if parts.len() > if dual { 2 } else { 1 } {
        let expected = if dual { "one of IPv4 and one of IPv6" } else { "one, or two with `enableIPv6DualStack`" };
        let message = format!("found {} address ranges, expected {expected}", parts.len());
        report.error(network::CIDR, path.clone(), message);
        return None;
    }
    let range = |part: &&str| part.parse::<IpNet>().map_err(|_| (*part).to_owned());
    match parts.iter().map(range).collect() {
        Ok(ranges) => Some(ranges),
        Err(wrong) => {
            let message = format!("{} is not an address range such as `10.240.0.0/12`", show(path, &wrong));
            report.error(network::CIDR, path.clone(), message);
            None
        }
    }
}

/// Address of the cluster's DNS service, which must be one of the services' range.
pub(super) fn dns_service_ip(kubernetes: &At<KubernetesConfig>, services: Option<&[IpNet]>, report: &mut Report) -> Option<IpAddr> {
    let (at, range) = (kubernetes.dns_service_ip(), kubernetes.service_cidr());
    let (missing, given) = match (range.given(), at.given()) {
        (Some(_), None) => (&at, "serviceCidr"),
        (None, Some(_)) => (&range, "dnsServiceIP"),
        _ => (&at, ""),
    };
    if !given.is_empty() {
        let message = format!("`{}` is missing, and `{given}` is given", missing.key());
        report.error(network::SERVICE_CIDR, missing.path.clone(), message).help("give both or none of them");
    }
    let Some(text) = at.given() else { return Some(DNS_SERVICE) };
    let Ok(address) = text.parse() else {
        report.error(network::ADDRESS, at.path.clone(), format!("{} is not an IP address", show(&at.path, text)));
        return None;
    };
    if let Some(services) = services.and_then(|services| services.first()).filter(|_| range.given().is_some()) {
        is_for_dns(report, &at.path, address, services);
    }
    Some(address)
}

fn is_for_dns(report: &mut Report, path: &Path, address: IpAddr, range: &IpNet) {
    let wrong = if !range.contains(&address) {
        "is not in"
    } else if address == range.network() {
        "is the network address of"
    } else if Some(address) == after(range.network()) {
        "is the first address, which the API server gets, of"
    } else if address == range.broadcast() && range.addr().is_ipv4() {
        "is the last address of"
    } else {
        return;
    };
    report.error(network::SERVICE_CIDR, path.clone(), format!("`{address}` {wrong} the services' range `{range}`"));
}

/// The next address.
fn after(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V4(address) => u32::from(address).checked_add(1).map(|next| IpAddr::V4(next.into())),
        IpAddr::V6(address) => u128::from(address).checked_add(1).map(|next| IpAddr::V6(next.into())),
    }
}

/// Azure Stack Hub has basic load balancers only.
pub(super) fn load_balancer_sku(kubernetes: &At<KubernetesConfig>, azure_stack: bool) -> LoadBalancerSku {
    let basic = kubernetes.load_balancer_sku().given().is_some_and(|sku| sku.eq_ignore_ascii_case("basic"));
    if azure_stack || basic { LoadBalancerSku::Basic } else { LoadBalancerSku::Standard }
}

/// With an own virtual network its range, else the subnet aks-engine makes for the masters (def:507-540).
fn master_subnet(parts: &Parts, plugin: NetworkPlugin, cluster_cidrs: &[IpNet], vnet: &Vnet) -> IpNet {
    if let Vnet::Custom { cidr, .. } = vnet {
        return *cidr;
    }
    match cluster_cidrs.first() {
        Some(first) if plugin == NetworkPlugin::Azure && !is_scale_set(&parts.masters) => *first,
        _ => DEFAULT_MASTER_SUBNET,
    }
}

/// Names are segments 8 and 10 of the masters' subnet id (aks-engine types:982, vars:328).
pub(super) fn vnet(masters: &At<MasterProfile>, report: &mut Report) -> Option<Vnet> {
    let Some(id) = masters.vnet_subnet_id().given() else {
        let [cloud_provider_subnet, agent_subnet] =
            if is_scale_set(masters) { ["subnetmaster", "subnetagent"] } else { ["k8s-subnet", "k8s-subnet"] };
        return Some(Vnet::Managed { cidr: DEFAULT_VNET_CIDR, cloud_provider_subnet, agent_subnet });
    };
    let segment = |index: usize| id.split('/').nth(index).unwrap_or_default().to_owned();
    Some(Vnet::Custom { cidr: vnet_cidr(&masters.vnet_cidr(), report)?, name: segment(8), subnet: segment(10) })
}

/// The range of an own virtual network, which the nodes' CNI is told.
fn vnet_cidr(at: &At<String>, report: &mut Report) -> Option<IpNet> {
    let Some(text) = at.given() else { return Some(DEFAULT_VNET_CIDR) };
    if let Ok(range) = text.parse() {
        return Some(range);
    }
    let ranges: Vec<_> = text.split(',').map(str::trim).collect();
    if ranges.len() > 1 && ranges.iter().all(|range| range.parse::<IpNet>().is_ok()) {
        let message = format!("{} are {} ranges, and the CNI is told one", show(&at.path, text), ranges.len());
        let help = "give the range that the nodes' subnet is in; pods reach the others through the node's address";
        report.error(network::CIDR, at.path.clone(), message).help(help);
    } else {
        let message = format!("{} is not an address range such as `10.240.0.0/12`", show(&at.path, text));
        report.error(network::CIDR, at.path.clone(), message);
    }
    None
}

pub(super) fn join(cidrs: &[IpNet]) -> String {
    cidrs.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_address_has_no_next() {
        assert_eq!(after("10.0.0.255".parse().unwrap()), "10.0.1.0".parse().ok());
        assert_eq!(after("255.255.255.255".parse().unwrap()), None);
        assert_eq!(after("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff".parse().unwrap()), None);
    }

    #[test]
    fn the_ranges_of_the_peers() {
        let texts = [AZURE_PODS, PODS, PODS_6, SERVICES, SERVICES_6].map(|range| range.to_string());
        assert_eq!(texts, ["10.240.0.0/12", "10.244.0.0/16", "fc00::/48", "10.0.0.0/16", "fd00::/108"]);
    }
}
