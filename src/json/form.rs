//! Texts that have to be more than text, as types.

use serde::de::{self, Deserializer, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// A text that has to be more than text; what stands for one that is not is its default.
pub(crate) trait Form: Default {
    /// Reads it; else what is expected (`invalid_value`), or why it is refused (`custom`).
    fn read<E: de::Error>(text: &str) -> Result<Self, E>;
}

/// Reads a text of a form.
pub(crate) fn text<'t, T: Form, D: Deserializer<'t>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_newtype_struct("text", FormVisitor(PhantomData))
}

struct FormVisitor<T>(PhantomData<T>);

impl<'t, T: Form> Visitor<'t> for FormVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_newtype_struct<D: Deserializer<'t>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_str(self)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        T::read(text)
    }

    /// A placeholder is wanted.
    fn visit_unit<E>(self) -> Result<T, E> {
        Ok(T::default())
    }
}
