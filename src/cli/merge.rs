use super::catalog::CatalogArguments;
use super::exit::{Exit, Failure, Outcome};
use super::findings::{self, Shown};
use super::folder::{self, Writing};
use super::settings::Settings;
use super::{input, terminal};
use crate::emit::{Bundle as Folder, Change, Difference};
use crate::generate::{self, Options};
use crate::merge::{self, Changes, Deployable};
use serde_json::Value as Json;
use std::path::{Path, PathBuf};

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
    /// Write nothing; show what would change in the folder and end with 5 if something would
    #[arg(long)]
    check: bool,
    /// Also replace files that gen-cse did not write, or that were changed since
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    catalog: CatalogArguments,
}

pub(super) fn run(arguments: &Arguments) -> Outcome {
    let mut host = Deployable { template: json(&arguments.template)?, parameters: json(&arguments.parameters)? };
    let definition = definition(arguments)?;
    let ours = ours(arguments, &definition)?;
    let changes = merge::merge(&mut host, &ours).map_err(|error| Failure::new(Exit::Invalid, error.to_string()))?;
    let files = files(&host).map_err(folder::failure)?;
    if arguments.check {
        let differences = files.check(&arguments.output).map_err(folder::failure)?;
        terminal::print(&(summary(&changes) + &differences.iter().map(Difference::to_string).collect::<String>()))?;
        let changed = differences.iter().any(|difference| difference.change != Change::Left);
        return Ok(if changed { Exit::Changed } else { Exit::Done });
    }
    let inputs = [arguments.template.as_path(), arguments.parameters.as_path(), definition.as_path()];
    let written = folder::write(&files, &arguments.output, &Writing { force: arguments.force, inputs: &inputs })?;
    terminal::complain(&folder::left(&arguments.output, &written));
    terminal::print(&format!("{} written\n\n{}", arguments.output.display(), summary(&changes)))?;
    Ok(Exit::Done)
}

fn files(host: &Deployable) -> Result<Folder, crate::emit::EmitError> {
    let text = |json: &Json| serde_json::to_string_pretty(json).unwrap_or_default() + "\n";
    let mut folder = Folder::default();
    folder.add("azuredeploy.json", text(&host.template))?;
    folder.add_private("azuredeploy.parameters.json", text(&host.parameters))?;
    Ok(folder)
}

/// The definition that was named, or the one beside the template.
fn definition(arguments: &Arguments) -> Result<PathBuf, Failure> {
    let path = arguments.definition.clone().unwrap_or_else(|| arguments.template.with_file_name("apimodel.json"));
    if arguments.definition.is_none() && !path.exists() {
        let message = format!("there is no `{}`: name the definition the template was made from with --definition", path.display());
        return Err(Failure::usage(message));
    }
    Ok(path)
}

/// What `generate` makes of the definition.
fn ours(arguments: &Arguments, path: &Path) -> Result<Deployable, Failure> {
    let definition = input::definition(path)?;
    let mut options = Options::new(arguments.catalog.load(&Settings::around(path)?, &definition, &[])?);
    options.file_name = input::shown_name(path);
    let checked = generate::check(&definition, &options);
    findings::show(&[checked.source.checked(&checked.report)], Shown::Human)?;
    let bundle = checked.generate().map_err(|error| Failure::new(Exit::Invalid, error.to_string()))?;
    Ok(Deployable { template: bundle.template.to_json(), parameters: bundle.parameters.to_json() })
}

fn json(path: &Path) -> Result<Json, Failure> {
    let text = input::text(path)?;
    let read = serde_json::from_str(text.trim_start_matches('\u{feff}'));
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
