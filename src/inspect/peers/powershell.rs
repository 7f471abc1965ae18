//! As much of PowerShell as a line of the setup script has that assigns a literal.

use serde_json::Value as Json;
use std::ops::Range;

/// `$global:Name = <literal>`
#[derive(Debug, PartialEq)]
pub(super) struct Assignment {
    pub(super) name: String,
    pub(super) value: Json,
    /// Where the literal stands in the line.
    pub(super) at: Range<usize>,
}

/// The assignment of a line; nothing where the value is computed.
pub(super) fn assignment(line: &str) -> Option<Assignment> {
    let rest = line.trim_start().strip_prefix('$')?;
    let rest = ["global:", "script:"].iter().find_map(|scope| without_prefix(rest, scope)).unwrap_or(rest);
    let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|length| *length > 0)?;
    let (name, rest) = rest.split_at(length);
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let start = line.len() - rest.len();
    let (value, after) = literal(rest)?;
    let is_over = after.trim_start().is_empty() || after.trim_start().starts_with([';', '#']);
    is_over.then(|| Assignment { name: name.to_owned(), value, at: start..line.len() - after.len() })
}

fn without_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let start = text.get(..prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

/// A literal and what follows it: text, list, `$true`, or a text that is converted.
fn literal(text: &str) -> Option<(Json, &str)> {
    if let Some(items) = text.strip_prefix("@(") {
        return list(items);
    }
    for (word, value) in [("$true", true), ("$false", false)] {
        if let Some(rest) = without_prefix(text, word) {
            return Some((value.into(), rest));
        }
    }
    if text.starts_with('[') {
        let (conversion, argument) = text.split_once('(')?;
        let is_conversion = conversion.to_ascii_lowercase().ends_with("::toboolean");
        let (value, rest) = quoted(argument.trim_start())?;
        let rest = rest.trim_start().strip_prefix(')')?;
        return is_conversion.then_some((value.into(), rest));
    }
    quoted(text).map(|(value, rest)| (value.into(), rest))
}

fn list(mut text: &str) -> Option<(Json, &str)> {
    let mut items = Vec::new();
    loop {
        text = text.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        if let Some(rest) = text.strip_prefix(')') {
            return Some((items.into(), rest));
        }
        let (item, rest) = quoted(text)?;
        items.push(Json::from(item));
        text = rest;
    }
}

/// A text in quotes of either kind: a doubled quote is one, and so is one behind a backtick between double quotes.
fn quoted(text: &str) -> Option<(String, &str)> {
    let quote = text.chars().next().filter(|c| ['"', '\''].contains(c))?;
    let mut value = String::new();
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = characters.next() {
        if c == '`' && quote == '"' {
            value.push(characters.next()?.1);
        } else if c != quote {
            value.push(c);
        } else if characters.next_if(|(_, next)| *next == quote).is_some() {
            value.push(quote);
        } else {
            return Some((value, &text[at + quote.len_utf8()..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn literals_are_read_and_computed_values_are_not() {
        let cases = [
            ("$global:VmType = \"vmss\"", Some(("VmType", json!("vmss")))),
            ("    $Global:VmType=\"a \"\"b\"\" `\"c`$\" # why\r", Some(("VmType", json!("a \"b\" \"c$")))),
            ("$global:Flag = [System.Convert]::ToBoolean(\"True\");", Some(("Flag", json!("True")))),
            ("$flag = $TRUE", Some(("flag", json!(true)))),
            ("$keys = @( \"a b\", \"--x=\"\"\"\"\" )", Some(("keys", json!(["a b", "--x=\"\""])))),
            ("$none = @(  )", Some(("none", json!([])))),
            ("$x = 'it''s'", Some(("x", json!("it's")))),
            ("$x = \"a\" + $y", None),
            ("$x = Get-Thing \"a\"", None),
            ("$x = [io.path]::Combine(\"a\", \"b\")", None),
            ("$x = [int](\"1\")", None),
            ("if ($x -eq \"a\") {", None),
            ("$x == \"a\"", None),
            ("$x = \"open", None),
            ("$x = @(\"open", None),
            ("$ = \"a\"", None),
            ("$x = \"`", None),
            ("", None),
        ];
        for (line, expected) in cases {
            let found = assignment(line);
            assert_eq!(found.as_ref().map(|found| (found.name.as_str(), found.value.clone())), expected, "{line}");
        }
    }

    #[test]
    fn the_place_is_that_of_the_literal() {
        let line = "  $global:X = @( \"a\" ) ; # rest";
        let found = assignment(line).expect("an assignment");
        assert_eq!(&line[found.at], "@( \"a\" )");
    }
}
