//! Evaluated values: what is known, and what only the deployment knows.

use crate::expression::{Call, Expr};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use indexmap::IndexMap;
use serde_json::{Number, Value as Json};
use std::fmt;
use std::sync::Arc;

/// A value after evaluation. Texts, lists and objects are shared, since one variable may hold what a thousand pools need.
#[derive(Debug, Clone, PartialEq)]
pub enum Resolved {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text, perhaps with gaps.
    Text(Text),
    /// A list.
    List(Arc<Vec<Resolved>>),
    /// An object; looked up without regard to case.
    Object(Arc<IndexMap<String, Resolved>>),
    /// What only the deployment knows, as the call that remains.
    Unknown(Call),
}

/// Text made of what is known and what is not.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Text(Arc<Vec<Piece>>);

/// A part of a [`Text`].
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// Known text.
    Known(String),
    /// What only the deployment knows, as the call that remains.
    Unknown(Call),
    /// The base64 of a text with gaps.
    Base64(Text),
    /// A text with gaps, escaped to stand inside a JSON string.
    Json(Text),
}

impl Text {
    /// The parts in order; known ones are not empty and never stand beside each other.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// The text when nothing of it is unknown.
    #[must_use]
    pub fn known(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Piece::Known(text)] => Some(text),
            _ => None,
        }
    }

    pub(super) fn push_known(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let pieces = Arc::make_mut(&mut self.0);
        match pieces.last_mut() {
            Some(Piece::Known(before)) => before.push_str(text),
            _ => pieces.push(Piece::Known(text.to_owned())),
        }
    }

    pub(super) fn push(&mut self, piece: &Piece) {
        match piece {
            Piece::Known(text) => self.push_known(text),
            gap => Arc::make_mut(&mut self.0).push(gap.clone()),
        }
    }

    pub(super) fn append(&mut self, other: &Self) {
        other.0.iter().for_each(|piece| self.push(piece));
    }

    /// Bytes it occupies, gaps counted as they are shown.
    pub(super) fn weight(&self) -> usize {
        let weight = |piece: &Piece| match piece {
            Piece::Known(text) => text.len(),
            Piece::Unknown(call) => call.characters(),
            Piece::Base64(inner) => inner.weight().saturating_mul(4) / 3,
            Piece::Json(inner) => inner.weight(),
        };
        self.0.iter().map(weight).fold(0, usize::saturating_add)
    }

    /// Its base64, gaps kept.
    pub(super) fn base64(self) -> Self {
        match self.known() {
            Some(text) => STANDARD.encode(text).into(),
            None => Piece::Base64(self).into(),
        }
    }

    /// The text of this base64; nothing when that cannot be told.
    pub(super) fn decoded(&self) -> Option<Result<Self, DecodeError>> {
        match (self.known(), self.0.as_slice()) {
            (Some(base64), _) => Some(decode(base64).map(Self::from)),
            (None, [Piece::Base64(inner)]) => Some(Ok(inner.clone())),
            _ => None,
        }
    }

    /// The text as an expression, for the name of what depends on it.
    pub(super) fn to_expr(&self) -> Expr {
        let part = |piece: &Piece| match piece {
            Piece::Known(text) => Expr::Text(text.clone()),
            Piece::Unknown(call) => call.clone().into(),
            Piece::Base64(inner) => Call::new("base64", [inner.to_expr()]).into(),
            Piece::Json(inner) => Call::new("string", [inner.to_expr()]).into(),
        };
        match self.0.as_slice() {
            [] => Expr::Text(String::new()),
            [piece] => part(piece),
            pieces => Call::new("concat", pieces.iter().map(part)).into(),
        }
    }
}

/// Base64 that is no text.
pub(super) struct DecodeError;

fn decode(base64: &str) -> Result<String, DecodeError> {
    let bytes = STANDARD.decode(base64).map_err(|_| DecodeError)?;
    String::from_utf8(bytes).map_err(|_| DecodeError)
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        if text.is_empty() { Self::default() } else { Piece::Known(text).into() }
    }
}
impl From<&str> for Text {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}
impl From<Call> for Text {
    fn from(call: Call) -> Self {
        Piece::Unknown(call).into()
    }
}
impl From<Piece> for Text {
    fn from(piece: Piece) -> Self {
        Self(Arc::new(vec![piece]))
    }
}

/// The text with each gap as `<call>`, inside base64 and JSON too.
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in self.pieces() {
            match piece {
                Piece::Known(text) => f.write_str(text)?,
                Piece::Unknown(call) => write!(f, "<{call}>")?,
                Piece::Base64(inner) => f.write_str(&STANDARD.encode(inner.to_string()))?,
                Piece::Json(inner) => write_escaped(f, &inner.to_string())?,
            }
        }
        Ok(())
    }
}

impl Resolved {
    /// The value as JSON, each gap as `<call>`.
    #[must_use]
    pub fn to_json(&self) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Bool(value) => Json::Bool(*value),
            Self::Number(number) => Json::Number(number.clone()),
            Self::Text(text) => Json::String(text.to_string()),
            Self::List(items) => Json::Array(items.iter().map(Self::to_json).collect()),
            Self::Object(object) => Json::Object(object.iter().map(|(key, value)| (key.clone(), value.to_json())).collect()),
            Self::Unknown(call) => Json::String(format!("<{call}>")),
        }
    }

    /// Whether nothing of it is left to the deployment.
    #[must_use]
    pub fn is_known(&self) -> bool {
        match self {
            Self::Null | Self::Bool(_) | Self::Number(_) => true,
            Self::Text(text) => text.known().is_some(),
            Self::List(items) => items.iter().all(Self::is_known),
            Self::Object(object) => object.values().all(Self::is_known),
            Self::Unknown(_) => false,
        }
    }

    /// The value when it is a text, or may be one.
    #[must_use]
    pub fn text(&self) -> Option<Text> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::Unknown(call) => Some(call.clone().into()),
            _ => None,
        }
    }

    /// The property of an object, without regard to case; nothing when there is none.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Self::Object(object) = self else { return None };
        object.get(key).or_else(|| object.iter().find_map(|(name, value)| is_same_name(name, key).then_some(value)))
    }

    /// The property at the end of a path of objects; nothing when there is none.
    #[must_use]
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |value, key| value.get(key))
    }

    /// The value as an expression, for the name of what depends on it.
    pub(super) fn to_expr(&self) -> Expr {
        match self {
            Self::Null => Call::new("null", []).into(),
            Self::Bool(true) => Call::new("true", []).into(),
            Self::Bool(false) => Call::new("false", []).into(),
            Self::Number(number) => number
                .as_i64()
                .and_then(|n| i32::try_from(n).ok())
                .map_or_else(|| Call::new("json", [number.to_string().into()]).into(), Expr::Integer),
            Self::Text(text) => text.to_expr(),
            Self::List(items) => Call::new("createArray", items.iter().map(Self::to_expr)).into(),
            Self::Object(object) => {
                let entries = object.iter().flat_map(|(key, value)| [Expr::Text(key.clone()), value.to_expr()]);
                Call::new("createObject", entries).into()
            }
            Self::Unknown(call) => call.clone().into(),
        }
    }

    /// Compact JSON with keys in order, as `string()` of .NET's Json.NET writes it. A gap stands for a text.
    pub(super) fn write_json(&self, text: &mut Text) {
        match self {
            Self::Null => text.push_known("null"),
            Self::Bool(value) => text.push_known(if *value { "true" } else { "false" }),
            Self::Number(number) => text.push_known(&number.to_string()),
            Self::Text(value) => quote_json(value, text),
            Self::Unknown(call) => quote_json(&call.clone().into(), text),
            Self::List(items) => {
                text.push_known("[");
                for (i, item) in items.iter().enumerate() {
                    text.push_known(if i == 0 { "" } else { "," });
                    item.write_json(text);
                }
                text.push_known("]");
            }
            Self::Object(object) => {
                text.push_known("{");
                for (i, (key, value)) in object.iter().enumerate() {
                    text.push_known(if i == 0 { "" } else { "," });
                    quote_json(&key.as_str().into(), text);
                    text.push_known(":");
                    value.write_json(text);
                }
                text.push_known("}");
            }
        }
    }
}

fn quote_json(value: &Text, text: &mut Text) {
    text.push_known("\"");
    for piece in value.pieces() {
        match piece {
            Piece::Known(known) if known.bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\')) => {
                text.push_known(known);
            }
            Piece::Known(known) => {
                let mut escaped = String::with_capacity(known.len());
                // writing to a string cannot fail
                let _ = write_escaped(&mut escaped, known);
                text.push_known(&escaped);
            }
            // nothing in base64 needs an escape
            Piece::Base64(_) => text.push(piece),
            gap => text.push(&Piece::Json(gap.clone().into())),
        }
    }
    text.push_known("\"");
}

/// Whether two names differ in case at most, as Azure compares them.
pub(super) fn is_same_name(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b) || !(a.is_ascii() && b.is_ascii()) && a.to_lowercase() == b.to_lowercase()
}

/// Escapes as Json.NET does by default: what JSON demands, and the line ends of Unicode.
fn write_escaped(out: &mut impl fmt::Write, text: &str) -> fmt::Result {
    for c in text.chars() {
        match c {
            '"' => out.write_str("\\\"")?,
            '\\' => out.write_str("\\\\")?,
            '\n' => out.write_str("\\n")?,
            '\r' => out.write_str("\\r")?,
            '\t' => out.write_str("\\t")?,
            '\u{8}' => out.write_str("\\b")?,
            '\u{c}' => out.write_str("\\f")?,
            '\0'..='\u{1f}' | '\u{85}' | '\u{2028}' | '\u{2029}' => write!(out, "\\u{:04x}", u32::from(c))?,
            c => out.write_char(c)?,
        }
    }
    Ok(())
}
