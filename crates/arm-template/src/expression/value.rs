//! Values of a template: JSON in which an expression may stand wherever a text may.

use super::{Call, Expr};
use indexmap::IndexMap;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Number, Value as Json};
use std::borrow::Cow;

/// An object of a template; its keys are literal.
pub type Object = IndexMap<String, Value>;

/// A value of a template.
///
/// Literal text stays literal, whatever it looks like: what Azure would take for an expression is escaped when it is serialised, in
/// keys too, since Azure evaluates those as well.
///
/// ```
/// use arm_template::{Value, functions as arm};
///
/// let json = |value: Value| serde_json::to_string(&value).unwrap();
/// assert_eq!(json("[parameters('x')]".into()), r#""[[parameters('x')]""#);
/// assert_eq!(json(arm::parameters("x").into()), r#""[parameters('x')]""#);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing; the template checks refuse it in resources.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Literal text.
    Text(String),
    /// What the deployment computes.
    Expression(Expr),
    /// A list.
    List(Vec<Value>),
    /// An object.
    Object(Object),
}

impl Value {
    /// The value as plain JSON: expressions in brackets, literals escaped.
    #[must_use]
    pub fn to_json(&self) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Bool(value) => Json::Bool(*value),
            Self::Number(value) => Json::Number(value.clone()),
            Self::Text(text) => Json::String(escape(text).into_owned()),
            Self::Expression(expression) => Json::String(expression.bracketed()),
            Self::List(items) => Json::Array(items.iter().map(Self::to_json).collect()),
            Self::Object(object) => Json::Object(object.iter().map(|(key, value)| (escape(key).into_owned(), value.to_json())).collect()),
        }
    }

    /// Calls `visit` with every expression in the value that stands in brackets of its own.
    pub fn visit<'a>(&'a self, visit: &mut impl FnMut(&'a Expr)) {
        match self {
            Self::Expression(expression) => visit(expression),
            Self::List(items) => items.iter().for_each(|item| item.visit(visit)),
            Self::Object(object) => object.values().for_each(|value| value.visit(visit)),
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) => {}
        }
    }
}

/// An object of the entries that have a value.
#[must_use]
pub fn object(entries: impl IntoIterator<Item = (&'static str, Option<Value>)>) -> Object {
    entries.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
}

/// Whether Azure takes a text of a template for an expression or an escaped literal.
pub(crate) fn is_bracketed(text: &str) -> bool {
    text.starts_with('[') && text.ends_with(']')
}

/// Literal text as a template holds it: `[...]` gets a second bracket in front; nothing else is special.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    if is_bracketed(text) { Cow::Owned(format!("[{text}")) } else { Cow::Borrowed(text) }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(value) => value.serialize(serializer),
            Self::Text(text) => serializer.serialize_str(&escape(text)),
            Self::Expression(expression) => serializer.serialize_str(&expression.bracketed()),
            Self::List(items) => serializer.collect_seq(items),
            Self::Object(object) => Entries(object).serialize(serializer),
        }
    }
}

/// Serialises an object without wrapping it in a [`Value`] first.
pub(crate) struct Entries<'a>(pub(crate) &'a Object);

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in self.0 {
            map.serialize_entry(&escape(key), value)?;
        }
        map.end()
    }
}

impl From<Expr> for Value {
    /// Literals need no brackets.
    fn from(expression: Expr) -> Self {
        match expression {
            Expr::Text(text) => Self::Text(text),
            Expr::Integer(number) => number.into(),
            Expr::Call(_) => Self::Expression(expression),
        }
    }
}
impl From<Call> for Value {
    fn from(call: Call) -> Self {
        Self::Expression(call.into())
    }
}
impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}
impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Self {
        Self::List(items)
    }
}
impl From<Object> for Value {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}
impl<T: Into<Value>> FromIterator<T> for Value {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }
}
impl From<Json> for Value {
    /// Every text is literal, also one that looks like an expression.
    fn from(json: Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(value) => Self::Bool(value),
            Json::Number(value) => Self::Number(value),
            Json::String(text) => Self::Text(text),
            Json::Array(items) => items.into_iter().collect(),
            Json::Object(object) => Self::Object(object.into_iter().map(|(key, value)| (key, value.into())).collect()),
        }
    }
}

macro_rules! from_integer {
    ($($integer:ty),*) => { $(impl From<$integer> for Value {
        fn from(number: $integer) -> Self {
            Self::Number(number.into())
        }
    })* };
}
from_integer!(i32, i64, u16, u32, u64, usize);
