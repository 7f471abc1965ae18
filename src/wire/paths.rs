//! Paths of the parts of a definition that several rooms speak of.

use crate::report::Path;

/// `properties`
#[must_use]
pub fn properties() -> Path {
    Path::root().key("properties")
}

/// `properties.orchestratorProfile`
#[must_use]
pub fn orchestrator() -> Path {
    properties().key("orchestratorProfile")
}

/// `properties.windowsProfile`
#[must_use]
pub fn windows() -> Path {
    properties().key("windowsProfile")
}

/// `properties.agentPoolProfiles[index]`
#[must_use]
pub fn pool(index: usize) -> Path {
    properties().key("agentPoolProfiles").index(index)
}
