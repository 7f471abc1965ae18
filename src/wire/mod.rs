//! The first room: from the bytes of a cluster definition to the types of its JSON, with every mistake of the kind "this is not what the
//! format has" collected. No rule about values lives here.

mod advice;
mod at;
mod overrides;
pub mod paths;
mod read;
#[cfg(feature = "schema")]
mod schema;
mod shape;
#[cfg(all(test, feature = "cli"))]
mod tests;
mod tree;
mod types;

pub use at::At;
#[cfg(test)]
pub(crate) use at::reads;
pub use overrides::Override;
#[cfg(feature = "schema")]
pub use schema::{exact_schema, schema};
pub use tree::MAX_BYTES;
#[cfg(test)]
use tree::MAX_VALUES;
pub use types::*;

use crate::error::{Error, Invalid};
use crate::report::{Checked, Lines, Locate, Location, Path, Place, Report, Segment, codes::reading, show};
use crate::words::ApiVersion;
use std::borrow::Cow;
use tree::{BYTE_ORDER_MARK, Kind, Node, Span};

const API_VERSION: &str = ApiVersion::Vlabs.as_str();

/// The text of a definition, and where in it every value stands.
#[derive(Clone, Debug)]
pub struct Source {
    name: String,
    text: String,
    lines: Lines,
    root: Option<Node>,
}

impl Source {
    fn new(name: &str, text: Cow<'_, str>) -> Self {
        Self { name: name.to_owned(), lines: Lines::of(&text), text: text.into_owned(), root: None }
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

    /// This text with what was found in it, to be rendered.
    #[must_use]
    pub fn checked<'a>(&'a self, report: &'a Report) -> Checked<'a> {
        Checked { name: &self.name, text: &self.text, report }
    }

    /// What refuses this text.
    pub(crate) fn refused(self, report: Report) -> Invalid {
        Invalid { report, file_name: self.name, text: self.text }
    }

    fn place(&self, span: Option<Span>) -> Place {
        match span {
            Some(span) => Place::Text(self.location(span.start, span.length)),
            None => Place::Override,
        }
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
        Some(self.place(node.span))
    }
}

impl ClusterDefinition {
    /// JSON Schema (draft 2020-12) of a cluster definition.
    #[cfg(feature = "schema")]
    #[must_use]
    pub fn schema() -> serde_json::Value {
        schema()
    }

    /// Reads a cluster definition without mistakes; [`check`](crate::check) finds what is wrong with any.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] with every mistake of form. What the values mean is not looked at.
    ///
    /// ```
    /// use gen_cse::ClusterDefinition;
    ///
    /// assert!(ClusterDefinition::from_json("{ \"apiVersion\": \"vlabs\", \"properties\": {} }").is_ok());
    /// assert!(ClusterDefinition::from_json("{ \"apiVersion\": 1 }").is_err());
    /// ```
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let (definition, report, source) = parse("apimodel.json", text.as_bytes());
        definition.filter(|_| !report.is_fatal()).ok_or_else(|| Error::Invalid(Box::new(source.refused(report))))
    }
}

/// Reads a cluster definition.
///
/// There is no definition when the bytes are not a JSON object. Otherwise there always is one: values of the wrong type are replaced by
/// empty ones and recorded, together with unknown and repeated keys, in the report, which is sorted by place. The file name only
/// appears in reports.
#[must_use]
pub fn parse(file_name: &str, bytes: &[u8]) -> (Option<ClusterDefinition>, Report, Source) {
    parse_with(file_name, bytes, &[])
}

/// Reads a cluster definition of which some values are replaced, in the order given.
#[must_use]
pub fn parse_with(file_name: &str, bytes: &[u8], overrides: &[Override]) -> (Option<ClusterDefinition>, Report, Source) {
    let mut report = Report::default();
    let text = decode(bytes, &mut report);
    let mut source = Source::new(file_name, text.unwrap_or_default());
    if !report.is_fatal() {
        let skipped = if source.text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        source.root = tree::read(&source.text, skipped, &mut report, |span| source.place(Some(span)));
    }
    if let Some(root) = &mut source.root {
        without_schema(root);
        for value in overrides {
            value.apply(root, &mut report);
        }
    }
    let definition = source.root.as_ref().and_then(|root| read::read(root, &mut report, &|span| source.place(span)));
    if let Some(definition) = &definition {
        check_api_version(definition, &mut report);
    }
    report.locate(&source);
    (definition, report, source)
}

/// `$schema` tells an editor where the schema is, and us nothing.
fn without_schema(root: &mut Node) {
    if let Kind::Object(members) = &mut root.kind {
        members.retain(|member| &*member.key != "$schema");
    }
}

/// The bytes as text; what is not UTF-8 is replaced and recorded.
fn decode<'a>(bytes: &'a [u8], report: &mut Report) -> Option<Cow<'a, str>> {
    if bytes.len() > MAX_BYTES {
        let message = format!("the file has more than {MAX_BYTES} bytes, expected a cluster definition");
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

fn check_api_version(definition: &ClusterDefinition, report: &mut Report) {
    let root = Path::root();
    let path = root.key("apiVersion");
    match definition.api_version.as_deref() {
        Some(API_VERSION) => {}
        Some(found) => {
            let message = format!("{} is not a known API version, expected `{API_VERSION}`", show(&path, found));
            report.error(reading::API_VERSION, path, message);
        }
        None => {
            let message = format!("the API version is missing, expected `{API_VERSION}`");
            report
                .error(reading::API_VERSION, path, message)
                .help(format!("begin the definition with `\"apiVersion\": \"{API_VERSION}\"`"));
        }
    }
}
