use super::{CatalogArguments, Exit, Failure, Outcome, diagnostics};
use crate::emit::{Bundle as Folder, Difference};
use crate::generate::{self, Options};
use crate::merge::{self, Changes, Deployable};
use serde_json::Value as Json;
use std::path::{Path, PathBuf};

/// Azure takes templates of 4 MiB.
const MAX_FILE_BYTES: usize = 16 << 20;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Template of aks-engine or of its fork
    template: PathBuf,
    /// Its parameters file
    parameters: PathBuf,
    /// Cluster definition it was made from [default: apimodel.json beside the template]
    #[arg(long, value_name = "APIMODEL")]
    definition: Option<PathBuf>,
    /// Folder to write to
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// Write nothing; show what would change in the folder and end with 1 if something would
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    catalog: CatalogArguments,
}

pub(super) fn run(arguments: &Arguments) -> Outcome {
    let mut host = Deployable { template: json(&arguments.template)?, parameters: json(&arguments.parameters)? };
    let ours = ours(arguments)?;
    let changes = merge::merge(&mut host, &ours).map_err(|error| Failure::new(Exit::Invalid, error.to_string()))?;
    let io = |error: crate::emit::EmitError| Failure::new(Exit::Io, error.to_string());
    let folder = files(&host).map_err(io)?;
    if arguments.check {
        let differences = folder.check(&arguments.output).map_err(io)?;
        super::print(&(summary(&changes) + &differences.iter().map(Difference::to_string).collect::<String>()))?;
        return Ok(if differences.is_empty() { Exit::Done } else { Exit::Invalid });
    }
    folder.write(&arguments.output).map_err(io)?;
    super::print(&format!("{} written\n\n{}", arguments.output.display(), summary(&changes)))?;
    Ok(Exit::Done)
}

fn files(host: &Deployable) -> Result<Folder, crate::emit::EmitError> {
    let text = |json: &Json| serde_json::to_string_pretty(json).unwrap_or_default() + "\n";
    let mut folder = Folder::default();
    folder.add("azuredeploy.json", text(&host.template))?;
    folder.add_private("azuredeploy.parameters.json", text(&host.parameters))?;
    Ok(folder)
}

/// What `generate` makes of the definition.
fn ours(arguments: &Arguments) -> Result<Deployable, Failure> {
    let path = arguments.definition.clone().unwrap_or_else(|| arguments.template.with_file_name("apimodel.json"));
    if arguments.definition.is_none() && !path.exists() {
        let message = format!("there is no `{}`: name the definition the template was made from with --definition", path.display());
        return Err(Failure::new(Exit::Usage, message));
    }
    let definition = super::read_definition(&path)?;
    let mut options = Options::new(arguments.catalog.load()?);
    options.file_name = super::shown_name(&path);
    let checked = generate::check(&definition, &options);
    diagnostics::show(&[checked.source.checked(&checked.report)], diagnostics::Shown::Human)?;
    let bundle = generate::generate_checked(checked, &options).map_err(|error| Failure::new(Exit::Invalid, error.to_string()))?;
    Ok(Deployable { template: bundle.generated.template.to_json(), parameters: bundle.generated.parameters.to_json() })
}

fn json(path: &Path) -> Result<Json, Failure> {
    let bytes = super::read_at_most(path, MAX_FILE_BYTES)?;
    let text = std::str::from_utf8(&bytes).map(|text| text.trim_start_matches('\u{feff}'));
    let read = text.map_err(|error| error.to_string()).and_then(|text| serde_json::from_str(text).map_err(|error| error.to_string()));
    read.map_err(|reason| Failure::new(Exit::Invalid, format!("`{}` is not JSON: {reason}", path.display())))
}

fn summary(changes: &Changes) -> String {
    let mut text = String::new();
    for machine in &changes.machines {
        text += &format!("pool {}: {}, bootstrap of {} exchanged\n", machine.pool, machine.kind, machine.former);
        text += &format!("  {}\n", machine.unchangeable);
    }
    let lists = [
        ("not in the template", &changes.absent_pools),
        ("variables added", &changes.added_variables),
        ("variables removed", &changes.removed_variables),
        ("parameters added", &changes.added_parameters),
        ("to be given at deployment", &changes.open_parameters),
    ];
    for (title, names) in lists.iter().filter(|(_, names)| !names.is_empty()) {
        text += &format!("{title}: {}\n", names.join(", "));
    }
    text
}
