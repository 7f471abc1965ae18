//! How a pool gets into a template of somebody else's making, which makes the network and the load balancer in the same deployment: what the
//! pool refers to must be there before it.
//!
//! ```console
//! $ cargo run --example host_template
//! ```

use gen_cse::arm_template::{Resource, Template, functions as arm, object};
use gen_cse::{Catalog, Options, generate};
use std::error::Error;

/// Any definition whose cluster has the network that aks-engine makes.
const DEFINITION: &str = include_str!("../apimodels/valid/containerd-azure-vmss.json");

fn main() -> Result<(), Box<dyn Error>> {
    let generated = generate(DEFINITION, &Options::new(Catalog::built_in("aks-engine")?))?;
    let mut host = host_template();
    for pool in &generated.pools {
        let (mut fragment, after) = (pool.fragment.template(), &pool.fragment.after);
        // Azure finds no order by itself in resourceId(): it has to be said
        let waiting = fragment.resources.into_iter().map(|resource| match resource.kind() {
            "Microsoft.Compute/virtualMachineScaleSets" | "Microsoft.Network/networkInterfaces" => {
                after.iter().cloned().fold(resource, Resource::after)
            }
            _ => resource,
        });
        fragment.resources = waiting.collect();
        host.merge([fragment]).map_err(|conflicts| format!("{conflicts:?}"))?;
    }
    print!("{}", host.to_text());
    Ok(())
}

/// Resources of a cluster as its control plane needs them, shortened to what the pools refer to.
fn host_template() -> Template {
    let network = arm::concat(["k8s-vnet-".into(), arm::parameters("nameSuffix").into()]);
    let balancer = arm::parameters("clusterName");
    let mut template = Template::default();
    template.resources.extend([
        Resource::new("Microsoft.Network/virtualNetworks", "2025-01-01", network)
            .located(arm::parameters("location"))
            .properties(object([("addressSpace", Some(object([("addressPrefixes", Some("10.0.0.0/8".into()))]).into()))])),
        Resource::new("Microsoft.Network/loadBalancers", "2025-01-01", balancer)
            .located(arm::parameters("location"))
            .properties(object([])),
    ]);
    template
}
