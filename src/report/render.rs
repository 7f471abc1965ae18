//! Reports as text: for people, for `grep`, and for tools.

use super::prose::{numbered, printable};
use super::{Diagnostic, Location, MAX_DIAGNOSTICS, Place, Report};

mod azure_pipelines;
mod github;
#[cfg(feature = "emit")]
mod human;
mod json;
mod junit;
mod sarif;

/// Characters of a path that are shown.
const MAX_PATH: usize = 300;

/// A file with what was found in it.
#[derive(Clone, Copy, Debug)]
pub struct Checked<'a> {
    /// The name as the user gave it.
    pub name: &'a str,
    /// The text that the places of the report refer to.
    pub text: &'a str,
    /// What was found.
    pub report: &'a Report,
}

/// Columns of a text for people where nobody knows the terminal.
#[cfg(feature = "emit")]
pub const WIDTH: usize = 140;

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For a terminal (feature `emit`): each finding with the line it is about and a caret.
    #[cfg(feature = "emit")]
    Human {
        /// Whether escape sequences for colours are used.
        colour: bool,
        /// Columns of the terminal; longer lines of the file are cut.
        width: usize,
    },
    /// One line per finding, nothing else.
    Plain,
    /// One JSON object: `schema` (1), `errors`, `warnings`, `omitted` (numbers; `omitted` of them are counted and not listed), `files`,
    /// each with `file`, `errors` and `warnings`, and `diagnostics`, each with `file`, `severity`, `code`, `path`, `origin` (`file`, `--set` or null), `line`, `column` (from 1, in
    /// characters), `offset`, `length` (in bytes), `message` and `help`; what is not known is null.
    Json,
    /// [SARIF 2.1.0](https://docs.oasis-open.org/sarif/sarif/v2.1.0/), which code hosts show beside the lines of the file.
    Sarif,
    /// Workflow commands of GitHub Actions, one line per finding.
    Github,
    /// Logging commands of Azure Pipelines, one line per finding.
    AzurePipelines,
    /// `JUnit` XML: a test suite per file, a failed test per error.
    Junit,
}

/// Writes what was found in some files, one file after the other.
#[must_use]
pub fn render(files: &[Checked<'_>], format: Format) -> String {
    match format {
        #[cfg(feature = "emit")]
        Format::Human { colour, width } => human::render(files, colour, width),
        Format::Plain => plain(files),
        Format::Json => json::render(files),
        Format::Sarif => sarif::render(files),
        Format::Github => github::render(files),
        Format::AzurePipelines => azure_pipelines::render(files),
        Format::Junit => junit::render(files),
    }
}

/// The number of findings: `2 errors, 1 warning`, `no errors`.
#[must_use]
pub fn summary(files: &[Checked<'_>]) -> String {
    let count = |count: fn(&Report) -> usize| files.iter().map(|file| count(file.report)).sum::<usize>();
    let errors = count(Report::error_count);
    let warnings = count(Report::warning_count);
    let omitted = count(Report::omitted_count);
    let mut summary = if errors == 0 { "no errors".to_owned() } else { numbered(errors, "error") };
    if warnings > 0 {
        summary.push_str(&format!(", {}", numbered(warnings, "warning")));
    }
    if omitted > 0 {
        summary.push_str(&format!("; {omitted} of them not shown, since at most {MAX_DIAGNOSTICS} of a kind are"));
    }
    summary
}

fn plain(files: &[Checked<'_>]) -> String {
    let mut text = String::new();
    for file in files {
        for diagnostic in file.report.diagnostics() {
            let Diagnostic { severity, code, .. } = diagnostic;
            text.push_str(&format!("{} {severity}[{}]: {}\n", origin(file.name, diagnostic), code.id, whole(diagnostic)));
        }
    }
    text
}

/// `apimodel.json:31:19`, or what is known of it.
fn origin(file: &str, diagnostic: &Diagnostic) -> String {
    match diagnostic.place {
        Some(Place::Text(location)) => format!("{}:{}:{}", printable(file), location.line, location.column),
        Some(Place::Override) => "--set".to_owned(),
        None => printable(file),
    }
}

/// The path, if it says more than the file's name, and the message.
fn sentence(diagnostic: &Diagnostic) -> String {
    let message = printable(&diagnostic.message);
    if diagnostic.path.depth() == 0 { message } else { format!("{}: {message}", shown_path(diagnostic)) }
}

/// [`sentence`] with the help behind it, for one line.
fn whole(diagnostic: &Diagnostic) -> String {
    match &diagnostic.help {
        Some(help) => format!("{} (help: {})", sentence(diagnostic), printable(help)),
        None => sentence(diagnostic),
    }
}

/// Line and column, from 1, behind the last character of a place.
fn end(text: &str, location: Location) -> (usize, usize) {
    let end = (location.offset + location.length).min(text.len());
    let marked = text.get(location.offset.min(end)..end).unwrap_or_default();
    match marked.rsplit_once('\n') {
        Some((before, last)) => (location.line + before.matches('\n').count() + 1, last.chars().count() + 1),
        None => (location.line, location.column + marked.chars().count()),
    }
}

/// A hostile key may be as long as the file.
fn shown_path(diagnostic: &Diagnostic) -> String {
    let path = diagnostic.path.shown();
    match path.char_indices().nth(MAX_PATH) {
        Some((end, _)) => printable(&path[..end]) + "...",
        None => printable(&path),
    }
}

#[cfg(all(test, feature = "emit"))]
mod tests {
    use super::*;
    use crate::report::{Lines, Path, codes};

    const TEXT: &str = "{\n  \"adminPassword\": \"hunter2\", \"count\": \"3\",\n  \"nodes\": 1\n}\n";

    fn at(text: &str, part: &str) -> Place {
        let offset = text.find(part).unwrap();
        Place::Text(Lines::of(text).locate(text, offset, part.len()))
    }

    fn report() -> Report {
        let root = Path::root();
        let mut report = Report::default();
        report
            .error(codes::reading::JSON_TYPE, root.key("count"), "found the string `\"3\"`, expected a whole number")
            .help("write `3` without quotes")
            .at(at(TEXT, "\"3\""));
        report.error(codes::reading::UNKNOWN_KEY, root.key("nodes"), "`nodes` is not a known key").at(at(TEXT, "\"nodes\""));
        report.error(codes::reading::API_VERSION, root, "`apiVersion` is missing").at(Place::Override);
        report
    }

    fn written(format: Format) -> String {
        let report = report();
        render(&[Checked { name: "a.json", text: TEXT, report: &report }], format)
    }

    #[test]
    fn people_get_the_line_a_caret_and_the_number_but_no_secret() {
        insta::assert_snapshot!(written(Format::Human { colour: false, width: 100 }), @r#"
        a.json:2:40 error[json-type]: count: found the string `"3"`, expected a whole number
          |
        2 |   "adminPassword": "<hidden>", "count": "3",
          |                                         ^^^
          help: write `3` without quotes

        a.json:3:3 error[unknown-key]: nodes: `nodes` is not a known key
          |
        3 |   "nodes": 1
          |   ^^^^^^^

        --set error[api-version]: `apiVersion` is missing
        "#);
    }

    #[test]
    fn plain_is_one_line_each() {
        insta::assert_snapshot!(written(Format::Plain), @r#"
        a.json:2:40 error[json-type]: count: found the string `"3"`, expected a whole number (help: write `3` without quotes)
        a.json:3:3 error[unknown-key]: nodes: `nodes` is not a known key
        --set error[api-version]: `apiVersion` is missing
        "#);
    }

    #[test]
    fn json_has_its_documented_shape() {
        insta::assert_snapshot!(written(Format::Json), @r#"
        {
          "schema": 1,
          "errors": 3,
          "warnings": 0,
          "omitted": 0,
          "files": [
            {
              "file": "a.json",
              "errors": 3,
              "warnings": 0
            }
          ],
          "diagnostics": [
            {
              "file": "a.json",
              "severity": "error",
              "code": "json-type",
              "path": "count",
              "origin": "file",
              "line": 2,
              "column": 40,
              "offset": 41,
              "length": 3,
              "message": "found the string `\"3\"`, expected a whole number",
              "help": "write `3` without quotes"
            },
            {
              "file": "a.json",
              "severity": "error",
              "code": "unknown-key",
              "path": "nodes",
              "origin": "file",
              "line": 3,
              "column": 3,
              "offset": 48,
              "length": 7,
              "message": "`nodes` is not a known key",
              "help": null
            },
            {
              "file": "a.json",
              "severity": "error",
              "code": "api-version",
              "path": "",
              "origin": "--set",
              "line": null,
              "column": null,
              "offset": null,
              "length": null,
              "message": "`apiVersion` is missing",
              "help": null
            }
          ]
        }
        "#);
    }

    #[test]
    fn sarif_names_rules_and_places() {
        let log: serde_json::Value = serde_json::from_str(&written(Format::Sarif)).unwrap();
        assert_eq!(log["version"], "2.1.0");
        let run = &log["runs"][0];
        let ids: Vec<_> = run["tool"]["driver"]["rules"].as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap()).collect();
        assert_eq!(ids, ["json-type", "unknown-key", "api-version"]);
        let result = &run["results"][1];
        assert_eq!((&result["ruleId"], &result["ruleIndex"], &result["level"]), (&"unknown-key".into(), &1.into(), &"error".into()));
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(
            place["region"],
            serde_json::json!({"startLine": 3, "startColumn": 3, "endLine": 3, "endColumn": 10, "byteOffset": 48, "byteLength": 7})
        );
        assert!(run["results"][2]["locations"][0]["physicalLocation"].get("region").is_none());
    }

    #[test]
    fn code_hosts_get_a_command_for_each_finding() {
        insta::assert_snapshot!(written(Format::Github), @r#"
        ::error file=a.json,line=2,endLine=2,col=40,endColumn=43,title=gen-cse json-type::count: found the string `"3"`, expected a whole number (help: write `3` without quotes)
        ::error file=a.json,line=3,endLine=3,col=3,endColumn=10,title=gen-cse unknown-key::nodes: `nodes` is not a known key
        ::error file=a.json,title=gen-cse api-version::`apiVersion` is missing
        "#);
        insta::assert_snapshot!(written(Format::AzurePipelines), @r#"
        ##vso[task.logissue type=error;sourcepath=a.json;linenumber=2;columnnumber=40;code=json-type;]count: found the string `"3"`, expected a whole number (help: write `3` without quotes)
        ##vso[task.logissue type=error;sourcepath=a.json;linenumber=3;columnnumber=3;code=unknown-key;]nodes: `nodes` is not a known key
        ##vso[task.logissue type=error;sourcepath=a.json;code=api-version;]`apiVersion` is missing
        "#);
    }

    #[test]
    fn test_reports_have_a_failure_for_each_error() {
        insta::assert_snapshot!(written(Format::Junit), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="gen-cse" tests="3" failures="3">
          <testsuite name="a.json" tests="3" failures="3">
            <testcase name="json-type" classname="a.json">
              <failure message="a.json:2:40 error[json-type]: count: found the string `&quot;3&quot;`, expected a whole number (help: write `3` without quotes)" type="json-type"/>
            </testcase>
            <testcase name="unknown-key" classname="a.json">
              <failure message="a.json:3:3 error[unknown-key]: nodes: `nodes` is not a known key" type="unknown-key"/>
            </testcase>
            <testcase name="api-version" classname="a.json">
              <failure message="--set error[api-version]: `apiVersion` is missing" type="api-version"/>
            </testcase>
          </testsuite>
        </testsuites>
        "#);
    }

    /// A name or message cannot begin another command, or leave its XML.
    #[test]
    fn nothing_leaves_its_line() {
        let mut report = Report::default();
        report.error(codes::reading::UNKNOWN_KEY, Path::root().key("a"), "a\n::add-mask::x<b> & ##vso[task.x]");
        for format in [Format::Github, Format::AzurePipelines, Format::Junit] {
            let written = render(&[Checked { name: "a]\n,:<\".json", text: "", report: &report }], format);
            assert!(!written.contains("\n::add") && !written.contains("a]\n"), "{written}");
            assert!(format != Format::Junit || !written.contains("<b>"), "{written}");
        }
    }

    #[test]
    fn colour_is_used_only_when_asked_for() {
        let escape = '\u{1b}';
        assert!(written(Format::Human { colour: true, width: 100 }).contains(escape));
        assert!(!written(Format::Human { colour: false, width: 100 }).contains(escape));
    }

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let text = format!("{}\"here\": 1, {}", "\"é\": 1, ".repeat(5000), "\"b\": 2, ".repeat(5000));
        let mut report = Report::default();
        report.error(codes::reading::UNKNOWN_KEY, Path::root().key("here"), "unknown").at(at(&text, "\"here\""));
        let shown = render(&[Checked { name: "a.json", text: &text, report: &report }], Format::Human { colour: false, width: 80 });
        assert!(shown.contains("a.json:1:40001 error"), "{shown}");
        assert!(shown.contains("\"here\": 1") && shown.contains("^^^^^^") && shown.len() < 700, "{shown}");
    }

    #[test]
    fn nothing_steers_the_terminal() {
        let text = "{\"\u{1b}[31m\u{202e}\": \"\t\u{7}\u{9b}31m\u{2028}\u{200b}\"}";
        let mut report = Report::default();
        report.error(codes::reading::UNKNOWN_KEY, Path::root().key("\u{1b}[31m"), "odd\nkey \u{9b}").at(at(text, "\"\u{1b}"));
        for format in [Format::Plain, Format::Human { colour: false, width: 80 }] {
            let shown = render(&[Checked { name: "a\u{1b}.json", text, report: &report }], format);
            assert!(!shown.contains(['\u{1b}', '\u{202e}', '\u{7}', '\u{9b}', '\u{2028}', '\u{200b}']), "{shown:?}");
        }
    }

    #[test]
    fn counts_are_said_in_words() {
        let (none, some) = (Report::default(), report());
        let file = |report| Checked { name: "a.json", text: TEXT, report };
        assert_eq!(summary(&[file(&none)]), "no errors");
        assert_eq!(summary(&[file(&some), file(&some)]), "6 errors");
    }
}
