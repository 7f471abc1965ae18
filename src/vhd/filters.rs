//! Values into the formats of the folder. A template's value must go through one of these filters; without, rendering fails.

pub(super) use crate::report::markdown;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write as _;
use std::io;
use tera::{Delimiters, Kwargs, State, Tera, Value};

/// The engine with the filters. `<< x >>` and `{% if %}`: double braces are GitHub's and packer's.
pub(super) fn engine() -> Result<Tera, tera::Error> {
    let mut tera = Tera::new();
    let delimiters = Delimiters { variable_start: "<<".into(), variable_end: ">>".into(), ..Delimiters::default() };
    tera.set_delimiters(delimiters)?;
    tera.autoescape_on([".tera"]);
    tera.set_escape_fn(|text, _| Err(io::Error::other(format!("`{text}` has no filter for the format of its file"))));
    tera.register_filter("json", |text: &str, _: Kwargs, _: &State| safe(&json(text)));
    tera.register_filter("yaml", |text: &str, _: Kwargs, _: &State| yaml(text).map(|text| safe(&text)));
    tera.register_filter("powershell", |text: &str, _: Kwargs, _: &State| safe(&powershell(text)));
    tera.register_filter("markdown", |text: &str, _: Kwargs, _: &State| safe(&markdown(text)));
    tera.register_filter("verbatim", |text: &str, _: Kwargs, _: &State| safe(text));
    Ok(tera)
}

fn safe(text: &str) -> Value {
    Value::safe_string(text)
}

/// A JSON string with its quotes, in ASCII.
pub(super) fn json(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            ' '..='~' => quoted.push(c),
            _ => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| {
                let _ = write!(quoted, "\\u{unit:04x}");
            }),
        }
    }
    quoted + "\""
}

/// A YAML scalar in double quotes. Pipelines look for their own expressions in every scalar, and there is no way to write those
/// marks that both of Azure and GitHub leave alone.
fn yaml(text: &str) -> Result<String, tera::Error> {
    match ["${{", "$(", "$["].into_iter().find(|mark| text.contains(mark)) {
        Some(mark) => Err(tera::Error::message(format!("`{text}` cannot stand in a pipeline: `{mark}` begins an expression there"))),
        None => Ok(json(text)),
    }
}

/// A PowerShell expression whose value is the text. PowerShell takes curly quotes for straight ones and scripts are ASCII, so what
/// is not plain travels as base64.
pub(super) fn powershell(text: &str) -> String {
    if text.chars().all(|c| matches!(c, ' '..='~' | '\n')) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    format!("([System.Text.Encoding]::UTF8.GetString([System.Convert]::FromBase64String('{}')))", STANDARD.encode(text))
}

#[cfg(test)]
mod tests {
    use super::{engine, json, markdown, powershell, yaml};
    use poshtree::v2::{TokenKind, lex};
    use serde_json::Value;

    const HOSTILE: [&str; 17] = [
        "plain",
        "",
        "it's",
        "'; Remove-Item c:\\ -Recurse; '",
        "\u{2019}; exit 0; \u{2018}",
        "$(Get-Date) `n $env:x \"quoted\"",
        "'@\n@'",
        "line\nfeed\r\n\ttab\u{0}\u{7f}",
        "\u{e9}\u{1f600}\u{2028}\u{feff}",
        "| a | `b` | *c* <script> [x](y) &lt; #1",
        "%PATH% && exit",
        "<< name >> {% if %} {# #}",
        "key: value # comment\n- item",
        "\\u0041\\\"",
        "- item",
        "12. item",
        "# heading",
    ];

    #[test]
    fn json_and_yaml_read_back_what_was_written() {
        for text in HOSTILE {
            let quoted = json(text);
            assert!(quoted.bytes().all(|byte| matches!(byte, b' '..=b'~')), "{quoted}");
            assert_eq!(serde_json::from_str::<Value>(&quoted).unwrap(), text);
            if !text.contains("$(") {
                assert_eq!(yaml(text).unwrap(), quoted);
            }
        }
    }

    #[test]
    fn expressions_of_pipelines_are_refused() {
        for text in ["${{ secrets.key }}", "$(secret)", "$[variables.x]"] {
            assert!(yaml(text).unwrap_err().to_string().contains("begins an expression"), "{text}");
        }
    }

    /// One literal and nothing else, whose value is the text.
    #[test]
    fn powershell_reads_one_literal() {
        for text in HOSTILE {
            let expression = powershell(text);
            assert!(expression.is_ascii());
            if expression.starts_with('(') {
                assert!(expression.contains("FromBase64String('") && expression.matches('\'').count() == 2, "{expression}");
                continue;
            }
            let tokens: Vec<_> = lex(&expression).tokens.into_iter().filter(|token| !matches!(token.kind, TokenKind::Eof)).collect();
            assert_eq!(tokens.len(), 1, "{expression}");
            assert_eq!(expression[1..expression.len() - 1].replace("''", "'"), text);
        }
    }

    #[test]
    fn markdown_keeps_a_cell_a_cell() {
        for text in HOSTILE {
            let cell = markdown(text);
            assert!(!cell.contains(['\n', '\r', '<']) && !cell.replace("\\|", "").contains('|'), "{cell}");
            assert!(!cell.replace("\\`", "").contains('`') && !cell.replace("\\[", "").contains('['), "{cell}");
            assert!(!cell.starts_with(['-', '#']) && !cell.starts_with("12."), "{cell}");
        }
        assert_eq!(markdown("v1.33.10-1int.zip"), "v1.33.10-1int.zip");
        assert_eq!(markdown("a_b|c"), "a\\_b\\|c");
    }

    #[test]
    fn a_value_without_a_filter_is_an_error() {
        let mut tera = engine().unwrap();
        tera.add_raw_template("x.tera", "<< value >>").unwrap();
        tera.add_raw_template("y.tera", "<< value | json >> ${{ kept }}").unwrap();
        let mut context = tera::Context::new();
        context.insert("value", "<b>");
        assert!(tera.render("x.tera", &context).is_err());
        assert_eq!(tera.render("y.tera", &context).unwrap(), "\"<b>\" ${{ kept }}");
    }
}
