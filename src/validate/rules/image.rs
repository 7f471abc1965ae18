//! References to images: whether they are complete.

use super::Facts;
use crate::catalog::ImageChoice;
use crate::model::WindowsImage;
use crate::report::codes::{pools, windows};
use crate::report::{Report, all_of, show};
use crate::validate::form::incomplete;
use crate::wire::At;

pub(super) fn check(facts: &Facts, report: &mut Report) {
    if !facts.has_windows() || !facts.windows.is_there() {
        return;
    }
    reference(facts, report);
    if let Some(WindowsImage::Marketplace { publisher, offer, sku, .. }) = &facts.decided.image {
        marketplace(facts, [publisher, offer, sku], report);
        build(facts, [publisher, offer, sku], report);
    }
}

/// What the definition leaves out is filled in from the catalog's image: with a part of another image it names none.
fn marketplace(facts: &Facts, [publisher, offer, sku]: [&String; 3], report: &mut Report) {
    let profile = &facts.windows;
    let pairs = [ImageChoice::Stock, ImageChoice::Containerd, ImageChoice::Docker].map(|choice| facts.catalog.image(choice));
    let fields = [profile.windows_publisher(), profile.windows_offer()];
    let absent: Vec<_> = fields.iter().filter(|at| at.given().is_none()).map(At::key).collect();
    let has_sku = profile.windows_sku().given().is_some();
    let filled_in = facts.catalog.publisher(publisher).filter(|_| absent.len() == 2 && has_sku);
    let is_pair = pairs.iter().any(|image| image.publisher == *publisher && image.offer == *offer);
    let (at, verb) = if has_sku { (profile.windows_sku(), "names") } else { (profile.windows_offer(), "name") };
    if (absent.len() == 1 && !is_pair) || filled_in.is_some_and(|publisher| !publisher.may_have(sku)) {
        let is = if absent.len() == 1 { "is" } else { "are" };
        let message = format!("{} {is} missing, and {publisher}:{offer}:{sku} {verb} no image", all_of(&absent));
        let stock = pairs[0];
        let help = format!("write `\"WindowsPublisher\": \"{}\", \"WindowsOffer\": \"{}\"`", stock.publisher, stock.offer);
        report.error(pools::IMAGE_REFERENCE, at.path, message).help(help);
    } else if !has_sku && let Some(version) = profile.image_version().given() {
        let filled = pairs.iter().find(|image| image.sku == *sku).map(|image| image.version.as_str());
        if filled.is_some_and(|filled| filled != version) {
            let path = facts.windows.image_version().path;
            let message = format!("{} is a version of another SKU than `{sku}`, which is filled in", show(&path, version));
            report.warning(pools::IMAGE_VERSION, path, message).help("write `WindowsPublisher`, `WindowsOffer` and `WindowsSku`, too");
        }
    }
}

/// Builds that no Kubernetes has nodes of, and releases that do not yet know a build.
fn build(facts: &Facts, [publisher, offer, sku]: [&String; 3], report: &mut Report) {
    let path = facts.windows.windows_sku().path;
    if let Some(name) = facts.catalog.unsupported_build(sku) {
        let known: Vec<_> =
            facts.catalog.os_builds().filter_map(|build| facts.catalog.os_build(build)).map(|os| os.name.as_str()).collect();
        let message = format!("{} is {name}, and nodes run on {}", show(&path, sku), crate::report::either(&known));
        report.error(windows::WINDOWS_BUILD, path, message);
        return;
    }
    let Some(version) = &facts.decided.version else { return };
    let Some(build) = facts.catalog.build_of_image(publisher, offer, sku, "") else { return };
    let (Some(since), Some(os)) = (facts.catalog.too_new_for(version, build), facts.catalog.os_build(build)) else { return };
    let message = format!("{} nodes need Kubernetes {since} or later, and this is {version}", os.name);
    report.warning(windows::WINDOWS_TOO_NEW, path, message).help("take an image of Windows Server 2019");
}

/// The peers take the marketplace image when this one is not complete.
fn reference(facts: &Facts, report: &mut Report) {
    let reference = facts.windows.image_reference();
    let of_both = [reference.name(), reference.resource_group()];
    let of_galleries = [reference.gallery(), reference.subscription_id(), reference.version()];
    let has = |at: &At<String>| at.given().is_some();
    let gallery = of_galleries.iter().any(has);
    let needed = of_both.iter().chain(of_galleries.iter().filter(|_| gallery));
    let absent: Vec<_> = needed.filter(|at| !has(at)).map(At::key).collect();
    if !absent.is_empty() && (gallery || of_both.iter().any(has)) {
        incomplete(report, &reference, &absent);
    }
}
