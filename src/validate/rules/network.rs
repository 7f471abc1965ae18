//! Plugin, policy, address ranges, load balancer, IPv6.

use super::Facts;
use super::support::{chosen, in_range, one_of};
use crate::model::{NetworkPlugin, Vnet};
use crate::report::codes::{cluster, network};
use crate::report::{Report, all_of, either, nearest, show};
use crate::validate::resolve;
use crate::wire::{AgentPoolProfile, At};
use ipnet::IpNet;

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
    overlaps(facts, report);
    addresses(facts, report);
    load_balancer(facts, report);
    dual_stack(facts, report);
    ipv6_only(facts, report);
}

fn plugin(facts: &Facts, report: &mut Report) {
    let path = facts.kubernetes.network_plugin().path;
    let Some(plugin) = facts.kubernetes.network_plugin().given() else { return };
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
    let path = facts.kubernetes.network_policy().path;
    let plugin = facts.kubernetes.network_plugin().given().unwrap_or_default();
    let policy = facts.kubernetes.network_policy().given().unwrap_or_default();
    if policy.is_empty() {
        // cilium and antrea are their own policies; Windows pools have refused them already
        if matches!(plugin, "cilium" | "antrea") && !facts.has_windows() {
            let message = format!("`networkPlugin` `{plugin}` needs the policy of the same name");
            report.error(network::NETWORK_POLICY, path, message);
        }
    } else if !POLICIES.contains(&policy) {
        one_of(report, network::NETWORK_POLICY, &facts.kubernetes.network_policy(), POLICIES);
    } else if matches!(policy, "calico" | "cilium" | "antrea") && facts.has_windows() {
        let message = format!("`{policy}` does not support Windows nodes");
        report.error(network::NETWORK_POLICY, path, message).help("leave `networkPolicy` out, or use a cluster of its own for Linux");
    } else if (PLUGINS.contains(&plugin) || plugin.is_empty()) && !PAIRS.contains(&(plugin, policy)) {
        let message = format!("`{policy}` does not go together with `networkPlugin` `{plugin}`");
        report.error(network::NETWORK_POLICY, path, message);
    }
}

fn mode(facts: &Facts, report: &mut Report) {
    chosen(report, cluster::UNKNOWN_VALUE, &facts.kubernetes.network_mode());
    let Some(mode) = facts.kubernetes.network_mode().given() else { return };
    let path = facts.kubernetes.network_mode().path;
    if !facts.kubernetes.network_plugin().is("azure") {
        let message = "`networkMode` needs `networkPlugin` `azure`, written out";
        report.error(network::NETWORK_MODE, path, message).help("add `\"networkPlugin\": \"azure\"`");
    } else if facts.kubernetes.network_policy().is("calico") && mode == "bridge" {
        report.error(network::NETWORK_MODE, path, "calico does not support `bridge`, expected `transparent`");
    } else if mode == "bridge" && facts.pools.iter().any(|pool| pool.distro().is("flatcar")) {
        report.error(network::NETWORK_MODE, path, "flatcar pools do not support `bridge`, expected `transparent`");
    }
}

fn cluster_subnet(facts: &Facts, report: &mut Report) {
    if facts.decided.plugin != NetworkPlugin::Azure {
        return;
    }
    let ranges = facts.decided.cluster_cidrs.iter().flatten();
    for range in ranges.filter(|range| range.max_prefix_len() - range.prefix_len() < LEAST_FREE_BITS) {
        let most = range.max_prefix_len() - LEAST_FREE_BITS;
        let message = format!("`{range}` has room for few nodes and their pods, expected a prefix of at most /{most}");
        report.error(network::CLUSTER_SUBNET, facts.kubernetes.cluster_subnet().path, message);
    }
}

fn bridge_subnet(facts: &Facts, report: &mut Report) {
    let Some(range) = facts.kubernetes.docker_bridge_subnet().given().filter(|range| range.parse::<IpNet>().is_err()) else { return };
    let path = facts.kubernetes.docker_bridge_subnet().path;
    let message = format!("{} is not an address range such as `172.17.0.1/16`", show(&path, range));
    report.error(network::CIDR, path, message);
}

/// Ranges as they will be, defaults included.
fn overlaps(facts: &Facts, report: &mut Report) {
    let (Some(pods), Some(services)) = (&facts.decided.cluster_cidrs, &facts.decided.service_cidrs) else { return };
    let (masters, kubernetes) = (&facts.masters, &facts.kubernetes);
    let own = facts.decided.vnet.as_ref().map(Vnet::cidr).filter(|_| {
        // the one that is assumed may overlap, and often does
        masters.vnet_subnet_id().given().is_some() && masters.vnet_cidr().given().is_some()
    });
    let overlapping = |a: &[IpNet], b: &[IpNet]| a.iter().any(|a| b.iter().any(|b| a.contains(b) || b.contains(a)));
    let (pods_at, services_at) = (kubernetes.cluster_subnet(), kubernetes.service_cidr());
    let at = if services_at.given().is_some() { services_at } else { pods_at };
    if overlapping(pods, services) {
        let message = format!("the ranges of pods, {}, and of services, {}, overlap", all_of(pods), all_of(services));
        report.warning(network::CIDR_OVERLAP, at.path, message);
    }
    if let Some(own) = own.filter(|own| overlapping(std::slice::from_ref(own), services)) {
        let message = format!("the ranges of the virtual network, `{own}`, and of services, {}, overlap", all_of(services));
        report.warning(network::CIDR_OVERLAP, facts.masters.vnet_cidr().path, message);
    }
}

/// In the network that aks-engine makes all nodes, and with azure CNI all pods, have addresses of the first range.
fn addresses(facts: &Facts, report: &mut Report) {
    let masters = &facts.masters;
    if facts.decided.plugin != NetworkPlugin::Azure || !masters.is_there() {
        return;
    }
    let Some(range) = facts.decided.cluster_cidrs.as_ref().and_then(|ranges| ranges.first()) else { return };
    if masters.vnet_subnet_id().given().is_some() || resolve::is_scale_set(masters) || range.addr().is_ipv6() {
        return;
    }
    let nodes = |pool: &At<AgentPoolProfile>| pool.count().get().and_then(|count| u64::try_from(count).ok()).unwrap_or(0);
    let of_pool = |pool: &At<AgentPoolProfile>| {
        let of_node = resolve::addresses(facts.decided.plugin, &facts.kubernetes, pool);
        nodes(pool).saturating_mul(of_node.into())
    };
    let needed = facts.pools.iter().map(of_pool).fold(KEPT_BY_AZURE, u64::saturating_add);
    let has = 1_u64 << (range.max_prefix_len() - range.prefix_len()).min(63);
    if needed > has {
        let message = format!("the nodes of all pools need {needed} addresses, and `{range}` has {has}");
        report
            .warning(network::SUBNET_FULL, facts.kubernetes.cluster_subnet().path, message)
            .help("take a larger range, or fewer pods per node (`--max-pods`)");
    }
}

fn load_balancer(facts: &Facts, report: &mut Report) {
    let kubernetes = &facts.kubernetes;
    let at = kubernetes.load_balancer_sku();
    let sku = at.given();
    if let Some(sku) = sku.filter(|sku| !["basic", "standard"].contains(&sku.to_ascii_lowercase().as_str())) {
        let message = format!("{} is not known, expected `Basic` or `Standard`", show(&at.path, sku));
        report.error(network::LOAD_BALANCER, at.path.clone(), message);
    }
    if sku.is_some_and(|sku| sku.eq_ignore_ascii_case("basic")) && !facts.decided.azure_stack {
        let message = "Azure makes no basic load balancers any more, so that only a cluster that has one can keep it";
        report.warning(network::BASIC_LOAD_BALANCER, at.path.clone(), message).help("for a new cluster leave `loadBalancerSku` out");
    }
    // only this spelling is looked at by the peers
    if at.is("Standard") && !kubernetes.exclude_master_from_standard_lb().is_true() {
        let message = "`Standard` needs `excludeMasterFromStandardLB` to be true";
        report
            .error(network::LOAD_BALANCER, at.path.clone(), message)
            .help("add `\"excludeMasterFromStandardLB\": true`, or leave `loadBalancerSku` out");
    }
    outbound(facts, report);
    let rules = kubernetes.maximum_load_balancer_rule_count();
    if let Some(count) = rules.get().filter(|count| *count < 0) {
        report.error(cluster::RANGE, rules.path, format!("found `{count}`, expected 0 or more"));
    }
}

fn outbound(facts: &Facts, report: &mut Report) {
    let kubernetes = &facts.kubernetes;
    let (sku, ips) = (kubernetes.load_balancer_sku(), kubernetes.load_balancer_outbound_ips());
    if sku.is("Basic") && ips.is_there() {
        let message = "outbound addresses are for standard load balancers, and `loadBalancerSku` is `Basic`";
        report.error(network::LOAD_BALANCER, ips.path, message);
    } else if let Some(count) = ips.get().filter(|count| *count > 16) {
        report.error(network::LOAD_BALANCER, ips.path, format!("found `{count}`, expected at most 16"));
    }
    let minutes = kubernetes.outbound_rule_idle_timeout_in_minutes();
    if sku.is("Standard") && minutes.get() != Some(0) {
        in_range(report, &minutes, 4..=120, " minutes");
    }
}

fn dual_stack(facts: &Facts, report: &mut Report) {
    if !facts.flags.enable_ipv6_dual_stack().is_true() {
        return;
    }
    let path = facts.flags.enable_ipv6_dual_stack().path;
    if facts.flags.enable_ipv6_only().is_true() {
        report.error(network::DUAL_STACK, path.clone(), "`enableIPv6DualStack` and `enableIPv6Only` exclude each other");
    }
    // the peers look at what is written, and only when there is a kubernetesConfig
    let plugin = facts.kubernetes.network_plugin().given();
    let policy = facts.kubernetes.network_policy().given();
    if plugin.is_none() && facts.kubernetes.is_there() {
        let path = facts.kubernetes.network_plugin().path;
        let message = "dual stack needs `networkPlugin` written out, `azure` or `kubenet`";
        report.error(network::DUAL_STACK, path, message).help("`azure` is the default");
    }
    if let Some(policy) = policy.filter(|_| plugin == Some("azure")) {
        let path = facts.kubernetes.network_policy().path;
        let message = format!("dual stack with azure CNI has no network policy, found {}", show(&path, policy));
        report.error(network::DUAL_STACK, path, message);
    }
    flatcar(facts, report, network::DUAL_STACK);
}

fn ipv6_only(facts: &Facts, report: &mut Report) {
    if !facts.flags.enable_ipv6_only().is_true() {
        return;
    }
    let path = facts.flags.enable_ipv6_only().path;
    if let Some(pool) = facts.windows_pools().next() {
        let name = pool.name().given().unwrap_or_default();
        let message = format!("Windows nodes need IPv4, and pool {} runs Windows", show(&path, name));
        report.error(network::IPV6_ONLY, path.clone(), message).help("take `enableIPv6DualStack`");
    }
    if facts.decided.plugin != NetworkPlugin::Kubenet {
        report.error(network::IPV6_ONLY, path, "IPv6 alone works with `networkPlugin` `kubenet` only");
    }
    flatcar(facts, report, network::IPV6_ONLY);
}

fn flatcar(facts: &Facts, report: &mut Report, code: &'static crate::report::Code) {
    for pool in facts.pools.iter().filter(|pool| pool.distro().is("flatcar")) {
        report.error(code, pool.distro().path, "IPv6 works with Ubuntu pools only, found `flatcar`");
    }
}
