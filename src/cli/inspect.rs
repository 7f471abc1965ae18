use super::{Exit, Failure, Outcome, summary};
use crate::inspect::{self, InspectedPool};
use crate::pack::{MAX_COMMAND_CHARACTERS, MAX_CUSTOM_DATA_BYTES};
use arm_template::{Deployment, MAX_EXPRESSION_CHARACTERS};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Azure takes templates of 4 MiB.
const MAX_FILE_BYTES: usize = 16 << 20;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The template
    template: PathBuf,
    /// The parameters file
    parameters: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Write what each node would get into this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    deployment: DeploymentArguments,
}

/// What only a deployment knows; what is not given stays visible as <call>.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Deployment")]
struct DeploymentArguments {
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
    /// Value of a parameter that the parameters file leaves to the deployment
    #[arg(long, value_name = "NAME=VALUE", value_parser = name_and_value)]
    parameter: Vec<(String, String)>,
}

fn name_and_value(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

pub(super) fn run(arguments: &Arguments) -> Outcome {
    let (template, parameters) = (read(&arguments.template)?, read(&arguments.parameters)?);
    let deployment = arguments.deployment.as_deployment();
    let inspection =
        inspect::inspect(&template, &parameters, &deployment).map_err(|error| Failure::new(Exit::Invalid, error.to_string()))?;
    if let Some(folder) = &arguments.out {
        let io = |error: crate::emit::EmitError| Failure::new(Exit::Io, error.to_string());
        inspection.files().map_err(io)?.write(folder).map_err(io)?;
    }
    let text = if arguments.json {
        let json = serde_json::to_string_pretty(&inspection).unwrap_or_default();
        format!("{json}\n")
    } else {
        inspection.pools.iter().map(pool_text).collect::<Vec<_>>().join("\n")
    };
    super::print(&text)?;
    Ok(Exit::Done)
}

/// A file as text; one that is too large for Azure, many times over, is not read to its end.
fn read(path: &Path) -> Result<String, Failure> {
    let bytes = super::read_at_most(path, MAX_FILE_BYTES + 1)?;
    if bytes.len() > MAX_FILE_BYTES {
        return Err(Failure::new(Exit::Invalid, format!("`{}` has more than {MAX_FILE_BYTES} bytes", path.display())));
    }
    String::from_utf8(bytes).map_err(|_| Failure::new(Exit::Invalid, format!("`{}` is not UTF-8", path.display())))
}

impl DeploymentArguments {
    fn as_deployment(&self) -> Deployment {
        let parameters = self.parameter.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str())));
        Deployment {
            subscription_id: self.subscription.clone(),
            tenant_id: self.tenant.clone(),
            resource_group: self.resource_group.clone(),
            location: self.location.clone(),
            parameters: parameters.collect(),
            ..Deployment::default()
        }
    }
}

fn pool_text(pool: &InspectedPool) -> String {
    let line = |name: &str, size: usize, unit: &str, limit: usize| {
        format!("  {name:<12} {} of {} {unit}\n", summary::grouped(size), summary::grouped(limit))
    };
    let mut text = format!("pool {}\n", pool.name);
    text += &line("custom data", pool.custom_data_bytes, "bytes", MAX_CUSTOM_DATA_BYTES);
    text += &line("command", pool.command_characters, "characters", MAX_COMMAND_CHARACTERS);
    text += &line("expression", pool.longest_expression, "characters", MAX_EXPRESSION_CHARACTERS);
    text += &format!("  secrets      {}\n", if pool.secrets.is_empty() { "none".to_owned() } else { pool.secrets.join(", ") });
    text += &format!("  scripts      {}\n", pool.scripts.len());
    for script in &pool.scripts {
        text += &format!("    {:>7}  {}\n", summary::grouped(script.bytes), script.path);
    }
    text += "  configuration\n";
    text += &format!("{:#}", pool.configuration).lines().map(|line| format!("    {line}\n")).collect::<String>();
    text
}
