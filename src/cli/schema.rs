use super::{Exit, Outcome};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Of what
    #[arg(value_enum, default_value = "definition")]
    what: What,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum What {
    /// The cluster definition
    Definition,
    /// A catalog
    Catalog,
    /// The manifest of an image
    Manifest,
}

pub(super) fn run(arguments: &Arguments) -> Outcome {
    let schema = match arguments.what {
        What::Definition => crate::wire::schema(),
        What::Catalog => crate::catalog::schema(),
        What::Manifest => crate::vhd::schema(),
    };
    super::print(&format!("{schema:#}\n"))?;
    Ok(Exit::Done)
}
