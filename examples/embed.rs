//! How a template generator takes the Windows pools of a cluster definition into a template of its own.
//!
//! ```console
//! $ cargo run --example embed -- apimodels/valid/containerd-azure-vmss.json
//! ```

use gen_cse::arm::Extension;
use gen_cse::arm_template::{Output, Parameter, ParameterType, Template, functions as arm};
use gen_cse::{Catalog, Options, generate};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "apimodels/valid/containerd-azure-vmss.json".to_owned());
    let definition = std::fs::read_to_string(path)?;
    let catalog = Catalog::built_in("aks-engine").ok_or("no such catalog")?;
    let bundle = generate(&definition, &Options::new(catalog))?;

    let mut template = own_template();
    for pool in &bundle.generated.pools {
        let fragment = bundle.generated.fragment(&pool.name).ok_or("a pool of this bundle")?;
        template.merge([fragment]).map_err(|conflicts| format!("{conflicts:?}"))?;
        let place = match &pool.extension {
            Extension::Resource(resource) => format!("resource of type {}", resource.kind()),
            Extension::Entry(_) => "entry of the scale set's extension profile".to_owned(),
        };
        eprintln!("{}: customData has {} characters as expression, the extension is an {place}", pool.name, pool.custom_data.characters());
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
