//! `generate --format json`: everything a program wants to know, so that a generator in any language can use it without linking the library.

use crate::Bundle;
use crate::arm::{Extension, PoolFragment};
use crate::emit::{Bundle as Files, Difference};
use crate::report::{self, Format, Report};
use crate::wire::Source;
use serde_json::{Map, Value, json};
use std::path::Path;

/// A definition's text and what was found in it.
pub(super) type Found = (Source, Report);

/// The document: what [`Format::Json`] has, and beside it the folder with its files, the parameters still to be given, and the pools.
pub(super) fn of(bundle: &Bundle, files: &Files, folder: &Path, found: &Found, differences: &[Difference]) -> Value {
    let (source, report) = found;
    let findings = report::render(&[source.checked(report)], Format::Json);
    let mut document: Map<String, Value> = serde_json::from_str(&findings).unwrap_or_default();
    let listed = files.files().iter().map(|file| json!({ "path": file.path(), "bytes": file.bytes().len(), "private": file.is_private() }));
    let changes = differences
        .iter()
        .map(|difference| json!({ "path": difference.path, "change": difference.change.name(), "text": difference.to_string() }));
    let pools = bundle.generated.pools.iter().enumerate().map(|(index, pool)| pool_of(bundle, index, pool));
    document.extend([
        ("folder".to_owned(), json!(folder)),
        ("files".to_owned(), listed.collect()),
        ("changes".to_owned(), changes.collect()),
        ("catalog".to_owned(), json!({ "kubernetesVersion": bundle.cluster.kubernetes })),
        ("openParameters".to_owned(), json!(bundle.open_parameters())),
        ("pools".to_owned(), pools.collect()),
    ]);
    Value::Object(document)
}

fn pool_of(bundle: &Bundle, index: usize, pool: &PoolFragment) -> Value {
    let (plan, model) = (&bundle.plan.pools[index], &bundle.cluster.windows_pools[index]);
    let template = bundle.generated.fragment(&pool.name).map(|fragment| fragment.to_json()).unwrap_or_default();
    let extension = match &pool.extension {
        Extension::Resource(resource) => serde_json::to_value(resource).unwrap_or_default(),
        Extension::Entry(entry) => entry.to_json(),
    };
    json!({
        "name": pool.name,
        "count": model.count,
        "expectedImage": plan.expected_image,
        "downloads": plan.downloads,
        "sizes": bundle.sizes[index],
        "fragment": {
            "customData": pool.custom_data.bracketed(),
            "commandToExecute": pool.command.bracketed(),
            "extension": extension,
            "parameters": template["parameters"],
            "variables": template["variables"],
            "resources": template["resources"],
        },
    })
}
