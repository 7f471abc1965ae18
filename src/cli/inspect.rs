use super::exit::{Exit, Failure, Outcome};
use super::folder::{self, Writing};
use super::told::Data;
use super::{input, terminal, values};
use crate::inspect::{self, InspectedPool, Inspection, Maker};
use crate::pack::{MAX_COMMAND_CHARACTERS, MAX_CUSTOM_DATA_BYTES};
use crate::report::grouped;
use arm_template::{Deployment, MAX_EXPRESSION_CHARACTERS};
use serde_json::Value;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The template
    template: PathBuf,
    /// The parameters file
    parameters: PathBuf,
    /// How it is shown
    #[arg(long, value_enum, default_value = "text")]
    format: Data,
    /// Write what each node would get into this folder
    #[arg(short, long = "output", alias = "out", value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    output: Option<PathBuf>,
    /// Also replace files that gen-cse did not write, or that were changed since
    #[arg(long, requires = "output")]
    force: bool,
    #[command(flatten)]
    deployment: DeploymentArguments,
}

/// What only a deployment knows; what is not given stays visible as <call>.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Deployment")]
pub(super) struct DeploymentArguments {
    /// Name of the resource group
    #[arg(long, value_name = "NAME")]
    resource_group: Option<String>,
    /// Id of the subscription
    #[arg(long, value_name = "ID")]
    subscription: Option<String>,
    /// Id of the directory
    #[arg(long, value_name = "ID")]
    tenant: Option<String>,
    /// Region of the resource group
    #[arg(long, value_name = "REGION")]
    location: Option<String>,
    /// Value of a parameter that the parameters file leaves to the deployment; @FILE is read from the file
    #[arg(long, value_name = "NAME=VALUE")]
    parameter: Vec<String>,
}

/// The value is not shown when it is wrong: it may be a secret.
fn name_and_value(text: &str) -> Result<(String, String), Failure> {
    let (name, value) = text.split_once('=').ok_or_else(|| Failure::usage("--parameter: expected NAME=VALUE"))?;
    let value = match value.strip_prefix('@') {
        Some(rest) if rest.starts_with('@') => rest.to_owned(),
        Some(file) => {
            let wrong = |failure: Failure| Failure::new(failure.exit, format!("--parameter: the file for `{name}` cannot be read"));
            values::from_file(file).map_err(wrong)?
        }
        None => value.to_owned(),
    };
    Ok((name.to_owned(), value))
}

pub(super) fn run(arguments: &Arguments) -> Outcome {
    let (template, parameters) = (input::text(&arguments.template)?, input::text(&arguments.parameters)?);
    let deployment = arguments.deployment.as_deployment()?;
    let inspection =
        inspect::inspect(&template, &parameters, &deployment).map_err(|error| Failure::new(Exit::Invalid, error.to_string()))?;
    if let Some(folder) = &arguments.output {
        let inputs = [arguments.template.as_path(), arguments.parameters.as_path()];
        let files = inspection.files().map_err(folder::failure)?;
        let written = folder::write(&files, folder, &Writing { force: arguments.force, inputs: &inputs })?;
        terminal::complain(&folder::left(folder, &files, &written));
    }
    if arguments.format == Data::Json {
        terminal::print_json(&inspection)?;
    } else if !terminal::is_quiet() {
        terminal::print(&text(&inspection))?;
    }
    Ok(Exit::Done)
}

impl DeploymentArguments {
    pub(super) fn as_deployment(&self) -> Result<Deployment, Failure> {
        let parameters = self.parameter.iter().map(|text| name_and_value(text).map(|(name, value)| (name, Value::from(value))));
        Ok(Deployment {
            subscription_id: self.subscription.clone(),
            tenant_id: self.tenant.clone(),
            resource_group: self.resource_group.clone(),
            location: self.location.clone(),
            parameters: parameters.collect::<Result<_, _>>()?,
            ..Deployment::default()
        })
    }
}

fn text(inspection: &Inspection) -> String {
    let mut text = inspection.pools.iter().map(pool_text).collect::<Vec<_>>().join("\n");
    if !inspection.foreign.is_empty() {
        text += "\nno Windows pool\n";
        text.extend(inspection.foreign.iter().map(|machine| format!("  {} ({}): {}\n", machine.name, machine.kind.name(), machine.reason)));
    }
    text
}

fn pool_text(pool: &InspectedPool) -> String {
    let line = |name: &str, size: usize, unit: &str, limit: usize| format!("  {name:<12} {} of {} {unit}\n", grouped(size), grouped(limit));
    let mut text = format!("pool {}\n", pool.name);
    if pool.maker != Maker::GenCse {
        text +=
            &format!("  bootstrap    {}\n", if pool.maker == Maker::Unknown { "unknown: nothing of it is shown" } else { "of aks-engine" });
    }
    text += &line("custom data", pool.custom_data_bytes, "bytes", MAX_CUSTOM_DATA_BYTES);
    text += &line("command", pool.command_characters, "characters", MAX_COMMAND_CHARACTERS);
    text += &line("expression", pool.longest_expression, "characters", MAX_EXPRESSION_CHARACTERS);
    text += &format!("  secrets      {}\n", if pool.secrets.is_empty() { "none".to_owned() } else { pool.secrets.join(", ") });
    text += &format!("  scripts      {}\n", pool.scripts.len());
    for script in &pool.scripts {
        text += &format!("    {:>7}  {}\n", grouped(script.bytes), script.path);
    }
    text += "  configuration\n";
    text += &format!("{:#}", pool.configuration).lines().map(|line| format!("    {line}\n")).collect::<String>();
    text
}
