//! For test reports: `JUnit` XML. A file is a test suite, an error of it a failed test, and a file without errors one test that passed.

use super::{Checked, origin, whole};
use crate::report::{Diagnostic, Severity};

pub(super) fn render(files: &[Checked<'_>]) -> String {
    let errors: usize = files.iter().map(|file| file.report.error_count()).sum();
    let tests: usize = files.iter().map(|file| tests(file).max(1)).sum();
    let suites: String = files.iter().map(suite).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"gen-cse\" tests=\"{tests}\" failures=\"{errors}\">\n{suites}</testsuites>\n"
    )
}

fn tests(file: &Checked<'_>) -> usize {
    file.report.errors().count()
}

fn suite(file: &Checked<'_>) -> String {
    let name = xml(file.name);
    let (tests, failures) = (tests(file).max(1), file.report.error_count());
    let cases: String = file.report.errors().map(|error| case(file.name, error)).collect();
    let cases = if cases.is_empty() { format!("    <testcase name=\"valid\" classname=\"{name}\"/>\n") } else { cases };
    let warnings: String = file.report.warnings().map(|warning| format!("{}\n", sentence(file.name, warning))).collect();
    let warnings = if warnings.is_empty() { String::new() } else { format!("    <system-out>{}</system-out>\n", xml(&warnings)) };
    format!("  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\">\n{cases}{warnings}  </testsuite>\n")
}

fn case(file: &str, error: &Diagnostic) -> String {
    let (code, message) = (error.code.id, xml(&sentence(file, error)));
    let class = xml(file);
    format!(
        "    <testcase name=\"{code}\" classname=\"{class}\">\n      <failure message=\"{message}\" type=\"{code}\"/>\n    </testcase>\n"
    )
}

fn sentence(file: &str, diagnostic: &Diagnostic) -> String {
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    format!("{} {severity}[{}]: {}", origin(file, diagnostic), diagnostic.code.id, whole(diagnostic))
}

/// XML has no place for most controls, not even escaped.
fn xml(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut escaped, c| {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' => escaped.push_str("&#10;"),
            _ if c.is_control() || ('\u{fffe}'..='\u{ffff}').contains(&c) => escaped.extend(c.escape_default()),
            _ => escaped.push(c),
        }
        escaped
    })
}
