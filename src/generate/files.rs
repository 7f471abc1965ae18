use super::Generated;
use crate::catalog::KubernetesVersion;
use crate::emit::{Bundle as Files, EmitError};
use crate::pack;
use crate::plan::{PoolPlan, Settings, traits};
use serde::Serialize;
use std::collections::BTreeMap;

/// `plan.json`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Plan<'a> {
    kubernetes_version: &'a KubernetesVersion,
    configuration: &'a Settings,
    pools: Vec<&'a PoolPlan>,
}

impl Generated {
    /// Name of the folder the command writes to, below `_output`; not the one that aks-engine writes to.
    #[must_use]
    pub fn folder(&self) -> String {
        format!("{}-windows", self.cluster.dns_prefix)
    }

    /// Every file but the scripts: template, parameters (private), the definition with defaults (private), the plan, and per pool the node
    /// configuration with what only a deployment knows named.
    ///
    /// # Errors
    ///
    /// None for names that passed validation; a path that leaves the folder would be one.
    pub fn files(&self) -> Result<Files, EmitError> {
        let mut files = Files::default();
        files.add("azuredeploy.json", self.template_text.as_str())?;
        files.add_private("azuredeploy.parameters.json", self.parameters.to_text())?;
        files.add_private("apimodel.json", json(&self.definition))?;
        files.add("plan.json", json(&self.plan()))?;
        for pool in &self.pools {
            let mut configuration: Settings = self.configuration.clone();
            configuration.extend(pool.plan.configuration.clone());
            files.add(format!("nodes/{}.json", pool.name()), json(&configuration))?;
        }
        Ok(files)
    }

    fn plan(&self) -> Plan<'_> {
        let pools = self.pools.iter().map(|pool| &pool.plan).collect();
        Plan { kubernetes_version: &self.cluster.kubernetes, configuration: &self.configuration, pools }
    }

    /// Adds the scripts of all pools as they are in `parts/`, with comments.
    ///
    /// # Errors
    ///
    /// As [`files`](Self::files).
    pub fn add_scripts(&self, files: &mut Files) -> Result<(), EmitError> {
        let mut scripts = BTreeMap::new();
        for pool in &self.pools {
            let traits = traits(&self.cluster, &self.configuration, &pool.plan);
            scripts.extend(pack::scripts_for(&pool.plan.steps, &traits).map(|script| (&script.path, script.source)));
        }
        for (path, source) in scripts {
            files.add(format!("scripts/{}", path.replace('\\', "/")), source)?;
        }
        Ok(())
    }

    /// Parameters that neither the definition nor a default gives.
    #[must_use]
    pub fn open_parameters(&self) -> Vec<&str> {
        let given = &self.parameters.0;
        let parameters = self.template.parameters.iter();
        let open = parameters.filter(|(name, parameter)| parameter.default_value().is_none() && !given.contains_key(*name));
        open.map(|(name, _)| name.as_str()).collect()
    }
}

/// Pretty JSON with a final newline. Our own types have nothing JSON lacks.
fn json(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}
