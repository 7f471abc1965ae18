//! What most rules are made of: values that must be there, be one of a few words, or lie in a range.

use crate::report::codes::cluster;
use crate::report::{Code, Path, Report, either, nearest, show};
use std::ops::RangeInclusive;

/// A text that is there and not empty: the peers take an empty text for none.
pub(super) fn given(field: Option<&String>) -> Option<&str> {
    field.map(String::as_str).filter(|text| !text.is_empty())
}

/// A text that must be given.
pub(super) fn require(report: &mut Report, parent: &Path, key: &'static str, field: Option<&String>) {
    match field.map(String::as_str) {
        None => missing(report, parent.key(key), key, ""),
        Some("") => {
            report.error(cluster::REQUIRED, parent.key(key), format!("`{key}` is empty"));
        }
        Some(_) => {}
    }
}

/// A value that must be given and is not.
pub(super) fn missing(report: &mut Report, path: Path, key: &str, why: &str) {
    report.error(cluster::REQUIRED, path, format!("`{key}` is missing{why}"));
}

/// A text that, when given, must be one of some words.
pub(super) fn one_of(report: &mut Report, code: &'static Code, parent: &Path, key: &'static str, field: Option<&String>, allowed: &[&str]) {
    let Some(found) = given(field).filter(|found| !allowed.contains(found)) else { return };
    let path = parent.key(key);
    let message = format!("{} is not known, expected {}", show(&path, found), either(allowed));
    let near = nearest(found, allowed);
    let draft = report.error(code, path, message);
    if let Some(near) = near {
        draft.help(format!("did you mean `{near}`?"));
    }
}

/// A number that, when given, must lie in a range.
pub(super) fn in_range(report: &mut Report, parent: &Path, key: &'static str, found: Option<i64>, range: RangeInclusive<i64>, unit: &str) {
    let Some(found) = found.filter(|found| !range.contains(found)) else { return };
    let message = format!("found `{found}`, expected {} to {}{unit}", range.start(), range.end());
    report.error(cluster::RANGE, parent.key(key), message);
}
