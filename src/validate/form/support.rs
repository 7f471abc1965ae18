//! Values that must be there, be one of a few words, or lie in a range.

use crate::report::codes::cluster;
use crate::report::{Code, Report, either, nearest, show};
use crate::wire::At;
use std::ops::RangeInclusive;

/// A text that must be given.
pub(in crate::validate) fn require(report: &mut Report, at: &At<String>) {
    match at.value.map(String::as_str) {
        None => missing(report, at, ""),
        Some("") => {
            report.error(cluster::REQUIRED, at.path.clone(), format!("`{}` is empty", at.key()));
        }
        Some(_) => {}
    }
}

/// A value that must be given and is not.
pub(in crate::validate) fn missing<T>(report: &mut Report, at: &At<T>, why: &str) {
    report.error(cluster::REQUIRED, at.path.clone(), format!("`{}` is missing{why}", at.key()));
}

/// A choice that, when made, must be one of its words.
pub(in crate::validate) fn chosen(report: &mut Report, code: &'static Code, at: &At<String>) {
    one_of(report, code, at, at.words);
}

/// A text that, when given, must be one of these.
pub(in crate::validate) fn one_of(report: &mut Report, code: &'static Code, at: &At<String>, allowed: &[&str]) {
    let Some(found) = at.given().filter(|found| !allowed.contains(found)) else { return };
    let message = format!("{} is not known, expected {}", show(&at.path, found), either(allowed));
    let near = nearest(found, allowed).map(|near| format!("did you mean `{near}`?"));
    report.error(code, at.path.clone(), message).help_if(near);
}

/// A number that, when given, must lie in a range.
pub(in crate::validate) fn in_range<T: Copy + Into<i64>>(report: &mut Report, at: &At<T>, range: RangeInclusive<i64>, unit: &str) {
    let Some(found) = at.get().map(T::into).filter(|found| !range.contains(found)) else { return };
    let message = format!("found `{found}`, expected {} to {}{unit}", range.start(), range.end());
    report.error(cluster::RANGE, at.path.clone(), message);
}
