//! What to say about a key that is not known.

use super::ClusterDefinition;
use super::shape::Shaped;
use crate::report::{Path, nearest};
use std::collections::BTreeSet;

/// A key that occurs in more objects than this says nothing about where it was meant to stand.
const MAX_OWNERS: usize = 3;

/// Which key was meant, or where this one belongs.
pub(super) fn on(key: &str, known: &[&'static str]) -> Option<String> {
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
