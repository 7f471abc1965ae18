//! What to say about a key that is not known.

use super::ClusterDefinition;
use super::shape::Shaped;
use crate::report::{Path, Place, Report, Severity, codes::reading, nearest, show};
use std::collections::BTreeSet;

/// A key that occurs in more objects than this says nothing about where it was meant to stand.
const MAX_OWNERS: usize = 3;

/// Records that the object at `parent` has no `key`, and which key or place was meant.
pub(super) fn unknown_key(report: &mut Report, parent: &Path, key: &str, known: &[&'static str], place: Place) {
    let path = parent.key(key.to_owned());
    let message = format!("{} is not a known key", show(parent, key));
    // advice costs more than the finding, and beyond the limit nobody reads it
    let help = if report.is_full(Severity::Error) { None } else { advice(key, known) };
    report.error(reading::UNKNOWN_KEY, path, message).at(place).help_if(help);
}

fn advice(key: &str, known: &[&'static str]) -> Option<String> {
    let mut owners = ClusterDefinition::SHAPE.owners(key);
    // of the three kubernetesConfig the one of the cluster is meant
    let mut kinds = BTreeSet::new();
    owners.retain(|path| kinds.insert(path.last().cloned()));
    if (1..=MAX_OWNERS).contains(&owners.len()) {
        let places: Vec<_> = owners.iter().map(owner).collect();
        return Some(format!("this key belongs in {}", places.join(" or ")));
    }
    nearest(key, known).map(|near| format!("did you mean `{near}`?"))
}

/// `properties.agentPoolProfiles[]`: whichever element.
fn owner(path: &Path) -> String {
    if path.depth() == 0 {
        return "the definition itself, beside `properties`".to_owned();
    }
    format!("`{}`", path.to_string().replace("[0]", "[]"))
}
