//! Subnets of the user's own virtual network.

use super::Facts;
use crate::model::Vnet;
use crate::report::codes::{network, pools};
use crate::report::{Report, show};
use crate::validate::form::resource_id::{SUBNET, network_of};
use crate::validate::resolve::DEFAULT_VNET_CIDR;
use crate::wire::{AgentPoolProfile, At};
use std::net::IpAddr;

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
        default_range(facts, report);
    }
}

fn pools_in_one_network(facts: &Facts, report: &mut Report) {
    let theirs = facts.masters.vnet_subnet_id().given();
    for at in facts.pools.iter().map(At::<AgentPoolProfile>::vnet_subnet_id) {
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

/// What the nodes take for their network must hold the control plane's address.
fn default_range(facts: &Facts, report: &mut Report) {
    let Some(range) = facts.decided.vnet.as_ref().map(Vnet::cidr) else { return };
    let (range_at, address_at) = (facts.masters.vnet_cidr(), facts.masters.first_consecutive_static_ip());
    let Some(address) = address_at.given() else { return };
    if address.parse::<IpAddr>().map_or(true, |address| range.contains(&address)) {
        return;
    }
    let shown = show(&address_at.path, address);
    if let Some(range) = range_at.given() {
        let message = format!("{shown} is not in `vnetCidr`, {}", show(&address_at.path, range));
        report.warning(network::VNET_CIDR, address_at.path, message);
    } else {
        let message = format!("`vnetCidr` is missing, so `{DEFAULT_VNET_CIDR}` is taken, and {shown} is not in it");
        let help = "give the range of the virtual network: what is outside is reached through the node's address";
        report.warning(network::VNET_CIDR, range_at.path, message).help(help);
    }
}
