//! Subnets of the user's own virtual network, and ids of other resources.

use super::Facts;
use crate::report::codes::{cluster, network, pools};
use crate::report::{Report, show};
use crate::validate::resolve::DEFAULT_VNET_CIDR;
use crate::wire::{At, MasterProfile};
use ipnet::IpNet;
use std::net::IpAddr;

/// A kind of resource, and the words of its ids behind the provider's; a blank one stands for any name.
pub(super) struct ResourceId(&'static str, &'static str, &'static [&'static str]);

pub(super) const SUBNET: ResourceId = ResourceId("a subnet", "Microsoft.Network", &["virtualNetworks", "", "subnets", ""]);
pub(super) const VAULT: ResourceId = ResourceId("a Key Vault", "Microsoft.KeyVault", &["vaults", ""]);
pub(super) const DISK_ENCRYPTION_SET: ResourceId = ResourceId("a disk encryption set", "Microsoft.Compute", &["diskEncryptionSets", ""]);
pub(super) const PLACEMENT_GROUP: ResourceId =
    ResourceId("a proximity placement group", "Microsoft.Compute", &["proximityPlacementGroups", ""]);
pub(super) const IDENTITY: ResourceId = ResourceId("an identity", "Microsoft.ManagedIdentity", &["userAssignedIdentities", ""]);
pub(super) const BACKEND_POOL: ResourceId =
    ResourceId("a backend pool", "Microsoft.Network", &["loadBalancers", "", "backendAddressPools", ""]);

impl ResourceId {
    /// Refuses a text that is given and is no such id.
    pub(super) fn check(&self, report: &mut Report, at: &At<String>) {
        let Some(id) = at.given().filter(|id| !self.matches(id)) else { return };
        let message = format!("{} is not the id of {}", show(&at.path, id), self.0);
        report.error(cluster::RESOURCE_ID, at.path.clone(), message).help(format!("write `{}`", self.pattern()));
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
            let part = if word.is_empty() { format!("/<{}>", singular(previous)) } else { format!("/{word}") };
            previous = word;
            part
        });
        shown.collect()
    }
}

fn singular(word: &str) -> String {
    word.strip_suffix("ies").map_or_else(|| word.trim_end_matches('s').to_owned(), |stem| format!("{stem}y"))
}

/// All parts are in one virtual network of the user's, or all in the one that aks-engine makes.
pub(super) fn check(facts: &Facts, report: &mut Report) {
    let masters = &facts.masters;
    if !masters.is_there() {
        return;
    }
    SUBNET.check(report, &masters.vnet_subnet_id());
    SUBNET.check(report, &masters.agent_vnet_subnet_id());
    pools_in_one_network(facts, report);
    if masters.vnet_subnet_id().given().is_some() {
        vnet_cidr(masters, report);
        default_range(masters, report);
    }
}

fn pools_in_one_network(facts: &Facts, report: &mut Report) {
    let theirs = facts.masters.vnet_subnet_id().given();
    for at in facts.pools.iter().map(|pool| pool.vnet_subnet_id()) {
        SUBNET.check(report, &at);
        match (theirs, at.given()) {
            (Some(_), None) => {
                report.error(pools::VNET, at.path, "`vnetSubnetID` is missing, and the control plane has one");
            }
            (None, Some(_)) => {
                report.error(pools::VNET, at.path, "the pool has a subnet of its own, and `masterProfile.vnetSubnetID` is missing");
            }
            (Some(theirs), Some(ours)) if SUBNET.matches(theirs) && SUBNET.matches(ours) && network_of(theirs) != network_of(ours) => {
                let theirs = show(&at.path, network_of(theirs));
                let message = format!("the subnet is in another virtual network than the control plane's, {theirs}");
                report.error(pools::VNET, at.path, message);
            }
            _ => {}
        }
    }
}

/// The id of the virtual network of a subnet.
fn network_of(subnet: &str) -> &str {
    subnet.rsplit_once("/subnets/").map_or(subnet, |(network, _)| network)
}

fn vnet_cidr(masters: &At<MasterProfile>, report: &mut Report) {
    let at = masters.vnet_cidr();
    let Some(cidr) = at.given().filter(|cidr| cidr.parse::<IpNet>().is_err()) else { return };
    let ranges: Vec<_> = cidr.split(',').map(str::trim).collect();
    if ranges.len() > 1 && ranges.iter().all(|range| range.parse::<IpNet>().is_ok()) {
        let message = format!("{} are {} ranges, and the CNI is told one", show(&at.path, cidr), ranges.len());
        let help = "give the range that the nodes' subnet is in; pods reach the others through the node's address";
        report.error(network::CIDR, at.path, message).help(help);
        return;
    }
    let message = format!("{} is not an address range such as `10.240.0.0/12`", show(&at.path, cidr));
    report.error(network::CIDR, at.path, message);
}

/// What the nodes take for their network must hold the control plane's address.
fn default_range(masters: &At<MasterProfile>, report: &mut Report) {
    let (range_at, address_at) = (masters.vnet_cidr(), masters.first_consecutive_static_ip());
    let written = range_at.given();
    let Ok(range) = written.unwrap_or(DEFAULT_VNET_CIDR).parse::<IpNet>() else { return };
    let Some(address) = address_at.given() else { return };
    if address.parse::<IpAddr>().map_or(true, |address| range.contains(&address)) {
        return;
    }
    let shown = show(&address_at.path, address);
    if let Some(range) = written {
        let message = format!("{shown} is not in `vnetCidr`, {}", show(&address_at.path, range));
        report.warning(network::VNET_CIDR, address_at.path, message);
    } else {
        let message = format!("`vnetCidr` is missing, so `{DEFAULT_VNET_CIDR}` is taken, and {shown} is not in it");
        let help = "give the range of the virtual network: what is outside is reached through the node's address";
        report.warning(network::VNET_CIDR, range_at.path, message).help(help);
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
