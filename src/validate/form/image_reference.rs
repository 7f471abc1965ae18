use crate::report::codes::pools;
use crate::report::{Report, all_of};
use crate::wire::{At, ImageReference};

/// Name and resource group belong together; pools and the control plane have nothing else.
pub(in crate::validate) fn name_and_group(report: &mut Report, reference: &At<ImageReference>) {
    let (name, group) = (reference.name(), reference.resource_group());
    match (name.given(), group.given()) {
        (Some(_), None) => incomplete(report, reference, &[group.key()]),
        (None, Some(_)) => incomplete(report, reference, &[name.key()]),
        _ => {}
    }
}

pub(in crate::validate) fn incomplete(report: &mut Report, reference: &At<ImageReference>, absent: &[&str]) {
    let verb = if absent.len() == 1 { "is" } else { "are" };
    let message = format!("{} {verb} missing, so this names no image", all_of(absent));
    report.error(pools::IMAGE_REFERENCE, reference.path.clone(), message);
}
