//! From the bytes of a cluster definition to the types of its JSON, with every mistake of the kind "this is not what the
//! format has" collected. No rule about values lives here.

mod advice;
mod at;
mod overrides;
pub mod paths;
#[cfg(feature = "schema")]
mod schema;
mod shape;
#[cfg(all(test, feature = "cli"))]
mod tests;
mod types;

pub use at::At;
#[cfg(test)]
pub(crate) use at::reads;
pub use overrides::Override;
#[cfg(feature = "schema")]
pub use schema::{exact_schema, schema};
pub use types::*;

use crate::error::Error;
use crate::json::{Dialect, Source};
use crate::report::{Path, Report, codes::reading, show};
use crate::words::ApiVersion;

const API_VERSION: &str = ApiVersion::Vlabs.as_str();

/// How definitions are read.
const DEFINITION: Dialect = Dialect { what: "cluster definition", any_case: true, advice: advice::on };

impl ClusterDefinition {
    /// JSON Schema (draft 2020-12) of a cluster definition.
    #[cfg(feature = "schema")]
    #[must_use]
    pub fn schema() -> serde_json::Value {
        schema()
    }

    /// Reads a cluster definition without mistakes; [`check`](crate::check) finds what is wrong with any.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] with every mistake of form. What the values mean is not looked at.
    ///
    /// ```
    /// use gen_cse::ClusterDefinition;
    ///
    /// assert!(ClusterDefinition::from_json("{ \"apiVersion\": \"vlabs\", \"properties\": {} }").is_ok());
    /// assert!(ClusterDefinition::from_json("{ \"apiVersion\": 1 }").is_err());
    /// ```
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let (definition, report, source) = parse("apimodel.json", text.as_bytes());
        definition.filter(|_| !report.is_fatal()).ok_or_else(|| Error::Invalid(Box::new(source.refused(report))))
    }
}

/// Reads a cluster definition.
///
/// There is no definition when the bytes are not a JSON object. Otherwise there always is one: values of the wrong type are replaced by
/// empty ones and recorded, together with unknown and repeated keys, in the report, which is sorted by place. The file name only
/// appears in reports.
#[must_use]
pub fn parse(file_name: &str, bytes: &[u8]) -> (Option<ClusterDefinition>, Report, Source) {
    parse_with(file_name, bytes, &[])
}

/// Reads a cluster definition of which some values are replaced, in the order given.
#[must_use]
pub fn parse_with(file_name: &str, bytes: &[u8], overrides: &[Override]) -> (Option<ClusterDefinition>, Report, Source) {
    let mut report = Report::default();
    let mut source = Source::read(file_name, bytes, &DEFINITION, &mut report);
    if let Some(root) = source.root_mut() {
        for value in overrides {
            value.apply(root, &mut report);
        }
    }
    let definition = source.root().and_then(|root| source.typed(root, &DEFINITION, &mut report));
    if let Some(definition) = &definition {
        check_api_version(definition, &mut report);
    }
    report.locate(&source);
    (definition, report, source)
}

fn check_api_version(definition: &ClusterDefinition, report: &mut Report) {
    let root = Path::root();
    let path = root.key("apiVersion");
    match definition.api_version.as_deref() {
        Some(API_VERSION) => {}
        Some(found) => {
            let message = format!("{} is not a known API version, expected `{API_VERSION}`", show(&path, found));
            report.error(reading::API_VERSION, path, message);
        }
        None => {
            let message = format!("the API version is missing, expected `{API_VERSION}`");
            report
                .error(reading::API_VERSION, path, message)
                .help(format!("begin the definition with `\"apiVersion\": \"{API_VERSION}\"`"));
        }
    }
}
