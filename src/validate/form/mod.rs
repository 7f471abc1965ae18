//! Each value by itself: whether it is there, can be read, and is one of its words or in its range. What a fact is decided by is read where
//! it is decided ([`resolve`](super::resolve)), with the same [helpers](support).

mod image_reference;
pub(super) mod key_vault;
mod labels;
mod linux;
mod pools;
pub(super) mod resource_id;
pub(super) mod support;
mod tags;
mod windows;

use super::facts::Facts;
use crate::report::Report;
pub(super) use image_reference::{incomplete, name_and_group};

/// Looks at every value that has a form.
pub(super) fn check(facts: &Facts, report: &mut Report) {
    for check in [pools::check, labels::check, tags::check, linux::check, windows::check] {
        check(facts, report);
    }
}
