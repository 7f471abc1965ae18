//! The bootstrap on a simulated Windows node, run by a real PowerShell; see README.md here.

mod artifacts;
mod cluster;
#[path = "../command/mod.rs"]
mod command;
#[path = "../common/mod.rs"]
mod common;
mod mirror;
mod rig;

use cluster::Cluster;
use rig::Situation;
use serde_json::Value;

fn definition(path: &str) -> Value {
    let text = std::fs::read_to_string(format!("{}/apimodels/{path}", env!("CARGO_MANIFEST_DIR"))).expect("a definition");
    serde_json::from_str(text.trim_start_matches('\u{feff}')).expect("JSON")
}

#[test]
fn first() {
    let Some(pwsh) = rig::pwsh() else {
        rig::say("LEFT OUT: the simulated nodes need pwsh on PATH or in GEN_CSE_PWSH");
        return;
    };
    let cluster = Cluster::generate(&definition("valid/containerd-azure-vmss.json"));
    let node = Situation { image: "stock-2019", reboot: true, again: true, ..Situation::default() }.run(&pwsh, &cluster);
    println!("{:#}", node.report["phases"]);
    println!("{:?} {}", node.requests, node.seconds);
    println!("{}", node.file("c/AzureData/bootstrap.log").unwrap_or_default());
    assert_eq!(node.exit_code("cse"), 0);
    println!("{:?}", node.root());
}
