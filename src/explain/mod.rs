//! What a new node of each pool will do, before there is one: per step whether it runs, is skipped, takes files from the image's cache
//! or downloads them, on one image or several side by side; and what travels to the node against Azure's limits.

mod forecast;
mod image;
mod page;
mod script;
mod table;
#[cfg(test)]
mod tests;

pub use forecast::{Forecast, StepForecast, Totals};
pub use image::Image;

use crate::catalog::Catalog;
use crate::generate::{Generated, Pool};
use crate::pack::{MAX_COMMAND_CHARACTERS, MAX_CUSTOM_DATA_BYTES};
use crate::result::Nodes;
use arm_template::{MAX_EXPRESSION_CHARACTERS, MAX_TEMPLATE_BYTES};
use serde::Serialize;

/// Version of the JSON document.
const SCHEMA: u32 = 1;

/// What the nodes of a cluster will do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// Version of this form, 1.
    pub schema: u32,
    /// The cluster's DNS prefix.
    pub cluster: String,
    /// Kubernetes version of the nodes.
    pub kubernetes_version: String,
    /// `containerd` or `docker`.
    pub container_runtime: &'static str,
    /// `azure` or `kubenet`.
    pub network_plugin: &'static str,
    /// Of the template that all pools share.
    pub template: Size,
    /// The Windows pools.
    pub pools: Vec<PoolExplanation>,
}

/// What the nodes of a pool will do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PoolExplanation {
    /// Its name.
    pub name: String,
    /// Number of nodes.
    pub count: u32,
    /// A scale set, or single VMs in an availability set.
    pub scale_set: bool,
    /// What travels to a node, against Azure's limits.
    pub sizes: Vec<Size>,
    /// On each image.
    pub images: Vec<Forecast>,
}

/// A size against its limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Size {
    /// Of what.
    pub what: &'static str,
    /// How much.
    pub size: usize,
    /// What Azure takes.
    pub limit: usize,
    /// `bytes` or `characters`.
    pub unit: &'static str,
}

impl Explanation {
    /// What nodes of these pools will do on each of the images.
    #[must_use]
    pub fn of(generated: &Generated, catalog: &Catalog, images: &[Image]) -> Self {
        let cluster = &generated.cluster;
        Self {
            schema: SCHEMA,
            cluster: cluster.dns_prefix.clone(),
            kubernetes_version: cluster.kubernetes.to_string(),
            container_runtime: cluster.windows.runtime.as_str(),
            network_plugin: cluster.network.plugin.as_str(),
            template: Size { what: "template", size: generated.template_bytes(), limit: MAX_TEMPLATE_BYTES, unit: "bytes" },
            pools: generated.pools.iter().map(|pool| PoolExplanation::of(generated, catalog, pool, images)).collect(),
        }
    }

    /// For a person at a terminal.
    #[must_use]
    pub fn to_text(&self) -> String {
        table::text(self)
    }

    /// One page for a browser, which needs no network; with what was measured where there are records of nodes.
    ///
    /// # Errors
    ///
    /// None but a defect of the template.
    pub fn to_html(&self, generated: &Generated, nodes: Option<&Nodes>) -> Result<String, tera::Error> {
        page::html(self, generated, nodes)
    }

    /// For a page that renders Markdown.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        table::markdown(self)
    }
}

impl PoolExplanation {
    fn of(generated: &Generated, catalog: &Catalog, pool: &Pool, images: &[Image]) -> Self {
        let size = |what, size, limit, unit| Size { what, size, limit, unit };
        let sizes = pool.sizes;
        Self {
            name: pool.name().to_owned(),
            count: pool.count(),
            scale_set: pool.is_scale_set(),
            sizes: vec![
                size("custom data", sizes.custom_data_bytes, MAX_CUSTOM_DATA_BYTES, "bytes"),
                size("command", sizes.command_characters, MAX_COMMAND_CHARACTERS, "characters"),
                size("longest expression", sizes.longest_expression, MAX_EXPRESSION_CHARACTERS, "characters"),
            ],
            images: images.iter().map(|image| Forecast::of(generated, catalog, pool, image)).collect(),
        }
    }
}
