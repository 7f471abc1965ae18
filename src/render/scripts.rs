//! The table of scripts. A test holds it to be every file below `parts/windows` and nothing else.

use super::Script;

/// The template of `CustomData.bin`, which is not part of the payload.
pub const CUSTOM_DATA: &str = include_str!("../../parts/windows/bootstrap/customdata.ps1");

macro_rules! scripts {
    ($($folder:literal: $($name:literal $(for $step:literal)?),+;)+) => {
        &[$($(Script {
            path: concat!($folder, "\\", $name, ".ps1"),
            step: scripts!(@step $folder $name $($step)?),
            text: include_str!(concat!("../../parts/windows/", $folder, "/", $name, ".ps1")),
        }),+),+]
    };
    (@step "steps" $name:literal) => { Some($name) };
    (@step $folder:literal $name:literal $step:literal) => { Some($step) };
    (@step $folder:literal $name:literal) => { None };
}
