//! For tools: one JSON object of a stable shape.

use super::Checked;
use crate::report::{Diagnostic, Place, Report};
use serde::Serialize;

/// Raised when a field changes its meaning or goes; new fields do not raise it.
const SCHEMA: u32 = 1;

#[derive(Serialize)]
struct Output<'a> {
    schema: u32,
    errors: usize,
    warnings: usize,
    omitted: usize,
    files: Vec<Verdict<'a>>,
    diagnostics: Vec<Finding<'a>>,
}

#[derive(Serialize)]
struct Verdict<'a> {
    file: &'a str,
    errors: usize,
    warnings: usize,
}

#[derive(Serialize)]
struct Finding<'a> {
    file: &'a str,
    severity: &'static str,
    code: &'static str,
    path: String,
    origin: Option<&'static str>,
    line: Option<usize>,
    column: Option<usize>,
    offset: Option<usize>,
    length: Option<usize>,
    message: &'a str,
    help: Option<&'a str>,
}

pub(super) fn render(files: &[Checked<'_>]) -> String {
    let count = |count: fn(&Report) -> usize| files.iter().map(|file| count(file.report)).sum();
    let findings = files.iter().flat_map(|file| file.report.diagnostics().iter().map(|diagnostic| finding(file.name, diagnostic)));
    let output = Output {
        schema: SCHEMA,
        errors: count(Report::error_count),
        warnings: count(Report::warning_count),
        omitted: count(Report::omitted_count),
        files: files
            .iter()
            .map(|file| Verdict { file: file.name, errors: file.report.error_count(), warnings: file.report.warning_count() })
            .collect(),
        diagnostics: findings.collect(),
    };
    // strings and numbers only: writing them cannot fail
    serde_json::to_string_pretty(&output).unwrap_or_default() + "\n"
}

fn finding<'a>(file: &'a str, diagnostic: &'a Diagnostic) -> Finding<'a> {
    let location = diagnostic.location();
    Finding {
        file,
        severity: diagnostic.severity.name(),
        code: diagnostic.code.id,
        path: diagnostic.path.shown(),
        origin: diagnostic.place.map(|place| match place {
            Place::Text(_) => "file",
            Place::Override => "--set",
        }),
        line: location.map(|location| location.line),
        column: location.map(|location| location.column),
        offset: location.map(|location| location.offset),
        length: location.map(|location| location.length),
        message: &diagnostic.message,
        help: diagnostic.help.as_deref(),
    }
}
