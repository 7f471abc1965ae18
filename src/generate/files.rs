use super::Bundle;
use crate::emit::{Bundle as Files, EmitError};
use crate::plan::{PoolPlan, Settings, traits};
use crate::{pack, render};
use serde::Serialize;

impl Bundle {
    /// Name of the folder the command writes to, below `_output`.
    #[must_use]
    pub fn folder(&self) -> &str {
        &self.cluster.dns_prefix
    }

    /// Every file: template, parameters (private), the definition with defaults (private), the plan, and per pool what people read.
    ///
    /// # Errors
    ///
    /// None for names that passed validation; a path that leaves the folder would be one.
    pub fn files(&self) -> Result<Files, EmitError> {
        let mut files = Files::default();
        files.add("azuredeploy.json", self.template_text.as_str())?;
        files.add_private("azuredeploy.parameters.json", self.generated.parameters.to_text())?;
        files.add_private("apimodel.json", json(&self.definition))?;
        files.add("plan.json", json(&self.plan))?;
        for pool in &self.plan.pools {
            self.add_pool(&mut files, pool)?;
        }
        Ok(files)
    }

    /// The scripts as they are in `parts/`, with comments, and the configuration with what only a deployment knows named.
    fn add_pool(&self, files: &mut Files, pool: &PoolPlan) -> Result<(), EmitError> {
        let folder = format!("nodes/{}", pool.name);
        let mut configuration: Settings = self.plan.configuration.clone();
        configuration.extend(pool.configuration.clone());
        files.add(format!("{folder}/configuration.json"), json(&configuration))?;
        files.add(format!("{folder}/scripts/steps.json"), render::steps_json(&pool.steps) + "\n")?;
        for script in pack::scripts_for(&pool.steps, &traits(&self.cluster)) {
            files.add(format!("{folder}/scripts/{}", script.path.replace('\\', "/")), script.source)?;
        }
        Ok(())
    }
}

/// Pretty JSON with a final newline. Our own types have nothing JSON lacks.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}
