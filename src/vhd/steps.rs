//! What is done to a machine to make it an image: steps like those of a node, run by the same engine, in phases with a restart of
//! Windows after each.

use crate::catalog::ImageRuntime;
use crate::pack;
use crate::plan::STEPS as STEPS_OF_NODES;
use serde::{Serialize, Serializer};
use serde_json::json;

/// A step of the build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ImageStep {
    /// Name in the log and of the script.
    id: &'static str,
    /// `Test-`, `Invoke-` and `Assert-` in front of this are the names of its functions; empty for a step of the nodes, whose table
    /// has it.
    function: &'static str,
    /// Exit code of the phase when the step fails.
    exit_code: u8,
    /// The phase it belongs to, from 1.
    phase: u8,
    /// Where its script is: one of the nodes' or one of the image's own.
    source: Source,
    /// Images of this runtime have it; `None` means all.
    runtime: Option<ImageRuntime>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    /// `parts/windows/steps/<id>.ps1`, as nodes run it.
    Node,
    /// `parts/vhd/steps/<id>.ps1`.
    Own(&'static str),
}

/// What each phase is about, in order.
pub(super) const PHASES: [&str; 4] = ["private fixes and patches", "features and settings", "runtime, files, images", "finish"];

/// The phase that pulls container images, and gets the logins of registries.
pub(super) const PULLING_PHASE: u8 = 3;

macro_rules! steps {
    ($($id:literal $function:literal $code:literal $phase:literal $source:ident $runtime:expr;)*) => {
        &[$(ImageStep { id: $id, function: $function, exit_code: $code, phase: $phase, source: steps!(@$source $id), runtime: $runtime }),*]
    };
    (@node $id:literal) => { Source::Node };
    (@own $id:literal) => { Source::Own(include_str!(concat!("../../parts/vhd/steps/", $id, ".ps1"))) };
}

const STEPS: &[ImageStep] = steps! {
    "image-base" "ImageBase" 10 1 own None;
    "image-updates" "ImageUpdates" 11 1 own None;
    "image-fixes" "ImageFixes" 12 1 own None;
    "image-patches" "ImagePatches" 13 1 own None;
    "windows-features" "" 20 2 node None;
    "image-capabilities" "ImageCapabilities" 21 2 own None;
    "port-range" "" 22 2 node None;
    "defender" "" 23 2 node None;
    "image-defender" "ImageDefender" 24 2 own None;
    "image-restarted" "ImageRestarted" 30 3 own None;
    "windows-settings" "" 31 3 node None;
    "image-files" "ImageFiles" 32 3 own None;
    "image-containerd" "ImageContainerd" 33 3 own Some(ImageRuntime::Containerd);
    "docker" "" 34 3 node Some(ImageRuntime::Docker);
    "image-images" "ImageImages" 35 3 own None;
    "image-notes" "ImageNotes" 40 4 own None;
    "image-clean" "ImageClean" 41 4 own None;
    "image-manifest" "ImageManifest" 42 4 own None;
};

/// The steps of an image, in their order.
pub(super) fn steps_for(runtime: ImageRuntime) -> Vec<&'static ImageStep> {
    STEPS.iter().filter(|step| step.runtime.is_none_or(|only| only == runtime)).collect()
}

/// As the nodes' engine reads a step.
impl Serialize for ImageStep {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { id, exit_code, phase, .. } = self;
        json!({ "id": id, "function": self.function(), "exitCode": exit_code, "phase": phase, "afterRestart": false }).serialize(serializer)
    }
}

impl ImageStep {
    fn function(&self) -> &'static str {
        match self.source {
            Source::Own(_) => self.function,
            Source::Node => STEPS_OF_NODES.iter().find(|step| step.id == self.id).map_or("", |step| step.function),
        }
    }

    /// Its script.
    pub(super) fn script(&self) -> &'static str {
        match self.source {
            Source::Own(text) => text,
            Source::Node => pack::script(&format!(r"steps\{}.ps1", self.id)).map_or("", |script| script.source),
        }
    }

    /// Path of its script below `parts`, for people.
    pub(super) fn path(&self) -> String {
        let folder = if self.source == Source::Node { "windows" } else { "vhd" };
        format!("{folder}/steps/{}.ps1", self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::{PHASES, PULLING_PHASE, STEPS};
    use std::collections::BTreeSet;

    #[test]
    fn every_step_has_a_script_with_its_functions() {
        for step in STEPS {
            assert!(!step.function().is_empty() && step.script().contains(&format!("function Invoke-{} ", step.function())), "{}", step.id);
        }
    }

    #[test]
    fn phases_go_up_and_codes_are_used_once() {
        assert!(STEPS.is_sorted_by_key(|step| (step.phase, step.exit_code)));
        assert_eq!(STEPS.iter().map(|step| step.exit_code).collect::<BTreeSet<_>>().len(), STEPS.len());
        assert_eq!(STEPS.iter().map(|step| usize::from(step.phase)).max(), Some(PHASES.len()));
        assert!(STEPS.iter().any(|step| step.id == "image-images" && step.phase == PULLING_PHASE));
    }
}
