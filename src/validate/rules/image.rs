//! References to images: whether they are complete.

use super::Facts;
use crate::catalog::{ImageChoice, WindowsImage as CatalogImage};
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
    if let Some(WindowsImage::Marketplace { publisher, offer, sku, version }) = &facts.decided.image {
        if !incomplete_marketplace(facts, [publisher, offer, sku], report) {
            version_alone(facts, publisher, sku, report);
        }
        build(facts, [publisher, offer, sku, version], report);
    }
}

fn default_images<'a>(facts: &Facts<'a>) -> [&'a CatalogImage; 3] {
    [ImageChoice::Stock, ImageChoice::Containerd, ImageChoice::Docker].map(|choice| facts.parts.catalog.image(choice))
}

/// What the definition leaves out is filled in from the catalog's image: with a part of another image it names none. Says whether that is
/// so.
fn incomplete_marketplace(facts: &Facts, [publisher, offer, sku]: [&String; 3], report: &mut Report) -> bool {
    let (profile, images) = (&facts.windows, default_images(facts));
    // Azure does not look at the case of these
    let has = |known: &str, given: &str| known.eq_ignore_ascii_case(given);
    let of_pair = || images.iter().filter(|image| has(&image.publisher, publisher) && has(&image.offer, offer));
    let is_listed = of_pair().any(|image| has(&image.sku, sku));
    let may_have = || facts.catalog.publisher(publisher).is_none_or(|publisher| publisher.may_have(sku));
    let given_sku = profile.windows_sku().given().is_some();
    let pair = [profile.windows_publisher(), profile.windows_offer()];
    let mut absent: Vec<_> = pair.iter().filter(|at| at.given().is_none()).collect();
    let sku_at = profile.windows_sku();
    if absent.is_empty() && !given_sku {
        absent.push(&sku_at);
    }
    if absent.is_empty() || is_listed || (given_sku && of_pair().next().is_some() && may_have()) {
        return false;
    }
    let names: Vec<_> = absent.iter().map(|at| at.key()).collect();
    let is = if absent.len() == 1 { "is" } else { "are" };
    let message = format!("{} {is} missing, and {publisher}:{offer}:{sku} names no image", all_of(&names));
    let stock = images[0];
    let help = match names[..] {
        [only] if only == sku_at.key() => "write the SKU of that publisher and offer".to_owned(),
        _ => format!("write `\"WindowsPublisher\": \"{}\", \"WindowsOffer\": \"{}\"`", stock.publisher, stock.offer),
    };
    let at = if given_sku { &sku_at } else { absent[absent.len() - 1] };
    report.error(pools::IMAGE_REFERENCE, at.path.clone(), message).help(help);
    true
}

/// A version of an image whose SKU is filled in, and has no such version.
fn version_alone(facts: &Facts, publisher: &str, sku: &str, report: &mut Report) {
    let at = facts.windows.image_version();
    let (None, Some(version)) = (facts.windows.windows_sku().given(), at.given().filter(|version| *version != "latest")) else { return };
    let Some(filled) = default_images(facts).into_iter().find(|image| image.sku == sku) else { return };
    let one_version = facts.catalog.publisher(publisher).is_some_and(|publisher| publisher.is_dated(sku));
    let build = version.split('.').next().filter(|build| facts.catalog.os_build(build).is_some());
    if (one_version && version != filled.version) || build.is_some_and(|build| build != filled.build) {
        let message = format!("{} is a version of another SKU than `{sku}`, which is filled in", show(&at.path, version));
        report.warning(pools::IMAGE_VERSION, at.path, message).help("write `WindowsPublisher`, `WindowsOffer` and `WindowsSku`, too");
    }
}

/// Builds that no Kubernetes has nodes of, and releases that do not yet know a build.
fn build(facts: &Facts, [publisher, offer, sku, version]: [&String; 4], report: &mut Report) {
    let (catalog, named) = (facts.catalog, (facts.windows.windows_sku().path, sku));
    let by_version = catalog.unsupported_version(version).map(|name| (name, (facts.windows.image_version().path, version)));
    if let Some((name, (path, found))) = by_version.or_else(|| Some((catalog.unsupported_sku(sku)?, named.clone()))) {
        let known: Vec<_> = catalog.os_builds().filter_map(|build| catalog.os_build(build)).map(|os| os.name.as_str()).collect();
        let message = format!("{} is {name}, and nodes run on {}", show(&path, found), crate::report::either(&known));
        report.error(windows::WINDOWS_BUILD, path, message);
        return;
    }
    let Some(kubernetes) = &facts.decided.version else { return };
    let Some(build) = catalog.build_of_image(publisher, offer, sku, version) else { return };
    let (Some(since), Some(os)) = (catalog.too_new_for(kubernetes, build), catalog.os_build(build)) else { return };
    let message = format!("{} nodes need Kubernetes {since} or later, and this is {kubernetes}", os.name);
    report.warning(windows::WINDOWS_TOO_NEW, named.0, message).help("take an image of Windows Server 2019");
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
