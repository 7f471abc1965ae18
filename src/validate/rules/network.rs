//! Plugin, policy, address ranges, load balancer, IPv6.

use super::support::{given, in_range, one_of};
use super::{Facts, Pool};
use crate::model::NetworkPlugin;
use crate::report::codes::{cluster, network};
use crate::report::{Path, Report, all_of, either, nearest, show};
use crate::validate::defaults;
use crate::wire::paths;
use ipnet::IpNet;
use std::net::IpAddr;

/// Plugins the peers know; flannel they no longer take for new clusters.
const PLUGINS: &[&str] = &["azure", "kubenet", "cilium", "antrea"];
const POLICIES: &[&str] = &["calico", "cilium", "antrea", "azure", "none"];
/// Pairs of plugin and policy that go together (`networkPluginPlusPolicyAllowed`).
const PAIRS: &[(&str, &str)] = &[
    ("", ""),
    ("azure", ""),
    ("azure", "azure"),
    ("kubenet", ""),
    ("cilium", "cilium"),
    ("kubenet", "calico"),
    ("azure", "calico"),
    ("", "calico"),
    ("", "cilium"),
    ("antrea", "antrea"),
    ("azure", "antrea"),
    ("", "antrea"),
    ("", "azure"),
    ("", "none"),
];
/// With azure CNI nodes and pods share the cluster subnet.
const LEAST_FREE_BITS: u8 = 9;
/// Addresses Azure keeps of every subnet.
const KEPT_BY_AZURE: u64 = 5;

pub(super) fn check(facts: &Facts, report: &mut Report) {
    plugin(facts, report);
    policy(facts, report);
    mode(facts, report);
    cluster_subnet(facts, report);
    bridge_subnet(facts, report);
    services(facts, report);
    overlaps(facts, report);
    addresses(facts, report);
    load_balancer(facts, report);
    dual_stack(facts, report);
    ipv6_only(facts, report);
}

fn plugin(facts: &Facts, report: &mut Report) {
    let path = paths::kubernetes().key("networkPlugin");
    let Some(plugin) = given(facts.kubernetes.network_plugin.as_ref()) else { return };
    let allowed: &[&str] = if facts.has_windows() { &["azure", "kubenet"] } else { PLUGINS };
    if plugin == "kubenet" && facts.has_windows() {
        report
            .warning(network::KUBENET, path, "kubenet with Windows nodes is for development and tests")
            .help("take `azure` for production");
    } else if plugin == "flannel" {
        let message = format!("`flannel` is no longer possible for new clusters, expected {}", either(allowed));
        report.error(network::NETWORK_PLUGIN, path, message);
    } else if !PLUGINS.contains(&plugin) {
        let message = format!("{} is not a known network plugin, expected {}", show(&path, plugin), either(allowed));
        let near = nearest(plugin, allowed);
        let draft = report.error(network::NETWORK_PLUGIN, path, message);
        if let Some(near) = near {
            draft.help(format!("did you mean `{near}`?"));
        }
    } else if !allowed.contains(&plugin) {
        let message = format!("`{plugin}` does not support Windows nodes, expected {}", either(allowed));
        report.error(network::NETWORK_PLUGIN, path, message);
    }
}

fn policy(facts: &Facts, report: &mut Report) {
    let path = paths::kubernetes().key("networkPolicy");
    let plugin = given(facts.kubernetes.network_plugin.as_ref()).unwrap_or_default();
    let policy = given(facts.kubernetes.network_policy.as_ref()).unwrap_or_default();
    if policy.is_empty() {
        // cilium and antrea are their own policies; Windows pools have refused them already
        if matches!(plugin, "cilium" | "antrea") && !facts.has_windows() {
            let message = format!("`networkPlugin` `{plugin}` needs the policy of the same name");
            report.error(network::NETWORK_POLICY, path, message);
        }
    } else if !POLICIES.contains(&policy) {
        one_of(report, network::NETWORK_POLICY, &paths::kubernetes(), "networkPolicy", facts.kubernetes.network_policy.as_ref(), POLICIES);
    } else if matches!(policy, "calico" | "cilium" | "antrea") && facts.has_windows() {
        let message = format!("`{policy}` does not support Windows nodes");
        report.error(network::NETWORK_POLICY, path, message).help("leave `networkPolicy` out, or use a cluster of its own for Linux");
    } else if PLUGINS.contains(&plugin) | plugin.is_empty() && !PAIRS.contains(&(plugin, policy)) {
        let message = format!("`{policy}` does not go together with `networkPlugin` `{plugin}`");
        report.error(network::NETWORK_POLICY, path, message);
    }
}

fn mode(facts: &Facts, report: &mut Report) {
    let path = paths::kubernetes();
    one_of(report, cluster::UNKNOWN_VALUE, &path, "networkMode", facts.kubernetes.network_mode.as_ref(), &["bridge", "transparent"]);
    let Some(mode) = given(facts.kubernetes.network_mode.as_ref()) else { return };
    let path = path.key("networkMode");
    if facts.kubernetes.network_plugin.as_deref() != Some("azure") {
        let message = "`networkMode` needs `networkPlugin` `azure`, written out";
        report.error(network::NETWORK_MODE, path, message).help("add `\"networkPlugin\": \"azure\"`");
    } else if facts.kubernetes.network_policy.as_deref() == Some("calico") && mode == "bridge" {
        report.error(network::NETWORK_MODE, path, "calico does not support `bridge`, expected `transparent`");
    } else if mode == "bridge" && facts.pools.iter().any(|pool| pool.profile.distro.as_deref() == Some("flatcar")) {
        report.error(network::NETWORK_MODE, path, "flatcar pools do not support `bridge`, expected `transparent`");
    }
}

/// The ranges of a comma-separated text; what is none is reported.
fn ranges(facts: &Facts, report: &mut Report, key: &'static str, field: Option<&String>) -> Vec<IpNet> {
    let Some(text) = given(field) else { return Vec::new() };
    let path = paths::kubernetes().key(key);
    let dual = facts.flags.enable_ipv6_dual_stack == Some(true);
    let parts: Vec<&str> = text.split(',').collect();
    let most = if dual { 2 } else { 1 };
    if parts.len() > most {
        let expected = if dual { "one of IPv4 and one of IPv6" } else { "one, or two with `enableIPv6DualStack`" };
        let message = format!("found {} address ranges, expected {expected}", parts.len());
        report.error(network::CIDR, path, message);
        return Vec::new();
    }
    let parsed: Vec<_> = parts.iter().filter_map(|part| part.parse().ok()).collect();
    if parsed.len() < parts.len() {
        let wrong = parts.iter().find(|part| part.parse::<IpNet>().is_err()).copied().unwrap_or_default();
        let message = format!("{} is not an address range such as `10.240.0.0/12`", show(&path, wrong));
        report.error(network::CIDR, path, message);
    }
    parsed
}

fn cluster_subnet(facts: &Facts, report: &mut Report) {
    let ranges = ranges(facts, report, "clusterSubnet", facts.kubernetes.cluster_subnet.as_ref());
    ipv4_first(facts, report, "clusterSubnet", &ranges);
    if facts.plugin != NetworkPlugin::Azure {
        return;
    }
    for range in ranges.iter().filter(|range| range.max_prefix_len() - range.prefix_len() < LEAST_FREE_BITS) {
        let most = range.max_prefix_len() - LEAST_FREE_BITS;
        let message = format!("`{range}` has room for few nodes and their pods, expected a prefix of at most /{most}");
        report.error(network::CLUSTER_SUBNET, paths::kubernetes().key("clusterSubnet"), message);
    }
}

/// Windows nodes, and the control plane's default address, need IPv4.
fn ipv4_first(facts: &Facts, report: &mut Report, key: &'static str, ranges: &[IpNet]) {
    let Some(first) = ranges.first().filter(|first| first.addr().is_ipv6() && facts.flags.enable_ipv6_only != Some(true)) else { return };
    let message = format!("`{first}` is an IPv6 range, expected an IPv4 range first");
    report.error(network::CIDR, paths::kubernetes().key(key), message);
}

fn bridge_subnet(facts: &Facts, report: &mut Report) {
    let Some(range) = given(facts.kubernetes.docker_bridge_subnet.as_ref()).filter(|range| range.parse::<IpNet>().is_err()) else { return };
    let path = paths::kubernetes().key("dockerBridgeSubnet");
    let message = format!("{} is not an address range such as `172.17.0.1/16`", show(&path, range));
    report.error(network::CIDR, path, message);
}

fn services(facts: &Facts, report: &mut Report) {
    let path = paths::kubernetes();
    let range = given(facts.kubernetes.service_cidr.as_ref());
    let dns = given(facts.kubernetes.dns_service_ip.as_ref());
    let (range_path, dns_path) = (path.key("serviceCidr"), path.key("dnsServiceIP"));
    let parsed = ranges(facts, report, "serviceCidr", facts.kubernetes.service_cidr.as_ref());
    ipv4_first(facts, report, "serviceCidr", &parsed);
    match (range, dns) {
        (Some(_), None) => {
            let message = "`dnsServiceIP` is missing, and `serviceCidr` is given";
            report.error(network::SERVICE_CIDR, dns_path, message).help("give both or none of them");
        }
        (None, Some(_)) => {
            let message = "`serviceCidr` is missing, and `dnsServiceIP` is given";
            report.error(network::SERVICE_CIDR, range_path, message).help("give both or none of them");
        }
        _ => {}
    }
    let Some(dns) = dns else { return };
    let path = path.key("dnsServiceIP");
    match (dns.parse::<IpAddr>(), parsed.first()) {
        (Err(_), _) => {
            let message = format!("{} is not an IP address", show(&path, dns));
            report.error(network::ADDRESS, path, message);
        }
        (Ok(address), Some(first)) => dns_address(report, path, address, first),
        (Ok(_), None) => {}
    }
}

fn dns_address(report: &mut Report, path: Path, address: IpAddr, range: &IpNet) {
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
    let message = format!("`{address}` {wrong} the services' range `{range}`");
    report.error(network::SERVICE_CIDR, path, message);
}

/// The next address.
fn after(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V4(address) => u32::from(address).checked_add(1).map(|next| IpAddr::V4(next.into())),
        IpAddr::V6(address) => u128::from(address).checked_add(1).map(|next| IpAddr::V6(next.into())),
    }
}

/// Ranges as they will be, defaults included.
fn overlaps(facts: &Facts, report: &mut Report) {
    let (Some(pods), Some(services)) = (defaults::cluster_cidrs(facts.source), defaults::service_cidrs(facts.source)) else { return };
    let masters = facts.masters.filter(|masters| given(masters.vnet_subnet_id.as_ref()).is_some());
    let own: Option<IpNet> = masters.and_then(|masters| given(masters.vnet_cidr.as_ref())).and_then(|cidr| cidr.parse().ok());
    let overlapping = |a: &[IpNet], b: &[IpNet]| a.iter().any(|a| b.iter().any(|b| a.contains(b) || b.contains(a)));
    let key = if given(facts.kubernetes.service_cidr.as_ref()).is_some() { "serviceCidr" } else { "clusterSubnet" };
    if overlapping(&pods, &services) {
        let message = format!("the ranges of pods, {}, and of services, {}, overlap", shown(&pods), shown(&services));
        report.warning(network::CIDR_OVERLAP, paths::kubernetes().key(key), message);
    }
    if let Some(own) = own.filter(|own| overlapping(std::slice::from_ref(own), &services)) {
        let message = format!("the ranges of the virtual network, `{own}`, and of services, {}, overlap", shown(&services));
        report.warning(network::CIDR_OVERLAP, paths::masters().key("vnetCidr"), message);
    }
}

fn shown(ranges: &[IpNet]) -> String {
    all_of(ranges)
}

/// In the network that aks-engine makes all nodes, and with azure CNI all pods, have addresses of the first range.
fn addresses(facts: &Facts, report: &mut Report) {
    let (NetworkPlugin::Azure, Some(masters)) = (facts.plugin, facts.masters) else { return };
    let Some(range) = defaults::cluster_cidrs(facts.source).and_then(|ranges| ranges.first().copied()) else { return };
    if given(masters.vnet_subnet_id.as_ref()).is_some() || super::masters::is_scale_set(masters) || range.addr().is_ipv6() {
        return;
    }
    let nodes = |pool: &Pool| pool.profile.count.and_then(|count| u64::try_from(count).ok()).unwrap_or(0);
    let of_pool = |pool: &Pool| nodes(pool).saturating_mul(super::kubelet::addresses_per_node(facts, pool.profile));
    let needed = facts.pools.iter().map(of_pool).fold(KEPT_BY_AZURE, u64::saturating_add);
    let has = 1_u64 << (range.max_prefix_len() - range.prefix_len()).min(63);
    if needed > has {
        let message = format!("the nodes of all pools need {needed} addresses, and `{range}` has {has}");
        report
            .warning(network::SUBNET_FULL, paths::kubernetes().key("clusterSubnet"), message)
            .help("take a larger range, or fewer pods per node (`--max-pods`)");
    }
}

fn load_balancer(facts: &Facts, report: &mut Report) {
    let kubernetes = facts.kubernetes;
    let path = paths::kubernetes();
    let sku = given(kubernetes.load_balancer_sku.as_ref());
    if let Some(sku) = sku.filter(|sku| !["basic", "standard"].contains(&sku.to_ascii_lowercase().as_str())) {
        let path = path.key("loadBalancerSku");
        let message = format!("{} is not known, expected `Basic` or `Standard`", show(&path, sku));
        report.error(network::LOAD_BALANCER, path, message);
    }
    if sku.is_some_and(|sku| sku.eq_ignore_ascii_case("basic")) && !facts.azure_stack {
        let message = "Azure makes no basic load balancers any more, so that only a cluster that has one can keep it";
        report
            .warning(network::BASIC_LOAD_BALANCER, path.key("loadBalancerSku"), message)
            .help("for a new cluster leave `loadBalancerSku` out");
    }
    // only this spelling is looked at by the peers
    if sku == Some("Standard") && kubernetes.exclude_master_from_standard_lb != Some(true) {
        let message = "`Standard` needs `excludeMasterFromStandardLB` to be true";
        report
            .error(network::LOAD_BALANCER, path.key("loadBalancerSku"), message)
            .help("add `\"excludeMasterFromStandardLB\": true`, or leave `loadBalancerSku` out");
    }
    if let Some(count) = kubernetes.load_balancer_outbound_ips {
        let path = path.key("loadBalancerOutboundIPs");
        if sku == Some("Basic") {
            report.error(
                network::LOAD_BALANCER,
                path,
                "outbound addresses are for standard load balancers, and `loadBalancerSku` is `Basic`",
            );
        } else if count > 16 {
            report.error(network::LOAD_BALANCER, path, format!("found `{count}`, expected at most 16"));
        }
    }
    let idle = kubernetes.outbound_rule_idle_timeout_in_minutes.map(i64::from).filter(|minutes| *minutes != 0 && sku == Some("Standard"));
    in_range(report, &path, "outboundRuleIdleTimeoutInMinutes", idle, 4..=120, " minutes");
    if let Some(count) = kubernetes.maximum_load_balancer_rule_count.filter(|count| *count < 0) {
        report.error(cluster::RANGE, path.key("maximumLoadBalancerRuleCount"), format!("found `{count}`, expected 0 or more"));
    }
}

fn flag_path(flag: &'static str) -> Path {
    paths::properties().key("featureFlags").key(flag)
}

fn dual_stack(facts: &Facts, report: &mut Report) {
    if facts.flags.enable_ipv6_dual_stack != Some(true) {
        return;
    }
    let path = flag_path("enableIPv6DualStack");
    if facts.flags.enable_ipv6_only == Some(true) {
        report.error(network::DUAL_STACK, path.clone(), "`enableIPv6DualStack` and `enableIPv6Only` exclude each other");
    }
    // the peers look at what is written, and only when there is a kubernetesConfig
    let written = facts.properties.orchestrator_profile.as_ref().is_some_and(|profile| profile.kubernetes_config.is_some());
    let plugin = given(facts.kubernetes.network_plugin.as_ref());
    let policy = given(facts.kubernetes.network_policy.as_ref());
    if plugin.is_none() && written {
        let path = paths::kubernetes().key("networkPlugin");
        let message = "dual stack needs `networkPlugin` written out, `azure` or `kubenet`";
        report.error(network::DUAL_STACK, path, message).help("`azure` is the default");
    }
    if let Some(policy) = policy.filter(|_| plugin == Some("azure")) {
        let path = paths::kubernetes().key("networkPolicy");
        let message = format!("dual stack with azure CNI has no network policy, found {}", show(&path, policy));
        report.error(network::DUAL_STACK, path, message);
    }
    flatcar(facts, report, network::DUAL_STACK);
}

fn ipv6_only(facts: &Facts, report: &mut Report) {
    if facts.flags.enable_ipv6_only != Some(true) {
        return;
    }
    let path = flag_path("enableIPv6Only");
    if let Some(pool) = facts.windows_pools().next() {
        let name = pool.profile.name.as_deref().unwrap_or_default();
        let message = format!("Windows nodes need IPv4, and pool {} runs Windows", show(&path, name));
        report.error(network::IPV6_ONLY, path.clone(), message).help("take `enableIPv6DualStack`");
    }
    if facts.plugin != NetworkPlugin::Kubenet {
        report.error(network::IPV6_ONLY, path, "IPv6 alone works with `networkPlugin` `kubenet` only");
    }
    flatcar(facts, report, network::IPV6_ONLY);
}

fn flatcar(facts: &Facts, report: &mut Report, code: &'static crate::report::Code) {
    for pool in facts.pools.iter().filter(|pool| pool.profile.distro.as_deref() == Some("flatcar")) {
        report.error(code, pool.path.key("distro"), "IPv6 works with Ubuntu pools only, found `flatcar`");
    }
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
}
