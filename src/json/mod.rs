//! From the bytes of a JSON file to a typed value, with every mistake of the kind "this is not what the format has" and its place. Cluster
//! definitions and catalogs are read here.

mod form;
mod members;
mod read;
mod tree;

pub(crate) use form::{Form, text};
pub(crate) use read::{repeated, unknown_key};
pub use tree::MAX_BYTES;
#[cfg(test)]
pub use tree::MAX_VALUES;
pub(crate) use tree::{Kind, Member, Node, Span, value};

use crate::error::Invalid;
use crate::report::{Checked, Lines, Locate, Location, Path, Place, Report, Segment, codes::reading};
use serde::Deserialize;
use std::borrow::Cow;
use tree::BYTE_ORDER_MARK;

/// What differs between the files that are read.
pub(crate) struct Dialect {
    /// What a file is: `cluster definition`.
    pub(crate) what: &'static str,
    /// Known keys match without regard to case.
    pub(crate) any_case: bool,
    /// What to say of a key that is not among the known ones.
    pub(crate) advice: fn(&str, &[&'static str]) -> Option<String>,
}

/// The text of a file, and where in it every value stands.
#[derive(Clone, Debug)]
pub struct Source {
    what: &'static str,
    name: String,
    text: String,
    lines: Lines,
    root: Option<Node>,
}

impl Source {
    /// Reads a file, whose name appears in reports only. What is no JSON object is recorded.
    pub(crate) fn read(name: &str, bytes: &[u8], dialect: &Dialect, report: &mut Report) -> Self {
        let text = decode(bytes, dialect, report).unwrap_or_default().into_owned();
        let mut source = Self { what: dialect.what, name: name.to_owned(), lines: Lines::of(&text), text, root: None };
        if !report.is_fatal() {
            let skipped = if source.text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
            source.root = tree::read(&source.text, skipped, dialect.what, report, |span| source.place(span));
        }
        source
    }

    /// The name the text was read under.
    #[cfg(test)]
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text; empty when the file was too large, and with replacement characters when it was not UTF-8.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The values, unless the text is no JSON object.
    pub(crate) fn root(&self) -> Option<&Node> {
        self.root.as_ref()
    }

    /// The values alone: no place is found any more.
    pub(crate) fn take_root(&mut self) -> Option<Node> {
        self.root.take()
    }

    /// The values, to be changed: what is put there has no place in the text.
    pub(crate) fn root_mut(&mut self) -> Option<&mut Node> {
        self.root.as_mut()
    }

    /// Values of this text, or some made of them, as a value of type `T`.
    pub(crate) fn typed<'t, T: Deserialize<'t>>(&self, root: &'t Node, dialect: &Dialect, report: &mut Report) -> Option<T> {
        read::read(root, dialect, report, &|span| self.place(span))
    }

    /// This text with what was found in it, to be rendered.
    #[must_use]
    pub fn checked<'a>(&'a self, report: &'a Report) -> Checked<'a> {
        Checked { name: &self.name, text: &self.text, report }
    }

    /// What refuses this text.
    pub(crate) fn refused(self, report: Report) -> Invalid {
        Invalid { report, what: self.what, file_name: self.name, text: self.text }
    }

    /// Where a value of this text stands.
    pub(crate) fn place(&self, span: Span) -> Place {
        Place::Text(self.location(span.start, span.length))
    }

    fn location(&self, offset: usize, length: usize) -> Location {
        self.lines.locate(&self.text, offset, length)
    }
}

impl Locate for Source {
    fn locate(&self, path: &Path) -> Option<Place> {
        let Some(mut node) = self.root.as_ref() else { return Some(Place::Text(self.location(0, 0))) };
        for segment in path.segments() {
            let below = match (&node.kind, segment) {
                (Kind::Object(members), Segment::Key(key)) => {
                    let exact = members.iter().find(|member| *member.key == **key);
                    exact.or_else(|| members.iter().find(|member| member.key.eq_ignore_ascii_case(key))).map(|member| &member.value)
                }
                (Kind::List(elements), Segment::Index(index)) => elements.get(*index),
                _ => None,
            };
            let Some(below) = below else { break };
            node = below;
        }
        Some(node.span.map_or(Place::Override, |span| self.place(span)))
    }
}

/// The bytes as text; what is not UTF-8 is replaced and recorded.
fn decode<'a>(bytes: &'a [u8], dialect: &Dialect, report: &mut Report) -> Option<Cow<'a, str>> {
    if bytes.len() > MAX_BYTES {
        let message = format!("the file has more than {MAX_BYTES} bytes, expected a {}", dialect.what);
        report.error(reading::JSON_SIZE, Path::root(), message);
        return None;
    }
    let utf_16 = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) || matches!(bytes, [0, b'{', ..] | [b'{', 0, ..]);
    if utf_16 {
        report.error(reading::JSON_ENCODING, Path::root(), "the file is UTF-16, expected UTF-8").help("save it as UTF-8");
        return None;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text.into()),
        Err(error) => {
            let text = String::from_utf8_lossy(bytes);
            let place = Lines::of(&text).locate(&text, error.valid_up_to(), char::REPLACEMENT_CHARACTER.len_utf8());
            let message = format!("byte {} is not UTF-8", error.valid_up_to() + 1);
            report.error(reading::JSON_ENCODING, Path::root(), message).at(Place::Text(place)).help("save the file as UTF-8");
            Some(text)
        }
    }
}
