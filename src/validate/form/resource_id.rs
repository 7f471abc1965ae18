//! Ids of other resources.

use crate::report::codes::cluster;
use crate::report::{Report, show};
use crate::wire::At;

/// A kind of resource, and the words of its ids behind the provider's; a blank one stands for any name.
pub(in crate::validate) struct ResourceId(&'static str, &'static str, &'static [&'static str]);

pub(in crate::validate) const SUBNET: ResourceId = ResourceId("a subnet", "Microsoft.Network", &["virtualNetworks", "", "subnets", ""]);
pub(in crate::validate) const VAULT: ResourceId = ResourceId("a Key Vault", "Microsoft.KeyVault", &["vaults", ""]);
pub(in crate::validate) const DISK_ENCRYPTION_SET: ResourceId =
    ResourceId("a disk encryption set", "Microsoft.Compute", &["diskEncryptionSets", ""]);
pub(in crate::validate) const PLACEMENT_GROUP: ResourceId =
    ResourceId("a proximity placement group", "Microsoft.Compute", &["proximityPlacementGroups", ""]);
pub(in crate::validate) const IDENTITY: ResourceId =
    ResourceId("an identity", "Microsoft.ManagedIdentity", &["userAssignedIdentities", ""]);
pub(in crate::validate) const BACKEND_POOL: ResourceId =
    ResourceId("a backend pool", "Microsoft.Network", &["loadBalancers", "", "backendAddressPools", ""]);

impl ResourceId {
    /// Refuses a text that is given and is no such id.
    pub(in crate::validate) fn check(&self, report: &mut Report, at: &At<String>) {
        let Some(id) = at.given().filter(|id| !self.matches(id)) else { return };
        let message = format!("{} is not the id of {}", show(&at.path, id), self.0);
        report.error(cluster::RESOURCE_ID, at.path.clone(), message).help(format!("write `{}`", self.pattern()));
    }

    pub(in crate::validate) fn matches(&self, id: &str) -> bool {
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

/// The id of the virtual network of a subnet.
pub(in crate::validate) fn network_of(subnet: &str) -> &str {
    subnet.rsplit_once("/subnets/").map_or(subnet, |(network, _)| network)
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
