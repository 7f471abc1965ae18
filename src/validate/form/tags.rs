//! Tags of VMs, as Azure Resource Manager takes them ("Use tags to organize your Azure resources").

use super::Facts;
use crate::model::OWN_TAGS;
use crate::report::codes::cluster::NO_EFFECT;
use crate::report::codes::pools;
use crate::report::{Path, Report, show};
use crate::wire::{AgentPoolProfile, At};
use std::collections::BTreeMap;

/// Tags of one resource.
const MOST: usize = 50;
const NAME_LENGTH: usize = 512;
const VALUE_LENGTH: usize = 256;
const FORBIDDEN: &str = "<>%&\\?/";

pub(super) fn check(facts: &Facts, report: &mut Report) {
    for tags in facts.windows_pools().map(At::<AgentPoolProfile>::custom_vm_tags) {
        let mut spellings: BTreeMap<String, &str> = BTreeMap::new();
        for (name, at) in tags.entries() {
            tag(&at.path, name, at.given().unwrap_or_default(), report);
            if let Some(other) = spellings.insert(name.to_lowercase(), name) {
                refuse(&at.path, name, &format!("differs from `{other}` only in case"), report);
            }
        }
        let theirs = spellings.keys().filter(|name| !is_ours(name)).count();
        let most = MOST - OWN_TAGS.len();
        if theirs > most {
            let message = format!("found {theirs} tags, expected at most {most} beside the {} of every node", OWN_TAGS.len());
            report.error(pools::TAG, tags.path, message);
        }
    }
}

fn is_ours(name: &str) -> bool {
    OWN_TAGS.iter().any(|ours| ours.eq_ignore_ascii_case(name))
}

fn tag(path: &Path, name: &str, value: &str, report: &mut Report) {
    let length = |text: &str| text.encode_utf16().count();
    if is_ours(name) {
        report.warning(NO_EFFECT, path.clone(), "every node has this tag, with a value that tells which pool it is of");
    }
    if let Some(character) = name.chars().find(|c| FORBIDDEN.contains(*c)) {
        refuse(path, name, &format!("has `{character}` in its name"), report);
    }
    if name.is_empty() || length(name) > NAME_LENGTH {
        refuse(path, name, &format!("has {} characters in its name, expected 1 to {NAME_LENGTH}", length(name)), report);
    }
    if length(value) > VALUE_LENGTH {
        refuse(path, name, &format!("has a value of {} characters, expected at most {VALUE_LENGTH}", length(value)), report);
    }
}

fn refuse(path: &Path, name: &str, why: &str, report: &mut Report) {
    report.error(pools::TAG, path.clone(), format!("tag {} {why}", show(path, name)));
}
