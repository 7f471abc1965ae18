//! From the tree to the types: a `serde` deserializer that never stops.
//!
//! A value of the wrong type is recorded, and a placeholder (empty text, 0, false, an empty list or object) takes its place, so that
//! one run finds every mistake; [`Report`] keeps silent about placeholders afterwards. Keys match without regard to case, unknown and
//! repeated ones are recorded and skipped.

use super::advice;
use super::tree::{Kind, Member, Node, Span};
use crate::report::{Path, Place, Report, Segment, codes::reading, show};
use serde::de::value::{BorrowedStrDeserializer, StrDeserializer};
use serde::de::{self, Deserialize, DeserializeSeed, IntoDeserializer, Visitor};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// Reads a value of type `T`; what is wrong goes into the report.
pub(super) fn read<'t, T: Deserialize<'t>>(root: &'t Node, report: &mut Report, place: &dyn Fn(Option<Span>) -> Place) -> Option<T> {
    let collector = Collector { report: RefCell::new(std::mem::take(report)), place };
    let trail = Trail { parent: None, segment: Step::Index(0) };
    let value = T::deserialize(Reader { node: root, trail: &trail, collector: &collector });
    *report = collector.report.into_inner();
    value
        .map_err(|Refused(message)| {
            report.error(reading::JSON_TYPE, Path::root(), message).at(place(root.span));
        })
        .ok()
}

/// Numbers of more characters are not repeated in advice.
const LONG_NUMBER: usize = 40;

struct Collector<'a> {
    report: RefCell<Report>,
    place: &'a dyn Fn(Option<Span>) -> Place,
}

/// The way to a value, on the stack: a [`Path`] is made of it only when there is something to say.
struct Trail<'a> {
    /// Nothing for the root, whose segment means nothing.
    parent: Option<&'a Trail<'a>>,
    segment: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Field(&'static str),
    Key(&'a str),
    Index(usize),
}

impl Trail<'_> {
    fn path(&self) -> Path {
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

/// What `serde` needs as an error. Only a type that asks for something no definition holds could cause one.
#[derive(Debug)]
struct Refused(String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

impl de::Error for Refused {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

#[derive(Clone, Copy)]
struct Reader<'t, 'c> {
    node: &'t Node,
    trail: &'c Trail<'c>,
    collector: &'c Collector<'c>,
}

impl Reader<'_, '_> {
    /// Records that the value is not what the types expect.
    fn mismatch(&self, expected: &str, help: Option<String>) {
        let mut report = self.collector.report.borrow_mut();
        let path = self.trail.path();
        let found = match &self.node.kind {
            Kind::Number(number) => format!("the number {}", show(&path, number)),
            Kind::Flag(flag) => format!("the boolean {}", show(&path, if *flag { "true" } else { "false" })),
            Kind::Text(text) => format!("the string {}", show(&path, text)),
            other => other.name().to_owned(),
        };
        let help = help.filter(|_| !path.is_secret());
        report
            .error(reading::JSON_TYPE, path, format!("found {found}, expected {expected}"))
            .at((self.collector.place)(self.node.span))
            .help_if(help);
    }

    /// A string that would be right without its quotes.
    fn unquoted(&self, fits: impl Fn(&str) -> bool) -> Option<String> {
        match &self.node.kind {
            Kind::Text(text) if fits(text) => Some(format!("write `{text}` without quotes")),
            _ => None,
        }
    }

    /// A whole number; `bounds` are those of `T`, for the message.
    fn whole<T: FromStr + fmt::Display>(&self, bounds: &RangeInclusive<T>) -> Option<T> {
        if let Kind::Number(number) = &self.node.kind {
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

impl<'t> de::Deserializer<'t> for Reader<'t, '_> {
    type Error = Refused;

    fn deserialize_any<V: Visitor<'t>>(self, _: V) -> Result<V::Value, Refused> {
        Err(Refused("the types of the definition ask for a value of any type".to_owned()))
    }

    fn deserialize_bool<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Refused> {
        let Kind::Flag(flag) = self.node.kind else {
            self.mismatch("true or false", self.unquoted(|text| text == "true" || text == "false"));
            return visitor.visit_bool(false);
        };
        visitor.visit_bool(flag)
    }

    fn deserialize_i32<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_i32(self.whole(&(i32::MIN..=i32::MAX)).unwrap_or_default())
    }

    fn deserialize_i64<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Refused> {
        visitor.visit_i64(self.whole(&(i64::MIN..=i64::MAX)).unwrap_or_default())
    }

    fn deserialize_f64<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Refused> {
        if let Kind::Number(number) = &self.node.kind
            && let Some(number) = number.parse().ok().filter(|number: &f64| number.is_finite())
        {
            return visitor.visit_f64(number);
        }
        let finite = |text: &str| text.parse().is_ok_and(f64::is_finite);
        let expected = if matches!(self.node.kind, Kind::Number(_)) { "a number that a 64-bit float can hold" } else { "a number" };
        self.mismatch(expected, self.unquoted(finite));
        visitor.visit_f64(0.0)
    }

    fn deserialize_string<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Refused> {
        let help = match &self.node.kind {
            Kind::Text(text) => return visitor.visit_borrowed_str(text),
            Kind::Number(number) => Some(format!("write `\"{number}\"`, in quotes")).filter(|_| number.len() < LONG_NUMBER),
            Kind::Flag(flag) => Some(format!("write `\"{flag}\"`, in quotes")),
            Kind::Null | Kind::List(_) | Kind::Object(_) => None,
        };
        self.mismatch("a string", help);
        visitor.visit_borrowed_str("")
    }

    fn deserialize_option<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Refused> {
        match self.node.kind {
            Kind::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_seq<V: Visitor<'t>>(self, visitor: V) -> Result<V::Value, Refused> {
        let elements = match &self.node.kind {
            Kind::List(elements) => elements.as_slice(),
            other => {
                let one = matches!(other, Kind::Object(_) | Kind::Text(_) | Kind::Number(_));
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
        visitor.visit_map(Fields { reader: self, members: self.members().iter(), fields, seen: vec![None; fields.len()], value: None })
    }

    serde::forward_to_deserialize_any! {
        <V: Visitor<'t>>
        i8 i16 u8 u16 u32 u64 i128 u128 f32 char str bytes byte_buf unit unit_struct newtype_struct tuple tuple_struct enum identifier ignored_any
    }
}

impl<'t> Reader<'t, '_> {
    fn members(&self) -> &'t [Member] {
        match &self.node.kind {
            Kind::Object(members) => members,
            _ => {
                self.mismatch("an object", None);
                &[]
            }
        }
    }

    fn repeated(&self, member: &Member, path: Path, first: Option<Span>) {
        let mut report = self.collector.report.borrow_mut();
        let first = match (self.collector.place)(first) {
            Place::Text(location) => format!("first on line {}, column {}", location.line, location.column),
            Place::Override => "first by `--set`".to_owned(),
        };
        let message = format!("the key is given twice, {first}");
        report.error(reading::JSON_DUPLICATE_KEY, path, message).at((self.collector.place)(member.key_span)).help("remove one of them");
    }

    fn unknown(&self, member: &Member, fields: &[&'static str]) {
        let mut report = self.collector.report.borrow_mut();
        let place = (self.collector.place)(member.key_span);
        advice::unknown_key(&mut report, &self.trail.path(), &member.key, fields, place);
    }
}

/// The elements of a list.
struct Elements<'t, 'c> {
    reader: Reader<'t, 'c>,
    elements: std::iter::Enumerate<std::slice::Iter<'t, Node>>,
}

impl<'t> de::SeqAccess<'t> for Elements<'t, '_> {
    type Error = Refused;

    fn next_element_seed<T: DeserializeSeed<'t>>(&mut self, seed: T) -> Result<Option<T::Value>, Refused> {
        let Some((index, node)) = self.elements.next() else { return Ok(None) };
        let trail = Trail { parent: Some(self.reader.trail), segment: Step::Index(index) };
        seed.deserialize(Reader { node, trail: &trail, collector: self.reader.collector }).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.elements.len())
    }
}

/// The members of an object whose keys are free text.
struct Entries<'t, 'c> {
    reader: Reader<'t, 'c>,
    members: std::slice::Iter<'t, Member>,
    seen: BTreeSet<&'t str>,
    value: Option<&'t Member>,
}

impl<'t> de::MapAccess<'t> for Entries<'t, '_> {
    type Error = Refused;

    fn next_key_seed<K: DeserializeSeed<'t>>(&mut self, seed: K) -> Result<Option<K::Value>, Refused> {
        for member in self.members.by_ref() {
            if !self.seen.insert(&member.key) {
                let first = self.reader.members().iter().find(|other| other.key == member.key).and_then(|other| other.key_span);
                self.reader.repeated(member, self.reader.trail.path().key(member.key.to_string()), first);
                continue;
            }
            self.value = Some(member);
            return seed.deserialize(BorrowedStrDeserializer::new(&member.key)).map(Some);
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'t>>(&mut self, seed: V) -> Result<V::Value, Refused> {
        let member = self.value.take().ok_or_else(|| Refused("a value was asked for before its key".to_owned()))?;
        let trail = Trail { parent: Some(self.reader.trail), segment: Step::Key(&member.key) };
        seed.deserialize(Reader { node: &member.value, trail: &trail, collector: self.reader.collector })
    }
}

/// The members of an object whose keys are known.
struct Fields<'t, 'c> {
    reader: Reader<'t, 'c>,
    members: std::slice::Iter<'t, Member>,
    fields: &'static [&'static str],
    /// By field: the key that gave it.
    seen: Vec<Option<&'t Member>>,
    value: Option<(&'static str, &'t Node)>,
}

impl<'t> de::MapAccess<'t> for Fields<'t, '_> {
    type Error = Refused;

    fn next_key_seed<K: DeserializeSeed<'t>>(&mut self, seed: K) -> Result<Option<K::Value>, Refused> {
        for member in self.members.by_ref() {
            let Some(index) = self.fields.iter().position(|field| field.eq_ignore_ascii_case(&member.key)) else {
                self.reader.unknown(member, self.fields);
                continue;
            };
            let field = self.fields[index];
            if let Some(first) = self.seen[index] {
                self.reader.repeated(member, self.reader.trail.path().key(field), first.key_span);
                continue;
            }
            self.seen[index] = Some(member);
            self.value = Some((field, &member.value));
            let key: StrDeserializer<'_, Refused> = field.into_deserializer();
            return seed.deserialize(key).map(Some);
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'t>>(&mut self, seed: V) -> Result<V::Value, Refused> {
        let (field, node) = self.value.take().ok_or_else(|| Refused("a value was asked for before its key".to_owned()))?;
        let trail = Trail { parent: Some(self.reader.trail), segment: Step::Field(field) };
        seed.deserialize(Reader { node, trail: &trail, collector: self.reader.collector })
    }
}
