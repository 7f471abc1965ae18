use super::diagnostics::{self, Shown};
use super::{CatalogArguments, Exit, Outcome};
use crate::generate::{self, Options};
use crate::report::{Checked, summary};
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Cluster definitions; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    catalog: CatalogArguments,
    /// Put a value over the definition's, as properties.masterProfile.count=3
    #[arg(long, value_name = "PATH=VALUE")]
    set: Vec<crate::wire::Override>,
    /// Treat warnings as errors
    #[arg(long)]
    strict: bool,
    /// How findings are shown
    #[arg(long, value_enum, default_value = "human")]
    format: Shown,
}

pub(super) fn run(arguments: &Arguments) -> Outcome {
    let mut options = Options::new(arguments.catalog.load()?);
    options.set.clone_from(&arguments.set);
    let mut checked = Vec::new();
    for path in &arguments.files {
        options.file_name = super::shown_name(path);
        let found = generate::check(&super::read_definition(path)?, &options);
        let report = if arguments.strict { found.report.strict() } else { found.report };
        checked.push((found.source, report));
    }
    let files: Vec<Checked> = checked.iter().map(|(source, report)| source.checked(report)).collect();
    diagnostics::show(&files, arguments.format)?;
    if !arguments.format.is_document() {
        super::complain(&format!("{}\n", summary(&files)));
    }
    Ok(if checked.iter().any(|(_, report)| report.is_fatal()) { Exit::Invalid } else { Exit::Done })
}
