//! For code hosts: SARIF 2.1.0, the few parts of it that a report has something for.

use super::Checked;
use crate::report::{Code, Diagnostic, Location, Place};
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool,
    column_kind: &'static str,
    results: Vec<Finding<'a>>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    information_uri: Option<&'static str>,
    version: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    short_description: Message<&'static str>,
    full_description: Message<&'static str>,
    help: Message<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<String>,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Message<T> {
    text: T,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding<'a> {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Message<String>,
    locations: [FindingLocation<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FindingLocation<'a> {
    physical_location: PhysicalLocation<'a>,
    logical_locations: [LogicalLocation; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation<'a> {
    artifact_location: ArtifactLocation<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
struct ArtifactLocation<'a> {
    uri: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
    byte_offset: usize,
    byte_length: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation {
    fully_qualified_name: String,
}

pub(super) fn render(files: &[Checked<'_>]) -> String {
    let uris: Vec<_> = files.iter().map(|file| uri(file.name)).collect();
    let mut rules: Vec<&'static Code> = Vec::new();
    let mut results = Vec::new();
    for (file, uri) in files.iter().zip(&uris) {
        for diagnostic in file.report.diagnostics() {
            let rule_index = rules.iter().position(|rule| *rule == diagnostic.code).unwrap_or_else(|| {
                rules.push(diagnostic.code);
                rules.len() - 1
            });
            results.push(finding(file, uri, diagnostic, rule_index));
        }
    }
    let driver = Driver {
        name: "gen-cse",
        information_uri: REPOSITORY.filter(|repository| !repository.is_empty()),
        version: env!("CARGO_PKG_VERSION"),
        rules: rules.into_iter().map(rule).collect(),
    };
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run { tool: Tool { driver }, column_kind: "unicodeCodePoints", results }],
    };
    // strings and numbers only: writing them cannot fail
    serde_json::to_string_pretty(&log).unwrap_or_default() + "\n"
}

/// Where this project is published, once its manifest says so.
const REPOSITORY: Option<&str> = option_env!("CARGO_PKG_REPOSITORY");

/// The place of the code in `docs/diagnostics.md`.
fn help_uri(code: &Code) -> Option<String> {
    REPOSITORY
        .filter(|repository| !repository.is_empty())
        .map(|repository| format!("{repository}/blob/main/docs/diagnostics.md#{}", code.id))
}

fn rule(code: &'static Code) -> Rule {
    Rule {
        id: code.id,
        short_description: Message { text: code.title },
        full_description: Message { text: code.explanation },
        help: Message { text: format!("wrong:\n{}\n\nright:\n{}", code.wrong, code.right) },
        help_uri: help_uri(code),
        default_configuration: Configuration { level: code.severity.name() },
    }
}

fn finding<'a>(file: &Checked<'_>, uri: &'a str, diagnostic: &Diagnostic, rule_index: usize) -> Finding<'a> {
    let origin = if diagnostic.place == Some(Place::Override) { "--set: " } else { "" };
    let help = diagnostic.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    Finding {
        rule_id: diagnostic.code.id,
        rule_index,
        level: diagnostic.severity.name(),
        message: Message { text: format!("{origin}{}{help}", diagnostic.message) },
        locations: [FindingLocation {
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation { uri },
                region: diagnostic.location().map(|location| region(file.text, location)),
            },
            logical_locations: [LogicalLocation { fully_qualified_name: diagnostic.path.shown() }],
        }],
    }
}

fn region(text: &str, location: Location) -> Region {
    let (end_line, end_column) = super::end(text, location);
    let Location { line: start_line, column: start_column, offset: byte_offset, length: byte_length } = location;
    Region { start_line, start_column, end_line, end_column, byte_offset, byte_length }
}

/// A file name as a relative URI reference: what a URI may not hold is percent-encoded.
fn uri(file: &str) -> String {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    file.replace('\\', "/").bytes().fold(String::new(), |mut uri, byte| {
        if allowed(byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
        uri
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn file_names_become_uris() {
        assert_eq!(super::uri("my models\\é%.json"), "my%20models/%C3%A9%25.json");
    }
}
