use super::catalog::CatalogArguments;
use super::exit::{Exit, Failure, Outcome};
use super::findings::{self, Shown};
use super::folder::{self, Writing};
use super::settings::Settings;
use super::{input, progress, terminal};
use crate::diff::{self, Comparison, Side};
use crate::emit::{Bundle as Folder, Change, Difference};
use crate::generate::{self, Options};
use crate::merge::Contradiction;
use crate::{Changes, Generated, merge};
use arm_template::{Deployment, MAX_TEMPLATE_BYTES};
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
    let (mut template, mut parameters) = (json(&arguments.template)?, json(&arguments.parameters)?);
    let before = side(&template, &parameters);
    let definition = definition(arguments)?;
    let ours = ours(arguments, &definition)?;
    let changes = merge(&mut template, &mut parameters, &ours).map_err(|error| Failure::new(Exit::Invalid, error.to_string()))?;
    let files = files(&template, &parameters).map_err(folder::failure)?;
    let summary = summary(&changes, &before.zip(side(&template, &parameters)).map(|(old, new)| diff::compare(&old, &new)));
    if arguments.check {
        let differences = files.check(&arguments.output).map_err(folder::failure)?;
        terminal::print(&(summary + &differences.iter().map(Difference::to_string).collect::<String>()))?;
        let changed = differences.iter().any(|difference| difference.change != Change::Left);
        return Ok(if changed { Exit::Changed } else { Exit::Done });
    }
    let inputs = [arguments.template.as_path(), arguments.parameters.as_path(), definition.as_path()];
    let written = folder::write(&files, &arguments.output, &Writing { force: arguments.force, inputs: &inputs })?;
    terminal::complain(&folder::left(&arguments.output, &files, &written));
    if !terminal::is_quiet() {
        terminal::print(&format!("{} written\n\n{}", arguments.output.display(), summary))?;
    }
    Ok(Exit::Done)
}

fn files(template: &Json, parameters: &Json) -> Result<Folder, crate::emit::EmitError> {
    let text = |json: &Json| serde_json::to_string_pretty(json).unwrap_or_default() + "\n";
    let readable = Some(text(template)).filter(|text| text.len() <= MAX_TEMPLATE_BYTES);
    let mut folder = Folder::default();
    folder.add("azuredeploy.json", readable.unwrap_or_else(|| template.to_string() + "\n"))?;
    folder.add_private("azuredeploy.parameters.json", text(parameters))?;
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
fn ours(arguments: &Arguments, path: &Path) -> Result<Generated, Failure> {
    let definition = input::json(path)?;
    let mut options = Options::new(arguments.catalog.load(&Settings::around(path)?, &definition, &[])?);
    options.file_name = input::shown_name(path);
    let checked = generate::check(&definition, &options);
    findings::show(&[checked.source.checked(&checked.report)], Shown::Human)?;
    progress::during("generating", || checked.generate()).map_err(|error| Failure::new(Exit::Invalid, error.to_string()))
}

fn json(path: &Path) -> Result<Json, Failure> {
    let text = input::text(path)?;
    let read = serde_json::from_str(text.trim_start_matches('\u{feff}'));
    read.map_err(|reason| Failure::new(Exit::Invalid, format!("`{}` is not JSON: {reason}", path.display())))
}

/// To tell what nodes get differently; nothing where Azure would refuse the template as it was.
fn side(template: &Json, parameters: &Json) -> Option<Side> {
    Side::new(template, parameters, &Deployment::default()).ok()
}

fn summary(changes: &Changes, comparison: &Option<Comparison>) -> String {
    let mut text = String::new();
    for machine in &changes.machines {
        text += &format!("pool {}: {}, bootstrap of {} exchanged\n", machine.pool, machine.kind.name(), machine.former);
        text += &format!("  {}\n", machine.unchangeable);
        let pools = comparison.iter().flat_map(|comparison| &comparison.pools);
        text.extend(pools.filter(|pool| pool.name == machine.pool).map(|pool| format!("  given differently: {}\n", pool.counts())));
    }
    for Contradiction { parameter, template, definition, .. } in &changes.contradictions {
        text += &format!("warning: {parameter} is {template} in the template and {definition} by the definition, which the nodes get\n");
    }
    let lists = [
        ("Windows machines left alone: no pool of the definition", &changes.left_alone),
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
