use crate::model::{Availability, Masters, NetworkPlugin};
use crate::report::codes::{cluster, network};
use crate::report::{Report, either, show};
use crate::validate::form::support::missing;
use crate::wire::{At, MasterProfile};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr};

/// The internal load balancer of several masters is this far behind the first one.
const LOAD_BALANCER_OFFSET: u8 = 10;

/// The control plane's nodes are a scale set, which they are only where the definition says it.
pub(crate) fn is_scale_set(masters: &At<MasterProfile>) -> bool {
    masters.availability_profile().choice() == Some(Availability::ScaleSet)
}

/// The API server: the master itself, or the internal load balancer of several (aks-engine vars:450-464).
pub(super) fn masters(masters: &At<MasterProfile>, plugin: NetworkPlugin, pods: Option<&[IpNet]>, report: &mut Report) -> Option<Masters> {
    let (count, first) = (count(masters, report), first_address(masters, plugin, pods, report));
    let (count, first, scale_set) = (count?, first?, is_scale_set(masters));
    let [a, b, c, d] = first.octets();
    let api_server_ip = match (count, scale_set) {
        (1, _) => first,
        (_, true) => Ipv4Addr::new(a, b, 255, 10),
        (_, false) => Ipv4Addr::new(a, b, c, d.wrapping_add(LOAD_BALANCER_OFFSET)),
    };
    Some(Masters { count, scale_set, api_server_ip })
}

fn count(masters: &At<MasterProfile>, report: &mut Report) -> Option<u32> {
    let at = masters.count();
    match at.get() {
        Some(1) => return Some(1),
        Some(3) => return Some(3),
        Some(5) => return Some(5),
        // without masters that is what is reported
        None if !masters.is_there() => {}
        None => missing(report, &at, ", expected `1`, `3` or `5`"),
        Some(count) => {
            report.error(cluster::MASTER_COUNT, at.path, format!("found `{count}`, expected {}", either(&[1, 3, 5])));
        }
    }
    None
}

/// The definition's own address counts in an own virtual network only (aks-engine def:507-540, types:1308-1334).
fn first_address(masters: &At<MasterProfile>, plugin: NetworkPlugin, pods: Option<&[IpNet]>, report: &mut Report) -> Option<Ipv4Addr> {
    if is_scale_set(masters) {
        return Some(Ipv4Addr::new(10, 240, 0, 4));
    }
    if masters.vnet_subnet_id().given().is_some() {
        return own_address(&masters.first_consecutive_static_ip(), report);
    }
    match (plugin, pods?.first()) {
        (NetworkPlugin::Azure, Some(pods)) => match pods.broadcast() {
            IpAddr::V4(last) => {
                let [a, b, c, _] = last.octets();
                Some(Ipv4Addr::new(a, b, c, 5))
            }
            // with azure CNI a rule refuses IPv6 alone
            IpAddr::V6(_) => None,
        },
        _ => Some(Ipv4Addr::new(10, 240, 255, 5)),
    }
}

/// What the nodes are told is an IPv4 address.
fn own_address(at: &At<String>, report: &mut Report) -> Option<Ipv4Addr> {
    let Some(address) = at.given() else {
        let message = "`firstConsecutiveStaticIP` is missing: in an own virtual network nobody else knows the API server's address";
        report.error(network::ADDRESS, at.path.clone(), message);
        return None;
    };
    let parsed = address.parse().ok();
    if parsed.is_none() {
        report.error(network::ADDRESS, at.path.clone(), format!("{} is not an IPv4 address", show(&at.path, address)));
    }
    parsed
}
