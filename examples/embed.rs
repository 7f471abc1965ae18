//! How a template generator takes the Windows pools of a cluster definition into a template of its own.
//!
//! ```console
//! $ cargo run --example embed -- apimodels/valid/containerd-azure-vmss.json
//! ```

use gen_cse::arm_template::{Output, Parameter, ParameterType, Template, functions as arm};
use gen_cse::{Catalog, Options, generate};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "apimodels/valid/containerd-azure-vmss.json".to_owned());
    let definition = std::fs::read(path)?;
    let generated = generate(definition, &Options::new(Catalog::built_in("aks-engine")?))?;

    let mut template = own_template();
    for pool in &generated.pools {
        template.merge([pool.fragment.template()]).map_err(|conflicts| format!("{conflicts:?}"))?;
        let place = if pool.is_scale_set() { "an entry of the scale set's extension profile" } else { "a resource of its own" };
        eprintln!(
            "{}: {} nodes, {} bytes of custom data, the extension is {place}",
            pool.name(),
            pool.count(),
            pool.sizes.custom_data_bytes
        );
    }
    print!("{}", template.to_text());
    Ok(())
}

/// What the generator has already. A parameter both declare must be the same in both.
fn own_template() -> Template {
    let mut template = Template::default();
    let owner = Parameter::new(ParameterType::String, "Who pays for the cluster").or("nobody");
    template.parameters.insert("owner".to_owned(), owner);
    template.outputs.insert("owner".to_owned(), Output { kind: ParameterType::String, value: arm::parameters("owner").into() });
    template
}
