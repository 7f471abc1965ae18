//! The region of the cluster.

use super::Facts;
use crate::report::codes::cluster;
use crate::report::{Report, nearest, show};
use crate::validate::resolve;

/// A region whose letters differ in no more than these from another's is misspelt.
const MOST_WRONG: usize = 2;

pub(super) fn check(facts: &Facts, report: &mut Report) {
    let at = facts.definition.location();
    // the regions of a custom cloud are its own
    let Some(found) = at.given().filter(|_| facts.decided.cloud.custom.is_none()) else { return };
    let regions: Vec<_> = facts.catalog.regions().collect();
    if let Some(near) = meant(&resolve::normalise_location(found), &regions) {
        let message = format!("no region is called {}", show(&at.path, found));
        report.warning(cluster::REGION, at.path, message).help(format!("did you mean `{near}`?"));
    }
}

/// The region that a misspelt one was meant to be; nothing for one that is known, or new at a place that is.
fn meant<'a>(found: &str, regions: &[&'a str]) -> Option<&'a str> {
    if regions.iter().any(|known| place(known) == place(found)) {
        return None;
    }
    let turned = regions.iter().find(|known| sorted(known) == sorted(found)).copied();
    let near = || nearest(found, regions).filter(|near| strsim::damerau_levenshtein(&letters(found), &letters(near)) <= MOST_WRONG);
    turned.or_else(near)
}

/// The same for `uswest2` and `westus2`.
fn sorted(region: &str) -> Vec<char> {
    let mut all: Vec<_> = region.chars().collect();
    all.sort_unstable();
    all
}

fn letters(region: &str) -> String {
    region.chars().filter(|c| !c.is_ascii_digit()).collect()
}

/// Regions of one place differ in number and quarter, `eastus2` and `westus3`, `italynorth` and, some day, another.
fn place(region: &str) -> String {
    ["north", "south", "east", "west"].iter().fold(letters(region), |place, quarter| place.replace(quarter, "*"))
}

#[cfg(test)]
mod tests {
    use super::meant;
    use crate::catalog::Catalog;

    #[test]
    fn a_misspelt_region_is_told_from_a_new_one() {
        let catalog = Catalog::built_in("aks-engine").unwrap();
        let regions: Vec<_> = catalog.regions().collect();
        for (found, expected) in [
            ("westuerope", "westeurope"),
            ("weteurope", "westeurope"),
            ("estus2", "eastus2"),
            ("eastuss", "eastus"),
            ("southcentrlus", "southcentralus"),
            ("germanywestcentrall", "germanywestcentral"),
            ("usgovvirgina", "usgovvirginia"),
            ("chinanroth2", "chinanorth2"),
            ("uswest2", "westus2"),
            ("indiacentral", "centralindia"),
        ] {
            assert_eq!(meant(found, &regions), Some(expected), "{found}");
        }
        let known_new_or_strange = [
            "westeurope",
            "eastus3",
            "westus9",
            "italysouth",
            "northeastus5",
            "southeastus3",
            "swedensouth",
            "chinaeast4",
            "eastusstg",
            "centralusstage",
            "saudiarabiaeast",
            "greececentral",
            "finlandcentral",
            "asia",
            "global",
            "local",
            "[resourcegroup().location]",
            "",
        ];
        for found in known_new_or_strange {
            assert_eq!(meant(found, &regions), None, "{found}");
        }
    }
}
