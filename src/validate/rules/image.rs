//! References to images: whether they are complete.

use super::Facts;
use super::support::given;
use crate::catalog::ImageChoice;
use crate::model::WindowsImage;
use crate::report::codes::{pools, windows};
use crate::report::{Path, Report, all_of, show};
use crate::wire::{self, paths};

pub(super) fn check(facts: &Facts, report: &mut Report) {
    if let Some(profile) = facts.windows.filter(|_| facts.has_windows()) {
        reference(profile, report);
        if let Some(WindowsImage::Marketplace { publisher, offer, sku, .. }) = &facts.image {
            marketplace(facts, profile, [publisher, offer, sku], report);
            build(facts, [publisher, offer, sku], report);
        }
    }
}

/// What the definition leaves out is filled in from the catalog's image: with a part of another image it names none.
fn marketplace(facts: &Facts, profile: &wire::WindowsProfile, [publisher, offer, sku]: [&String; 3], report: &mut Report) {
    let pairs = [ImageChoice::Stock, ImageChoice::Containerd, ImageChoice::Docker].map(|choice| facts.catalog.image(choice));
    let fields = [("WindowsPublisher", &profile.windows_publisher), ("WindowsOffer", &profile.windows_offer)];
    let absent: Vec<_> = fields.iter().filter(|(_, value)| given(value.as_ref()).is_none()).map(|(key, _)| *key).collect();
    let has_sku = given(profile.windows_sku.as_ref()).is_some();
    let filled_in = facts.catalog.publisher(publisher).filter(|_| absent.len() == 2 && has_sku);
    let is_pair = pairs.iter().any(|image| image.publisher == *publisher && image.offer == *offer);
    let (key, verb) = if has_sku { ("WindowsSku", "names") } else { ("WindowsOffer", "name") };
    if (absent.len() == 1 && !is_pair) || filled_in.is_some_and(|publisher| !publisher.may_have(sku)) {
        let is = if absent.len() == 1 { "is" } else { "are" };
        let message = format!("{} {is} missing, and {publisher}:{offer}:{sku} {verb} no image", all_of(&absent));
        let stock = pairs[0];
        let help = format!("write `\"WindowsPublisher\": \"{}\", \"WindowsOffer\": \"{}\"`", stock.publisher, stock.offer);
        report.error(pools::IMAGE_REFERENCE, paths::windows().key(key), message).help(help);
    } else if !has_sku && let Some(version) = given(profile.image_version.as_ref()) {
        let filled = pairs.iter().find(|image| image.sku == *sku).map(|image| image.version.as_str());
        if filled.is_some_and(|filled| filled != version) {
            let path = paths::windows().key("imageVersion");
            let message = format!("{} is a version of another SKU than `{sku}`, which is filled in", show(&path, version));
            report.warning(pools::IMAGE_VERSION, path, message).help("write `WindowsPublisher`, `WindowsOffer` and `WindowsSku`, too");
        }
    }
}

/// Builds that no Kubernetes has nodes of, and releases that do not yet know a build.
fn build(facts: &Facts, [publisher, offer, sku]: [&String; 3], report: &mut Report) {
    let path = paths::windows().key("WindowsSku");
    if let Some(name) = facts.catalog.unsupported_build(sku) {
        let known: Vec<_> =
            facts.catalog.os_builds().filter_map(|build| facts.catalog.os_build(build)).map(|os| os.name.as_str()).collect();
        let message = format!("{} is {name}, and nodes run on {}", show(&path, sku), crate::report::either(&known));
        report.error(windows::WINDOWS_BUILD, path, message);
        return;
    }
    let Some(version) = &facts.version else { return };
    let Some(build) = facts.catalog.build_of_image(publisher, offer, sku, "") else { return };
    let (Some(since), Some(os)) = (facts.catalog.too_new_for(version, build), facts.catalog.os_build(build)) else { return };
    let message = format!("{} nodes need Kubernetes {since} or later, and this is {version}", os.name);
    report.warning(windows::WINDOWS_TOO_NEW, path, message).help("take an image of Windows Server 2019");
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
