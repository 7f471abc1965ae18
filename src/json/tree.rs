//! From bytes to a tree of JSON values that know their place.
//!
//! `serde_json` decides what is JSON, since it is strict; `jsonc-parser` gives the places. Nothing recursive runs before the depth is
//! known.

use crate::report::{Path, Place, Report, codes::reading};
use jsonc_parser::ast::{ObjectPropName, Value};
use jsonc_parser::errors::{ParseError, ParseErrorKind};
use jsonc_parser::{CollectOptions, ParseOptions, ParseStringErrorKind, parse_to_ast};

/// Bytes of a file that is read: 16 MiB.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// Keys and values of a file that is read. A thousand pools are some thirty thousand; more only take memory.
pub const MAX_VALUES: usize = 200_000;

/// Levels of objects and lists.
pub const MAX_DEPTH: usize = 100;

/// The byte order mark that some editors put before UTF-8.
pub(super) const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Bytes of the file that a value or key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) length: usize,
}

/// A JSON value.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    /// Nothing for what the text does not have.
    pub(crate) span: Option<Span>,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Null,
    Flag(bool),
    /// As written: whether it fits is a question of the field.
    Number(Box<str>),
    Text(Box<str>),
    List(Vec<Node>),
    Object(Vec<Member>),
}

/// A key with its value.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) key: Box<str>,
    pub(crate) key_span: Option<Span>,
    pub(crate) value: Node,
}

impl Node {
    /// As if it stood nowhere.
    pub(crate) fn forget_places(&mut self) {
        self.span = None;
        match &mut self.kind {
            Kind::List(elements) => elements.iter_mut().for_each(Self::forget_places),
            Kind::Object(members) => {
                for member in members {
                    member.key_span = None;
                    member.value.forget_places();
                }
            }
            Kind::Null | Kind::Flag(_) | Kind::Number(_) | Kind::Text(_) => {}
        }
    }
}

impl Kind {
    /// What it is, for messages.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Flag(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }
}

/// What is wrong with a text, before anything is known of its values.
struct Refusal {
    code: &'static crate::report::Code,
    /// Byte of the text, behind the byte order mark.
    offset: usize,
    message: String,
    help: Option<&'static str>,
}

/// Reads a text whose first `skipped` bytes are a byte order mark. An error and nothing when it is not a JSON object.
///
/// `$schema` tells an editor where the schema is, and us nothing: it is left out.
pub(super) fn read(text: &str, skipped: usize, what: &str, report: &mut Report, place: impl Fn(Span) -> Place) -> Option<Node> {
    match try_read(&text[skipped..], skipped, what) {
        Ok(root) => Some(root),
        Err(Refusal { code, offset, message, help }) => {
            let start = skipped + offset;
            let length = text[start..].chars().next().map_or(0, char::len_utf8);
            report.error(code, Path::root(), message).at(place(Span { start, length })).help_if(help);
            None
        }
    }
}

/// A value that stands in no file; nothing where the text is no JSON.
pub(crate) fn value(text: &str) -> Option<Node> {
    check_extent(text).ok()?;
    check_syntax(text).ok()?;
    let ast = parse_to_ast(text, &CollectOptions::default(), &STRICT).ok()?;
    let mut value = node(ast.value?, 0);
    value.forget_places();
    Some(value)
}

fn try_read(text: &str, skipped: usize, what: &str) -> Result<Node, Refusal> {
    let first = text.len() - text.trim_start_matches([' ', '\t', '\r', '\n']).len();
    if first == text.len() {
        return Err(syntax(0, format!("the file is empty, expected a {what}"), None));
    }
    let verdict = check_syntax(text);
    // a bracket too many before the place where reading stopped is what is wrong with the text
    let stopped = verdict.as_ref().err().map_or(text.len(), |refusal| refusal.offset);
    check_extent(&text[..stopped])?;
    verdict?;
    let ast = parse_to_ast(text, &CollectOptions::default(), &STRICT).map_err(|error| places_refused(&error))?;
    let mut root = ast.value.map(|value| node(value, skipped)).ok_or_else(|| syntax(0, "the file is empty", None))?;
    let Kind::Object(members) = &mut root.kind else {
        let message = format!("found {}, expected an object: a {what}", root.kind.name());
        return Err(Refusal { code: reading::JSON_TYPE, offset: first, message, help: None });
    };
    members.retain(|member| &*member.key != "$schema");
    Ok(root)
}

fn syntax(offset: usize, message: impl Into<String>, help: Option<&'static str>) -> Refusal {
    Refusal { code: reading::JSON_SYNTAX, offset, message: message.into(), help }
}

/// What the second parser refuses though the first accepts it: it decodes the strings.
fn places_refused(error: &ParseError) -> Refusal {
    let offset = error.range().start;
    if matches!(error.kind(), ParseErrorKind::String(ParseStringErrorKind::InvalidUnicodeEscapeSequence(_))) {
        return syntax(
            offset,
            "`\\u` in a string is one half of a surrogate pair",
            Some("a character beyond U+FFFF is written as two escapes"),
        );
    }
    syntax(offset, error.kind().to_string().to_lowercase(), None)
}

const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Counts levels and values of a text that is JSON, or the beginning of JSON.
fn check_extent(text: &str) -> Result<(), Refusal> {
    let (mut depth, mut values, mut in_string, mut escaped) = (0_usize, 0_usize, false, false);
    for (offset, byte) in text.bytes().enumerate() {
        if in_string {
            in_string = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'[' | b'{' => {
                depth += 1;
                values += 1;
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' | b':' => values += 1,
            _ => {}
        }
        if depth > MAX_DEPTH {
            let message = format!("objects and lists are nested more than {MAX_DEPTH} levels deep");
            return Err(Refusal { code: reading::JSON_DEPTH, offset, message, help: None });
        }
        if values > MAX_VALUES {
            let message = format!("the file has more than {MAX_VALUES} keys and values");
            return Err(Refusal { code: reading::JSON_SIZE, offset, message, help: None });
        }
    }
    Ok(())
}

/// Asks `serde_json`, which builds nothing and does not recurse here, and says its verdict in our words.
fn check_syntax(text: &str) -> Result<(), Refusal> {
    let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(text) else { return Ok(()) };
    if error.is_eof() {
        let inside = error.to_string();
        let inside = INSIDE.iter().find(|(theirs, _)| inside.starts_with(theirs)).map_or("a value", |(_, ours)| ours);
        let message = format!("the file ends inside {inside}");
        let end = text.trim_end().len();
        return Err(syntax(end, message, Some("the file is cut off, or a quote or bracket is not closed")));
    }
    let line: usize = text.split_inclusive('\n').take(error.line() - 1).map(str::len).sum();
    let offset = line + error.column().saturating_sub(1);
    let offset = (0..=offset.min(text.len())).rev().find(|&offset| text.is_char_boundary(offset)).unwrap_or(0);
    let rest = &text[offset..];
    let before = text[..offset].trim_end();
    if before.ends_with(',') && rest.starts_with([']', '}']) {
        return Err(syntax(before.len() - 1, "found a comma behind the last element", Some("remove it")));
    }
    let theirs = error.to_string();
    let (_, ours, help) = WORDS.iter().find(|(known, ..)| theirs.starts_with(known)).copied().unwrap_or(UNHEARD_OF);
    let help = help_with(rest).unwrap_or(help);
    Err(syntax(offset, ours.replace("{}", found(rest)), Some(help).filter(|help| !help.is_empty())))
}

/// Where a file ends too early, by the beginning of `serde_json`'s message.
const INSIDE: &[(&str, &str)] =
    &[("EOF while parsing a list", "a list"), ("EOF while parsing an object", "an object"), ("EOF while parsing a string", "a string")];

/// The beginning of `serde_json`'s message, ours (`{}` is what was found), and what to do.
const WORDS: &[(&str, &str, &str)] = &[
    ("expected `:`", "found {}, expected `:` after the key", ""),
    ("expected `,` or `]`", "found {}, expected `,` or `]`", "elements of a list are separated by commas; a quote in a string is `\\\"`"),
    (
        "expected `,` or `}`",
        "found {}, expected `,` or `}`",
        "keys with their values are separated by commas; a quote in a string is `\\\"`",
    ),
    ("expected ident", "found {}, expected a value", "strings are in double quotes; the only words are true, false and null"),
    ("expected value", "found {}, expected a value", "strings are in double quotes; the only words are true, false and null"),
    ("key must be a string", "found {}, expected a key in double quotes", ""),
    ("trailing characters", "found {} behind the end of the object", "a file holds one object, in `{` and `}`"),
    (
        "control character",
        "a line break or another control character stands in a string",
        "close the string with `\"`, or write `\\n` for a line break",
    ),
    ("invalid escape", "a backslash in a string is followed by something unknown", "a backslash itself is written `\\\\`"),
    (
        "unexpected end of hex escape",
        "`\\u` in a string is not followed by four hexadecimal digits",
        "a backslash itself is written `\\\\`",
    ),
    ("invalid number", "found a number that is not written as JSON has it", "numbers are decimal, without leading zeros or `+`"),
];

/// For a message that a later `serde_json` may have.
const UNHEARD_OF: (&str, &str, &str) = ("", "found {}, which is not JSON here", "");

/// Advice on what other formats have and JSON has not.
fn help_with(found: &str) -> Option<&'static str> {
    match found.as_bytes().first()? {
        b'/' | b'#' => Some("JSON has no comments"),
        b'\'' => Some("strings and keys are in double quotes"),
        _ => None,
    }
}

/// What stands at the beginning of a text. Words are not repeated: one may be a piece of a password.
fn found(text: &str) -> &'static str {
    match text.as_bytes().first() {
        None => "the end of the file",
        Some(b'"') => "a string",
        Some(b'\'') => "a single quote",
        Some(b'{') => "`{`",
        Some(b'}') => "`}`",
        Some(b'[') => "`[`",
        Some(b']') => "`]`",
        Some(b',') => "`,`",
        Some(b':') => "`:`",
        Some(b'/' | b'#') => "a comment",
        Some(b'0'..=b'9' | b'-') => "a number",
        Some(byte) if byte.is_ascii_alphabetic() => "a word",
        Some(_) => "a character that means nothing here",
    }
}

fn node(value: Value<'_>, skipped: usize) -> Node {
    let span = |range: jsonc_parser::common::Range| Some(Span { start: skipped + range.start, length: range.end - range.start });
    // of an object or list only the opening bracket is marked
    let bracket = |range: jsonc_parser::common::Range| Some(Span { start: skipped + range.start, length: 1 });
    match value {
        Value::NullKeyword(null) => Node { kind: Kind::Null, span: span(null.range) },
        Value::BooleanLit(flag) => Node { kind: Kind::Flag(flag.value), span: span(flag.range) },
        Value::NumberLit(number) => Node { kind: Kind::Number(number.value.into()), span: span(number.range) },
        Value::StringLit(text) => Node { kind: Kind::Text(text.value.into()), span: span(text.range) },
        Value::Array(list) => {
            let elements = list.elements.into_iter().map(|element| node(element, skipped)).collect();
            Node { kind: Kind::List(elements), span: bracket(list.range) }
        }
        Value::Object(object) => {
            let members = object.properties.into_iter().map(|property| {
                let (key, range): (Box<str>, _) = match property.name {
                    ObjectPropName::String(key) => (key.value.into(), key.range),
                    ObjectPropName::Word(key) => (key.value.into(), key.range),
                };
                Member { key, key_span: span(range), value: node(property.value, skipped) }
            });
            Node { kind: Kind::Object(members.collect()), span: bracket(object.range) }
        }
    }
}
