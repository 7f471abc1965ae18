//! `generate --format json`: everything a program wants to know, so that a generator in any language can use it without linking the library.

use crate::arm::Extension;
use crate::emit::{Bundle as Files, Difference};
use crate::json::Source;
use crate::report::{self, Format, Report};
use crate::{Generated, Pool};
use arm_template::Expr;
use serde_json::{Map, Value, json};
use std::path::Path;

/// A definition's text and what was found in it.
pub(super) type Found = (Source, Report);

/// The document: what [`Format::Json`] has, and beside it the folder with its files, the parameters still to be given, and the pools.
pub(super) fn of(bundle: &Generated, files: &Files, folder: &Path, found: &Found, differences: &[Difference]) -> Value {
    let (source, report) = found;
    let findings = report::render(&[source.checked(report)], Format::Json);
    let mut document: Map<String, Value> = serde_json::from_str(&findings).unwrap_or_default();
    let listed = files.files().iter().map(|file| json!({ "path": file.path(), "bytes": file.bytes().len(), "private": file.is_private() }));
    let changes = differences
        .iter()
        .map(|difference| json!({ "path": difference.path, "change": difference.change.name(), "text": difference.to_string() }));
    let pools = bundle.pools.iter().map(pool_of);
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

fn pool_of(pool: &Pool) -> Value {
    let (plan, fragment) = (&pool.plan, &pool.fragment);
    let template = fragment.template().to_json();
    let extension = match &fragment.extension {
        Extension::Resource(resource) => serde_json::to_value(resource).unwrap_or_default(),
        Extension::Entry(entry) => entry.to_json(),
    };
    json!({
        "name": pool.name(),
        "count": pool.count(),
        "expectedImage": plan.expected_image,
        "downloads": plan.downloads,
        "sizes": pool.sizes,
        "fragment": {
            "customData": fragment.custom_data.bracketed(),
            "commandToExecute": fragment.command.bracketed(),
            "extension": extension,
            "after": fragment.after.iter().map(|id| Expr::from(id.clone()).bracketed()).collect::<Vec<_>>(),
            "parameters": template["parameters"],
            "variables": template["variables"],
            "resources": template["resources"],
        },
    })
}
