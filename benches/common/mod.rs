//! What both benchmarks generate from.

use serde_json::Value;

const SAMPLE: &str = include_str!("../../apimodels/valid/containerd-azure-vmss.json");

/// The sample with this many Windows pools.
pub fn definition(pools: usize) -> String {
    let mut definition: Value = serde_json::from_str(SAMPLE).expect("the sample is JSON");
    let profiles = definition["properties"]["agentPoolProfiles"].as_array_mut().expect("pools");
    let windows = profiles.iter().find(|pool| pool["osType"] == "Windows").expect("a Windows pool").clone();
    profiles.clear();
    profiles.extend((0..pools).map(|number| {
        let mut pool = windows.clone();
        pool["name"] = format!("win{number}").into();
        pool
    }));
    definition.to_string()
}
