//! From the tree to the types: a `serde` deserializer that never stops.
//!
//! What is wrong with a value is recorded, and a placeholder (empty text, 0, false, an empty list or object, the first word of a choice) takes
//! its place, so that one run finds every mistake; [`Report`] keeps silent about placeholders afterwards. Unknown and repeated keys are
//! recorded and skipped, missing ones recorded and filled.

use super::Dialect;
use super::members::{Elements, Entries, Fields};
use super::tree::{Kind, Member, Node, Span};
use crate::report::{Code, Path, Place, Report, Segment, Severity, codes::reading, either, nearest, show};
use serde::de::value::StrDeserializer;
use serde::de::{self, Deserialize, Expected, IntoDeserializer, Unexpected, Visitor};
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// Reads a value of type `T`; what is wrong goes into the report. Nothing where there is not even a placeholder for it.
pub(super) fn read<'t, T: Deserialize<'t>>(
    root: &'t Node,
    dialect: &Dialect,
    report: &mut Report,
    place: &dyn Fn(Span) -> Place,
) -> Option<T> {
    let collector = Collector { report: RefCell::new(std::mem::take(report)), muted: Cell::new(false), dialect, place };
    let trail = Trail { parent: None, segment: Step::Index(0) };
    let value = Reader { node: Some(root), absent: &[], trail: &trail, collector: &collector }.value();
    *report = collector.report.into_inner();
    value.ok()
}

/// Records that the object at `parent` has no `key`, and which key or place was meant.
pub(crate) fn unknown_key(report: &mut Report, parent: &Path, key: &str, known: &[&'static str], dialect: &Dialect, place: Option<Place>) {
    let path = parent.key(key.to_owned());
    let message = format!("{} is not a known key", show(parent, key));
    // advice costs more than the finding, and beyond the limit nobody reads it
    let help = if report.is_full(Severity::Error) { None } else { (dialect.advice)(key, known) };
    report.error(reading::UNKNOWN_KEY, path, message).at(place).help_if(help);
}

/// Numbers of more characters are not repeated in advice.
const LONG_NUMBER: usize = 40;

pub(super) struct Collector<'a> {
    report: RefCell<Report>,
    /// What is read was read before, and everything said.
    muted: Cell<bool>,
    pub(super) dialect: &'a Dialect,
    place: &'a dyn Fn(Span) -> Place,
}

impl Collector<'_> {
    /// Nothing for what the text does not have.
    fn place(&self, span: Option<Span>) -> Option<Place> {
        span.map(|span| (self.place)(span))
    }
}

/// The way to a value, on the stack: a [`Path`] is made of it only when there is something to say.
pub(super) struct Trail<'a> {
    /// Nothing for the root, whose segment means nothing.
    pub(super) parent: Option<&'a Trail<'a>>,
    pub(super) segment: Step<'a>,
}

#[derive(Clone, Copy)]
pub(super) enum Step<'a> {
    Field(&'static str),
    Key(&'a str),
    Index(usize),
}

impl Trail<'_> {
    pub(super) fn path(&self) -> Path {
        let trails: Vec<_> = std::iter::successors(Some(self), |trail| trail.parent).collect();
        trails.iter().rev().skip(1).fold(Path::root(), |path, trail| {
            path.child(match trail.segment {
                Step::Field(name) => Segment::Key(Cow::Borrowed(name)),
                Step::Key(key) => Segment::Key(key.to_owned().into()),
                Step::Index(index) => Segment::Index(index),
            })
        })
    }
}

/// Why a type does not take what it is given.
#[derive(Debug)]
pub(super) enum Refused {
    /// It expects something else.
    Expected(String),
    /// It lacks this key.
    Missing(&'static str),
    /// It says why.
    Because(String),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expected(what) => write!(f, "expected {what}"),
            Self::Missing(key) => write!(f, "the key `{key}` is missing"),
            Self::Because(reason) => f.write_str(reason),
        }
    }
}

impl std::error::Error for Refused {}

impl de::Error for Refused {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Because(message.to_string())
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::Expected(expected.to_string())
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::Expected(expected.to_string())
    }

    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        Self::Expected(expected.to_string())
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::Expected(either(expected))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field)
    }
}

#[derive(Clone, Copy)]
pub(super) struct Reader<'t, 'c> {
    /// Nothing where a placeholder is wanted, about which nothing is said.
    node: Option<&'t Node>,
    /// Keys that this object lacks, and that are to be filled.
    absent: &'c [&'static str],
    pub(super) trail: &'c Trail<'c>,
    pub(super) collector: &'c Collector<'c>,
}

impl<'t> Reader<'t, '_> {
    /// A value of type `T`: what the type refuses is recorded, and a placeholder takes its place.
    pub(super) fn value<T: Deserialize<'t>>(self) -> Result<T, Refused> {
        let muted = self.collector.muted.get();
        let mut absent = Vec::new();
        loop {
            let value = T::deserialize(Reader { absent: &absent, ..self });
            self.collector.muted.set(muted);
            match value {
                Err(Refused::Missing(key)) if !absent.contains(&key) => {
                    self.missing(key);
                    absent.push(key);
                    self.collector.muted.set(true);
                }
                Err(refused) if self.node.is_some() => {
                    self.refuse(&refused);
                    return Reader { node: None, ..self }.value();
                }
                value => return value,
            }
        }
    }

    fn kind(&self) -> Option<&'t Kind> {
        self.node.map(|node| &node.kind)
    }

    /// What stands here, unless there is nothing to say about it.
    fn found(&self, path: &Path) -> Option<String> {
        let kind = self.kind().filter(|_| !self.collector.muted.get())?;
        Some(match kind {
            Kind::Number(number) => format!("the number {}", show(path, number)),
            Kind::Flag(flag) => format!("the boolean {}", show(path, if *flag { "true" } else { "false" })),
            Kind::Text(text) => format!("the string {}", show(path, text)),
            other => other.name().to_owned(),
        })
    }

    /// Records that the value is not of the type that is expected.
    fn mismatch(&self, expected: &str, help: Option<String>) {
        self.wrong(reading::JSON_TYPE, &format!(", expected {expected}"), help);
    }

    /// Records why a type does not take the value.
    fn refuse(&self, refused: &Refused) {
        let separator = if matches!(refused, Refused::Expected(_)) { ", " } else { ": " };
        self.wrong(reading::JSON_VALUE, &format!("{separator}{refused}"), None);
    }

    fn wrong(&self, code: &'static Code, why: &str, help: Option<String>) {
        let path = self.trail.path();
        let Some(found) = self.found(&path) else { return };
        let help = help.filter(|_| !path.is_secret());
        let place = self.collector.place(self.node.and_then(|node| node.span));
        self.collector.report.borrow_mut().error(code, path, format!("found {found}{why}")).at(place).help_if(help);
    }

    /// Records that the object lacks a key.
    fn missing(&self, key: &'static str) {
        let Some(node) = self.node.filter(|_| !self.collector.muted.get()) else { return };
        let place = self.collector.place(node.span);
        self.collector.report.borrow_mut().error(reading::MISSING_KEY, self.trail.path().key(key), "the key is missing").at(place);
    }

    /// Records that the key of this value is none.
    pub(super) fn refuse_key(&self, member: &Member, refused: &Refused) {
        if self.collector.muted.get() {
            return;
        }
        let path = self.trail.path();
        let message = format!("found the key {}, {refused}", show(&path, &member.key));
        self.collector.report.borrow_mut().error(reading::JSON_VALUE, path, message).at(self.collector.place(member.key_span));
    }

    /// A string that would be right without its quotes.
    fn unquoted(&self, fits: impl Fn(&str) -> bool) -> Option<String> {
        match self.kind() {
            Some(Kind::Text(text)) if fits(text) => Some(format!("write `{text}` without quotes")),
            _ => None,
        }
    }

    /// A whole number; `bounds` are those of `T`, for the message.
    fn whole<T: FromStr + fmt::Display>(&self, bounds: &RangeInclusive<T>) -> Option<T> {
        if let Some(Kind::Number(number)) = self.kind() {
            if let Ok(whole) = number.parse() {
                return Some(whole);
            }
            if number.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit()) {
                self.mismatch(&format!("a whole number from {} to {}", bounds.start(), bounds.end()), None);
                return None;
            }
        }
        self.mismatch("a whole number", self.unquoted(|text| text.parse::<T>().is_ok()));
        None
    }
}

/// Reads whole numbers of some types.
macro_rules! whole {
    ($($method:ident $visit:ident $type:ty),*) => {
        $(fn $method<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Refused> {
            visitor.$visit(self.whole(&(<$type>::MIN..=<$type>::MAX)).unwrap_or_default())
        })*
    };
}

impl<'t> de::Deserializer<'t> for Reader<'t, '_> {
    type Error = Refused;

    /// For types that take more than one kind of value; `unit` asks them for a placeholder.
    fn deserialize_any<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Refused> {
        match self.kind() {
            None => visitor.visit_unit(),
            Some(Kind::Null) => visitor.visit_none(),
            Some(Kind::Flag(flag)) => visitor.visit_bool(*flag),
            Some(Kind::Text(text)) => visitor.visit_borrowed_str(text),
            Some(Kind::List(_)) => self.deserialize_seq(visitor),
            // the visitor knows of which type the object is
            Some(Kind::Object(_)) => visitor.visit_newtype_struct(self),
            Some(Kind::Number(number)) => match number.parse() {
                Ok(whole) => visitor.visit_u64(whole),
                Err(_) => visitor.visit_f64(number.parse().unwrap_or_default()),
            },
        }
    }

    fn deserialize_bool<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Refused> {
        let Some(Kind::Flag(flag)) = self.kind() else {
            self.mismatch("true or false", self.unquoted(|text| text == "true" || text == "false"));
            return visitor.visit_bool(false);
        };
        visitor.visit_bool(*flag)
    }

    whole! { deserialize_u16 visit_u16 u16, deserialize_u32 visit_u32 u32, deserialize_u64 visit_u64 u64 }
    whole! { deserialize_i32 visit_i32 i32, deserialize_i64 visit_i64 i64 }

    fn deserialize_f64<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Refused> {
        let is_number = matches!(self.kind(), Some(Kind::Number(_)));
        if let Some(Kind::Number(number)) = self.kind()
            && let Some(number) = number.parse().ok().filter(|number: &f64| number.is_finite())
        {
            return visitor.visit_f64(number);
        }
        let finite = |text: &str| text.parse().is_ok_and(f64::is_finite);
        let expected = if is_number { "a number that a 64-bit float can hold" } else { "a number" };
        self.mismatch(expected, self.unquoted(finite));
        visitor.visit_f64(0.0)
    }

    fn deserialize_str<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_borrowed_str(self.string().unwrap_or_default())
    }

    fn deserialize_string<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.deserialize_str(visitor)
    }

    /// A text of a [`Form`](super::Form).
    fn deserialize_newtype_struct<V: Visitor<'t>>(self, _: &'static str, visitor: V) -> Result<V::Value, Refused> {
        match self.string() {
            Some(text) => visitor.visit_borrowed_str(text),
            None => visitor.visit_unit(),
        }
    }

    /// One of some words.
    fn deserialize_enum<V: Visitor<'t>>(self, _: &'static str, words: &'static [&'static str], visitor: V) -> Result<V::Value, Refused> {
        let text = match self.kind() {
            Some(Kind::Text(text)) => &**text,
            _ => "",
        };
        let word = words.iter().find(|word| **word == text).or_else(|| {
            let help = nearest(text, words).map(|near| format!("did you mean `{near}`?"));
            self.wrong(reading::JSON_VALUE, &format!(", expected {}", either(words)), help);
            words.first()
        });
        let word: StrDeserializer<'_, Refused> = word.copied().unwrap_or_default().into_deserializer();
        visitor.visit_enum(word)
    }

    fn deserialize_option<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Refused> {
        match self.kind() {
            Some(Kind::Null) | None => visitor.visit_none(),
            Some(_) => visitor.visit_some(self),
        }
    }

    fn deserialize_seq<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Refused> {
        let elements = match self.kind() {
            Some(Kind::List(elements)) => elements.as_slice(),
            other => {
                let one = matches!(other, Some(Kind::Object(_) | Kind::Text(_) | Kind::Number(_)));
                self.mismatch("a list", one.then(|| "a list of one element is written `[...]`".to_owned()));
                &[]
            }
        };
        visitor.visit_seq(Elements { reader: self, elements: elements.iter().enumerate() })
    }

    fn deserialize_map<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_map(Entries { reader: self, members: self.members().iter(), seen: BTreeSet::new(), value: None })
    }

    fn deserialize_struct<V: Visitor<'t>>(self, _: &'static str, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_map(Fields {
            reader: self,
            members: self.members().iter(),
            absent: self.absent.iter(),
            fields,
            seen: vec![None; fields.len()],
            value: None,
        })
    }

    serde::forward_to_deserialize_any! {
        <V: Visitor<'t>>
        i8 i16 u8 i128 u128 f32 char bytes byte_buf unit unit_struct tuple tuple_struct identifier ignored_any
    }
}

impl<'t> Reader<'t, '_> {
    /// What is read one level down.
    pub(super) fn below<'b>(&self, node: Option<&'t Node>, trail: &'b Trail<'b>) -> Reader<'t, 'b>
    where
        Self: 'b,
    {
        Reader { node, absent: &[], trail, collector: self.collector }
    }

    fn string(&self) -> Option<&'t str> {
        let help = match self.kind() {
            Some(Kind::Text(text)) => return Some(text),
            Some(Kind::Number(number)) => Some(format!("write `\"{number}\"`, in quotes")).filter(|_| number.len() < LONG_NUMBER),
            Some(Kind::Flag(flag)) => Some(format!("write `\"{flag}\"`, in quotes")),
            Some(Kind::Null | Kind::List(_) | Kind::Object(_)) | None => None,
        };
        self.mismatch("a string", help);
        None
    }

    pub(super) fn members(&self) -> &'t [Member] {
        match self.kind() {
            Some(Kind::Object(members)) => members,
            _ => {
                self.mismatch("an object", None);
                &[]
            }
        }
    }

    pub(super) fn repeated(&self, member: &Member, path: Path, first: Option<Span>) {
        if self.collector.muted.get() {
            return;
        }
        let (first, place) = (self.collector.place(first), self.collector.place(member.key_span));
        repeated(&mut self.collector.report.borrow_mut(), path, first, place);
    }

    pub(super) fn unknown(&self, member: &Member, fields: &[&'static str]) {
        if self.collector.muted.get() {
            return;
        }
        let place = self.collector.place(member.key_span);
        let mut report = self.collector.report.borrow_mut();
        unknown_key(&mut report, &self.trail.path(), &member.key, fields, self.collector.dialect, place);
    }
}

/// Records that a key stands in an object twice.
pub(crate) fn repeated(report: &mut Report, path: Path, first: Option<Place>, second: Option<Place>) {
    let first = match first {
        Some(Place::Text(location)) => format!("first on line {}, column {}", location.line, location.column),
        Some(Place::Override) | None => "first by `--set`".to_owned(),
    };
    report.error(reading::JSON_DUPLICATE_KEY, path, format!("the key is given twice, {first}")).at(second).help("remove one of them");
}
