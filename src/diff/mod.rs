//! What the nodes of one template would be given differently by another, value by value and script by script, and what of it reaches
//! machines that exist. Secrets are compared and never shown.

mod compare;
mod effect;
mod markdown;
mod text;
mod values;

#[cfg(test)]
mod tests;

pub use effect::Effect;

use crate::inspect::{self, InspectError, Inspection, Maker};
use crate::machines::Kind;
use arm_template::Deployment;
use indexmap::IndexMap;
use serde::Serialize;
use serde_json::Value as Json;

/// One of the two templates, resolved.
#[derive(Debug)]
pub struct Side {
    inspection: Inspection,
    others: IndexMap<String, Json>,
}

impl Side {
    /// Resolves a template with its parameters file, which may be `null`.
    ///
    /// # Errors
    ///
    /// When Azure would refuse it, or custom data is damaged.
    pub fn new(template: &Json, parameters: &Json, deployment: &Deployment) -> Result<Self, InspectError> {
        let inspection = inspect::resolve(template, parameters, deployment)?;
        let others = inspect::others(template, parameters, deployment, &inspection)?;
        Ok(Self { inspection, others })
    }

    /// Whether it has a Windows pool.
    #[must_use]
    pub fn has_pools(&self) -> bool {
        !self.inspection.pools.is_empty()
    }
}

/// How two templates differ.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Comparison {
    /// Raised when a field changes its meaning.
    pub schema: u32,
    /// Whether nothing differs.
    pub equal: bool,
    /// Every Windows pool, those of the old template first.
    pub pools: Vec<PoolComparison>,
    /// Resources that are no machines of Windows pools.
    pub others: Others,
}

/// Resources by type and name.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Others {
    /// In both, and not the same.
    pub changed: Vec<String>,
    /// Only in the old template.
    pub removed: Vec<String>,
    /// Only in the new one.
    pub added: Vec<String>,
}

/// How a pool, or a value, differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Change {
    /// Not at all.
    Same,
    /// It is in both.
    Changed,
    /// It is only in the old template.
    Removed,
    /// It is only in the new one.
    Added,
}

/// How a Windows pool differs.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PoolComparison {
    /// Its name.
    pub name: String,
    /// What its nodes are, in the new template where it has the pool.
    pub kind: Kind,
    /// Whether it differs.
    pub change: Change,
    /// Who made the old bootstrap.
    pub old_maker: Option<Maker>,
    /// Who made the new one.
    pub new_maker: Option<Maker>,
    /// The gravest effect of all differences.
    pub effect: Option<Effect>,
    /// What differs.
    pub differences: Vec<Difference>,
}

/// Where a difference stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Part {
    /// The node configuration.
    Configuration,
    /// A script.
    Script,
    /// The custom data around both.
    CustomData,
    /// A secret.
    Secret,
    /// The extension with its command.
    Extension,
    /// The machine.
    Machine,
}

impl Part {
    const ALL: [Self; 6] = [Self::Configuration, Self::Script, Self::CustomData, Self::Secret, Self::Extension, Self::Machine];

    fn title(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Script => "scripts",
            Self::CustomData => "custom data",
            Self::Secret => "secrets",
            Self::Extension => "extension",
            Self::Machine => "machine",
        }
    }
}

/// One value or script.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    /// Where it stands.
    pub part: Part,
    /// Path of the value, or of the script.
    pub key: String,
    /// How it differs.
    pub change: Change,
    /// The old value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<Json>,
    /// The new value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<Json>,
    /// Of a text: the unified difference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diff: Option<String>,
    /// What it takes until a machine that exists has it.
    pub effect: Effect,
}

/// Compares two templates.
#[must_use]
pub fn compare(old: &Side, new: &Side) -> Comparison {
    let (old_pools, new_pools) = (&old.inspection.pools, &new.inspection.pools);
    let of_old = old_pools.iter().map(|pool| match new_pools.iter().find(|other| other.name == pool.name) {
        Some(other) => compare::of_both(pool, other),
        None => compare::of_one(pool, Change::Removed),
    });
    let added = new_pools.iter().filter(|pool| old_pools.iter().all(|other| other.name != pool.name));
    let pools: Vec<_> = of_old.chain(added.map(|pool| compare::of_one(pool, Change::Added))).collect();
    let others = compare::others(&old.others, &new.others);
    let same = pools.iter().all(|pool| pool.change == Change::Same);
    let equal = same && others.changed.is_empty() && others.removed.is_empty() && others.added.is_empty();
    Comparison { schema: 1, equal, pools, others }
}

impl PoolComparison {
    /// How many differences stand where.
    #[must_use]
    pub fn counts(&self) -> String {
        let count = |part: Part| self.differences.iter().filter(|difference| difference.part == part).count();
        let counted = Part::ALL.into_iter().map(|part| (part.title(), count(part))).filter(|(_, count)| *count > 0);
        counted.map(|(title, count)| format!("{title} {count}")).collect::<Vec<_>>().join(", ")
    }
}

impl Comparison {
    /// For a person at a terminal.
    #[must_use]
    pub fn to_text(&self) -> String {
        text::of(self)
    }

    /// For a review.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        markdown::of(self)
    }
}
