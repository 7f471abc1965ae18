use super::catalog::CatalogArguments;
use super::exit::{Exit, Failure, Outcome};
use super::findings::{self, Shown};
use super::inspect::DeploymentArguments;
use super::settings::Settings;
use super::told::Told;
use super::{input, terminal};
use crate::diff::{self, Side};
use crate::generate::{self, Options};
use crate::inspect;
use arm_template::Deployment;
use serde_json::Value as Json;
use std::path::{Path, PathBuf};

/// Files of a folder that was generated.
const TEMPLATE: &str = "azuredeploy.json";
const PARAMETERS: &str = "azuredeploy.parameters.json";
const DEFINITION: &str = "apimodel.json";

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Template, cluster definition, or folder with a template
    old: PathBuf,
    /// The same, to compare with it
    new: PathBuf,
    /// Parameters file of the old template [default: NAME.parameters.json beside NAME.json]
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    old_parameters: Option<PathBuf>,
    /// Parameters file of the new template
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    new_parameters: Option<PathBuf>,
    /// How the differences are shown
    #[arg(long, value_enum, default_value = "text")]
    format: Told,
    #[command(flatten)]
    catalog: CatalogArguments,
    #[command(flatten)]
    deployment: DeploymentArguments,
}

/// A template with its parameters file.
struct Files {
    template: Json,
    parameters: Json,
}

/// As of `diff`: 1 means that they differ, so trouble has to be more.
pub(super) fn run(arguments: &Arguments) -> Outcome {
    compare(arguments)
        .map_err(|failure| Failure { exit: if failure.exit == Exit::Invalid { Exit::Usage } else { failure.exit }, ..failure })
}

fn compare(arguments: &Arguments) -> Outcome {
    let deployment = arguments.deployment.as_deployment()?;
    let old = files(&arguments.old, arguments.old_parameters.as_deref(), arguments)?;
    let new = files(&arguments.new, arguments.new_parameters.as_deref(), arguments)?;
    if let Some(name) = deployment.parameters.keys().find(|name| [&old, &new].iter().all(|files| !inspect::declares(&files.template, name)))
    {
        return Err(Failure::usage(format!("neither template has a parameter `{name}`")));
    }
    let (old, new) = (side(&arguments.old, &old, &deployment)?, side(&arguments.new, &new, &deployment)?);
    if !old.has_pools() && !new.has_pools() {
        return Err(Failure::usage("neither has a Windows pool"));
    }
    let comparison = diff::compare(&old, &new);
    match arguments.format {
        Told::Json => terminal::print_json(&comparison)?,
        Told::Markdown => terminal::print(&comparison.to_markdown())?,
        Told::Text if terminal::is_quiet() => {}
        Told::Text => terminal::print(&comparison.to_text())?,
    }
    Ok(if comparison.equal { Exit::Done } else { Exit::Invalid })
}

fn side(path: &Path, files: &Files, deployment: &Deployment) -> Result<Side, Failure> {
    let mut deployment = deployment.clone();
    deployment.parameters.retain(|name, _| inspect::declares(&files.template, name));
    let wrong = |error: inspect::InspectError| Failure::usage(format!("`{}`: {error}", path.display()));
    Side::new(&files.template, &files.parameters, &deployment).map_err(wrong)
}

/// What was named: a folder's template, a template, or what is generated of a definition.
fn files(path: &Path, parameters: Option<&Path>, arguments: &Arguments) -> Result<Files, Failure> {
    let in_folder = |name: &str| path.join(name);
    let file = match path.is_dir() {
        true if in_folder(TEMPLATE).is_file() => in_folder(TEMPLATE),
        true if in_folder(DEFINITION).is_file() => in_folder(DEFINITION),
        true => return Err(Failure::new(Exit::Io, format!("`{}` has neither {TEMPLATE} nor {DEFINITION}", path.display()))),
        false => path.to_owned(),
    };
    let text = input::text(&file)?;
    match serde_json::from_str::<Json>(text.trim_start_matches('\u{feff}')) {
        Ok(template) if template["resources"].is_array() => {
            let beside = file.with_file_name(parameters_name(&file));
            let given = parameters.or(Some(beside.as_path()).filter(|file| file.is_file()));
            Ok(Files { template, parameters: given.map_or(Ok(Json::Null), json)? })
        }
        // also a definition that is no JSON: its findings say where
        _ if parameters.is_some() => {
            Err(Failure::usage(format!("`{}` is no template, and only templates have parameters files", file.display())))
        }
        _ => generated(&file, text.as_bytes(), arguments),
    }
}

/// `azuredeploy.json` -> `azuredeploy.parameters.json`
fn parameters_name(template: &Path) -> String {
    let stem = template.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    if stem.is_empty() { PARAMETERS.to_owned() } else { format!("{stem}.parameters.json") }
}

fn json(path: &Path) -> Result<Json, Failure> {
    let text = input::text(path)?;
    inspect::read("the parameters file", &text).map_err(|error| Failure::usage(format!("`{}`: {error}", path.display())))
}

/// Only its errors are told: what it warns of is `validate`'s to say.
fn generated(path: &Path, definition: &[u8], arguments: &Arguments) -> Result<Files, Failure> {
    let mut options = Options::new(arguments.catalog.load(&Settings::around(path)?, definition, &[])?);
    options.file_name = input::shown_name(path);
    let checked = generate::check(definition, &options);
    if checked.report.is_fatal() {
        let errors = checked.report.clone().without_warnings();
        findings::show(&[checked.source.checked(&errors)], Shown::Human)?;
    }
    let bundle = checked.generate().map_err(|error| Failure::usage(format!("`{}`: {error}", path.display())))?;
    Ok(Files { template: bundle.template.to_json(), parameters: bundle.parameters.to_json() })
}
