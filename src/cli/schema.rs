use super::exit::{Exit, Outcome};
use super::terminal;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Of what
    #[arg(value_enum, default_value = "definition")]
    what: What,
    /// With keys in their usual letter case only, for editors: their messages stay short
    #[arg(long)]
    exact_case: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
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
        What::Definition if arguments.exact_case => crate::wire::exact_schema(),
        What::Definition => crate::wire::schema(),
        What::Catalog => crate::catalog::schema(),
        What::Manifest => crate::vhd::schema(),
    };
    terminal::print_json(&schema)?;
    Ok(Exit::Done)
}
