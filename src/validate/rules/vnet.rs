//! Subnets of the user's own virtual network, and ids of other resources.

use super::Facts;
use super::masters::is_scale_set;
use super::support::given;
use crate::report::codes::{cluster, network, pools};
use crate::report::{Path, Report, show};
use crate::wire::{self, paths};
use ipnet::IpNet;
use std::net::IpAddr;

/// Network of the nodes where the definition does not tell it.
const DEFAULT_VNET_CIDR: &str = "10.0.0.0/8";

/// A kind of resource, and the words of its ids behind the provider's; a blank one stands for any name.
pub(super) struct ResourceId(&'static str, &'static str, &'static [&'static str]);

pub(super) const SUBNET: ResourceId = ResourceId("a subnet", "Microsoft.Network", &["virtualNetworks", "", "subnets", ""]);
pub(super) const VAULT: ResourceId = ResourceId("a Key Vault", "Microsoft.KeyVault", &["vaults", ""]);
pub(super) const DISK_ENCRYPTION_SET: ResourceId = ResourceId("a disk encryption set", "Microsoft.Compute", &["diskEncryptionSets", ""]);
pub(super) const PLACEMENT_GROUP: ResourceId =
    ResourceId("a proximity placement group", "Microsoft.Compute", &["proximityPlacementGroups", ""]);

impl ResourceId {
    /// Refuses a text that is given and is no such id.
    pub(super) fn check(&self, report: &mut Report, parent: &Path, key: &'static str, id: Option<&String>) {
        let Some(id) = given(id).filter(|id| !self.matches(id)) else { return };
        let path = parent.key(key);
        let message = format!("{} is not the id of {}", show(&path, id), self.0);
        report.error(cluster::RESOURCE_ID, path, message).help(format!("write `{}`", self.pattern()));
    }

    pub(super) fn matches(&self, id: &str) -> bool {
        let segments: Vec<&str> = id.strip_prefix('/').unwrap_or_default().split('/').collect();
        let plain = |segment: &str| !segment.is_empty() && !segment.contains(char::is_whitespace) && segment != "..";
        let fits = |(segment, word): (&&str, &str)| if word.is_empty() { plain(segment) } else { *segment == word };
        segments.len() == self.words().count() && segments.iter().zip(self.words()).all(fits)
    }

    fn words(&self) -> impl Iterator<Item = &'static str> {
        ["subscriptions", "", "resourceGroups", "", "providers", self.1].into_iter().chain(self.2.iter().copied())
    }

    fn pattern(&self) -> String {
        let mut previous = "";
        let shown = self.words().map(|word| {
            let part = if word.is_empty() { format!("/<{}>", previous.trim_end_matches('s')) } else { format!("/{word}") };
            previous = word;
            part
        });
        shown.collect()
    }
}

/// All parts are in one virtual network of the user's, or all in the one that aks-engine makes.
pub(super) fn check(facts: &Facts, report: &mut Report) {
    let Some(masters) = facts.masters else { return };
    let path = paths::masters();
    SUBNET.check(report, &path, "vnetSubnetID", masters.vnet_subnet_id.as_ref());
    SUBNET.check(report, &path, "agentVnetSubnetID", masters.agent_vnet_subnet_id.as_ref());
    pools_in_one_network(facts, masters, report);
    if given(masters.vnet_subnet_id.as_ref()).is_some() {
        first_address(masters, report);
        vnet_cidr(masters, report);
        default_range(masters, report);
    }
}

fn pools_in_one_network(facts: &Facts, masters: &wire::MasterProfile, report: &mut Report) {
    let theirs = given(masters.vnet_subnet_id.as_ref());
    for pool in &facts.pools {
        SUBNET.check(report, &pool.path, "vnetSubnetID", pool.profile.vnet_subnet_id.as_ref());
        let path = pool.path.key("vnetSubnetID");
        match (theirs, given(pool.profile.vnet_subnet_id.as_ref())) {
            (Some(_), None) => {
                report.error(pools::VNET, path, "`vnetSubnetID` is missing, and the control plane has one");
            }
            (None, Some(_)) => {
                report.error(pools::VNET, path, "the pool has a subnet of its own, and `masterProfile.vnetSubnetID` is missing");
            }
            (Some(theirs), Some(ours)) if SUBNET.matches(theirs) && SUBNET.matches(ours) && network_of(theirs) != network_of(ours) => {
                let message =
                    format!("the subnet is in another virtual network than the control plane's, {}", show(&path, network_of(theirs)));
                report.error(pools::VNET, path, message);
            }
            _ => {}
        }
    }
}

/// The id of the virtual network of a subnet.
fn network_of(subnet: &str) -> &str {
    subnet.rsplit_once("/subnets/").map_or(subnet, |(network, _)| network)
}

fn first_address(masters: &wire::MasterProfile, report: &mut Report) {
    let path = paths::masters().key("firstConsecutiveStaticIP");
    if is_scale_set(masters) {
        return;
    }
    match given(masters.first_consecutive_static_ip.as_ref()) {
        None => {
            let message = "`firstConsecutiveStaticIP` is missing: in an own virtual network nobody else knows the API server's address";
            report.error(network::ADDRESS, path, message);
        }
        // what the nodes are told is an IPv4 address
        Some(address) if address.parse::<IpAddr>().map_or(true, |address| address.is_ipv6()) => {
            let message = format!("{} is not an IPv4 address", show(&path, address));
            report.error(network::ADDRESS, path, message);
        }
        Some(_) => {}
    }
}

fn vnet_cidr(masters: &wire::MasterProfile, report: &mut Report) {
    let Some(cidr) = given(masters.vnet_cidr.as_ref()).filter(|cidr| cidr.parse::<IpNet>().is_err()) else { return };
    let path = paths::masters().key("vnetCidr");
    let ranges: Vec<_> = cidr.split(',').map(str::trim).collect();
    if ranges.len() > 1 && ranges.iter().all(|range| range.parse::<IpNet>().is_ok()) {
        let message = format!("{} are {} ranges, and the CNI is told one", show(&path, cidr), ranges.len());
        let help = "give the range that the nodes' subnet is in; pods reach the others through the node's address";
        report.error(network::CIDR, path, message).help(help);
        return;
    }
    let message = format!("{} is not an address range such as `10.240.0.0/12`", show(&path, cidr));
    report.error(network::CIDR, path, message);
}

/// What the nodes take for their network when the definition is silent (aks-engine `DefaultVNETCIDR`) must hold their addresses.
fn default_range(masters: &wire::MasterProfile, report: &mut Report) {
    let addresses = [("firstConsecutiveStaticIP", &masters.first_consecutive_static_ip)];
    let written = given(masters.vnet_cidr.as_ref());
    let Ok(range) = written.unwrap_or(DEFAULT_VNET_CIDR).parse::<IpNet>() else { return };
    for (key, address) in addresses {
        let Some(address) = given(address.as_ref()) else { continue };
        if address.parse::<IpAddr>().map_or(true, |address| range.contains(&address)) {
            continue;
        }
        let path = paths::masters().key(key);
        let shown = show(&path, address);
        match written {
            None => {
                let message = format!("`vnetCidr` is missing, so `{DEFAULT_VNET_CIDR}` is taken, and {shown} is not in it");
                let help = "give the range of the virtual network: what is outside is reached through the node's address";
                report.warning(network::VNET_CIDR, paths::masters().key("vnetCidr"), message).help(help);
            }
            Some(range) => {
                let message = format!("{shown} is not in `vnetCidr`, {}", show(&path, range));
                report.warning(network::VNET_CIDR, path, message);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_spelt_as_the_peers_want_them() {
        let id = "/subscriptions/1/resourceGroups/r/providers/Microsoft.Network/virtualNetworks/v/subnets/s";
        assert!(SUBNET.matches(id));
        for wrong in [&id[1..], &format!("{id}/"), &id.to_lowercase(), &id.replace("/r/", "/../"), &id.replace("/v/", "/v w/"), "", "/"] {
            assert!(!SUBNET.matches(wrong), "{wrong}");
        }
        assert_eq!(network_of(id), id.strip_suffix("/subnets/s").unwrap());
    }

    #[test]
    fn the_pattern_shows_what_goes_where() {
        assert_eq!(
            VAULT.pattern(),
            "/subscriptions/<subscription>/resourceGroups/<resourceGroup>/providers/Microsoft.KeyVault/vaults/<vault>"
        );
    }
}
