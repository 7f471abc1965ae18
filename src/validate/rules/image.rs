//! References to images: whether they are complete.

use super::Facts;
use super::support::given;
use crate::report::codes::pools;
use crate::report::{Path, Report, all_of};
use crate::wire::{self, paths};

pub(super) fn check(facts: &Facts, report: &mut Report) {
    if let Some(profile) = facts.windows.filter(|_| facts.has_windows()) {
        reference(profile, report);
    }
}

/// Name and resource group belong together; pools and the control plane have nothing else.
pub(super) fn name_and_group(report: &mut Report, parent: &Path, reference: Option<&wire::ImageReference>) {
    let Some(reference) = reference else { return };
    let (name, group) = (given(reference.name.as_ref()), given(reference.resource_group.as_ref()));
    let absent = match (name, group) {
        (Some(_), None) => "resourceGroup",
        (None, Some(_)) => "name",
        _ => return,
    };
    incomplete(report, &parent.key("imageReference"), &[absent]);
}

fn incomplete(report: &mut Report, path: &Path, absent: &[&'static str]) {
    let verb = if absent.len() == 1 { "is" } else { "are" };
    let message = format!("{} {verb} missing, so this names no image", all_of(absent));
    report.error(pools::IMAGE_REFERENCE, path.clone(), message);
}

/// The peers take the marketplace image when this one is not complete.
fn reference(profile: &wire::WindowsProfile, report: &mut Report) {
    let Some(reference) = &profile.image_reference else { return };
    let fields = [
        ("name", &reference.name),
        ("resourceGroup", &reference.resource_group),
        ("gallery", &reference.gallery),
        ("subscriptionId", &reference.subscription_id),
        ("version", &reference.version),
    ];
    let has = |value: &Option<String>| given(value.as_ref()).is_some();
    let gallery = fields[2..].iter().any(|(_, value)| has(value));
    let needed = if gallery { &fields[..] } else { &fields[..2] };
    let absent: Vec<_> = needed.iter().filter(|(_, value)| !has(value)).map(|(key, _)| *key).collect();
    if !absent.is_empty() && fields.iter().any(|(_, value)| has(value)) {
        incomplete(report, &paths::windows().key("imageReference"), &absent);
    }
}
