//! The bootstrap on a simulated Windows node, run by a real PowerShell; see README.md here.

#![cfg(feature = "cli")]

mod artifacts;
mod cluster;
#[path = "../command/mod.rs"]
mod command;
#[path = "../common/mod.rs"]
mod common;
mod cost;
mod decisions;
mod forecast;
mod image;
mod matrix;
mod mirror;
mod proxy;
mod rig;
mod rules;
mod stack;

/// The quick rows of the table, more of them or all with `GEN_CSE_NODE=short` or `full`, or those with this in their name.
#[test]
fn every_situation_ends_as_wanted() {
    let Some(pwsh) = rig::pwsh() else {
        rig::say("LEFT OUT: no PowerShell for the simulated nodes; put pwsh on PATH or name it in GEN_CSE_PWSH");
        return;
    };
    matrix::run_all(&std::env::var("GEN_CSE_NODE").unwrap_or_else(|_| "quick".to_owned()), &pwsh);
}
