//! A script with the values of a node behind the keys of its configuration.

use crate::generate::Generated;
use crate::plan::{Setting, Settings};
use crate::report::printable;
use serde::Serialize;
use std::collections::BTreeMap;

/// Characters after which a value is cut.
const MAX_SHOWN: usize = 300;
/// How scripts name the configuration: `$Context.Configuration.`, `$configuration.`, `Get-Property $configuration '`.
const NAME: &str = "onfiguration";

/// A piece of a script, and the value that stands behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Part {
    pub(super) text: String,
    pub(super) value: Option<String>,
}

/// Key of the configuration -> its value, or those of each pool where they differ.
pub(super) struct Values(BTreeMap<&'static str, String>);

impl Values {
    pub(super) fn of(generated: &Generated) -> Self {
        let mut found: BTreeMap<&'static str, Vec<(&str, String)>> = BTreeMap::new();
        for pool in &generated.pools {
            let mut configuration: Settings = generated.configuration.clone();
            configuration.extend(pool.plan.configuration.clone());
            for (key, value) in &configuration {
                found.entry(key).or_default().push((pool.name(), shown(value)));
            }
        }
        Self(found.into_iter().map(|(key, values)| (key, cut(&of_pools(&values, generated.pools.len())))).collect())
    }
}

fn of_pools(values: &[(&str, String)], pools: usize) -> String {
    match values {
        [(_, first), rest @ ..] if values.len() == pools && rest.iter().all(|(_, value)| value == first) => first.clone(),
        all => all.iter().map(|(pool, value)| format!("{pool}: {value}")).collect::<Vec<_>>().join("; "),
    }
}

/// Text as it is, anything else as JSON.
pub(super) fn shown(value: &Setting) -> String {
    match value {
        Setting::Text(text) => printable(&text.to_string()),
        other => printable(&serde_json::to_string(other).unwrap_or_default()),
    }
}

/// So that a script stays readable; the whole value stands in the table of the configuration.
fn cut(text: &str) -> String {
    let cut: String = text.chars().take(MAX_SHOWN).collect();
    if cut.len() < text.len() { cut + "..." } else { cut }
}

/// The script cut behind each key whose value is known.
pub(super) fn parts(script: &str, values: &Values) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut from = 0;
    for (at, name) in script.match_indices(NAME) {
        let Some((end, value)) = key_at(script, at + name.len(), values) else { continue };
        parts.push(Part { text: script[from..end].to_owned(), value: Some(value) });
        from = end;
    }
    parts.push(Part { text: script[from..].to_owned(), value: None });
    parts
}

/// Where the key behind the configuration's name ends, and its value; the quote behind a quoted key belongs to it.
fn key_at(script: &str, at: usize, values: &Values) -> Option<(usize, String)> {
    let rest = &script[at..];
    let (mark, quote) = if rest.starts_with('.') { (1, 0) } else { (rest.strip_prefix(" '").map(|_| 2)?, 1) };
    let key: String = rest[mark..].chars().take_while(char::is_ascii_alphanumeric).collect();
    let value = values.0.get(key.as_str())?;
    Some((at + mark + key.len() + quote, value.clone()))
}

#[cfg(test)]
mod tests {
    use super::{Part, Values, parts};
    use std::collections::BTreeMap;

    #[test]
    fn values_stand_behind_their_keys() {
        let values = Values(BTreeMap::from([("pageFileMB", "8096".to_owned()), ("name", "winpool".to_owned())]));
        let script = "$x = $Context.Configuration.pageFileMB * 1MB\nGet-Property $configuration 'name' ''; $configuration.unknown";
        let part = |text: &str, value: &str| Part { text: text.to_owned(), value: Some(value.to_owned()) };
        let last = Part { text: " ''; $configuration.unknown".to_owned(), value: None };
        assert_eq!(
            parts(script, &values),
            [part("$x = $Context.Configuration.pageFileMB", "8096"), part(" * 1MB\nGet-Property $configuration 'name'", "winpool"), last]
        );
    }
}
