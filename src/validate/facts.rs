use super::Parts;
use super::resolve::Decided;
use crate::wire::{AgentPoolProfile, At};
use std::ops::Deref;

/// A definition, and what is decided of it.
pub(super) struct Facts<'a> {
    pub(super) parts: &'a Parts<'a>,
    pub(super) decided: &'a Decided,
}

impl<'a> Deref for Facts<'a> {
    type Target = Parts<'a>;

    fn deref(&self) -> &Parts<'a> {
        self.parts
    }
}

impl<'a> Facts<'a> {
    pub(super) fn windows_pools(&self) -> impl Iterator<Item = &At<'a, AgentPoolProfile>> {
        self.parts.pools.iter().filter(|pool| pool.is_windows())
    }

    pub(super) fn has_windows(&self) -> bool {
        self.windows_pools().next().is_some()
    }

    /// The version is known, and of this release or a later one.
    pub(super) fn at_least(&self, major: u32, minor: u32) -> bool {
        self.decided.version.as_ref().is_some_and(|version| version.at_least(major, minor))
    }
}
