//! What stands in lists and objects, one after the other.

use super::read::{Reader, Refused, Step, Trail};
use super::tree::{Member, Node};
use serde::de::value::{BorrowedStrDeserializer, StrDeserializer};
use serde::de::{self, Deserialize, DeserializeSeed, IntoDeserializer};
use std::collections::BTreeSet;

/// The elements of a list.
pub(super) struct Elements<'t, 'c> {
    pub(super) reader: Reader<'t, 'c>,
    pub(super) elements: std::iter::Enumerate<std::slice::Iter<'t, Node>>,
}

impl<'t> de::SeqAccess<'t> for Elements<'t, '_> {
    type Error = Refused;

    fn next_element_seed<T: DeserializeSeed<'t>>(&mut self, seed: T) -> Result<Option<T::Value>, Refused> {
        let Some((index, node)) = self.elements.next() else { return Ok(None) };
        let trail = Trail { parent: Some(self.reader.trail), segment: Step::Index(index) };
        seed.deserialize(self.reader.below(Some(node), &trail)).map(Some)
    }

    fn next_element<T: Deserialize<'t>>(&mut self) -> Result<Option<T>, Refused> {
        let Some((index, node)) = self.elements.next() else { return Ok(None) };
        let trail = Trail { parent: Some(self.reader.trail), segment: Step::Index(index) };
        self.reader.below(Some(node), &trail).value().map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.elements.len())
    }
}

/// The members of an object whose keys are free text, or texts of a form.
pub(super) struct Entries<'t, 'c> {
    pub(super) reader: Reader<'t, 'c>,
    pub(super) members: std::slice::Iter<'t, Member>,
    pub(super) seen: BTreeSet<&'t str>,
    pub(super) value: Option<&'t Member>,
}

impl<'t> Entries<'t, '_> {
    fn next_member(&mut self) -> Option<&'t Member> {
        for member in self.members.by_ref() {
            if self.seen.insert(&member.key) {
                return Some(member);
            }
            let first = self.reader.members().iter().find(|other| other.key == member.key).and_then(|other| other.key_span);
            self.reader.repeated(member, self.reader.trail.path().key(member.key.to_string()), first);
        }
        None
    }
}

impl<'t> de::MapAccess<'t> for Entries<'t, '_> {
    type Error = Refused;

    fn next_key_seed<K: DeserializeSeed<'t>>(&mut self, seed: K) -> Result<Option<K::Value>, Refused> {
        self.value = self.next_member();
        self.value.map(|member| seed.deserialize(BorrowedStrDeserializer::new(&member.key))).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'t>>(&mut self, seed: V) -> Result<V::Value, Refused> {
        let member = self.value.take().ok_or_else(early)?;
        let trail = Trail { parent: Some(self.reader.trail), segment: Step::Key(&member.key) };
        seed.deserialize(self.reader.below(Some(&member.value), &trail))
    }

    /// An entry whose key is refused is left out.
    fn next_entry<K: Deserialize<'t>, V: Deserialize<'t>>(&mut self) -> Result<Option<(K, V)>, Refused> {
        while let Some(member) = self.next_member() {
            let trail = Trail { parent: Some(self.reader.trail), segment: Step::Key(&member.key) };
            let reader = self.reader.below(Some(&member.value), &trail);
            let value = reader.value()?;
            match K::deserialize(BorrowedStrDeserializer::<Refused>::new(&member.key)) {
                Ok(key) => return Ok(Some((key, value))),
                Err(refused) => reader.refuse_key(member, &refused),
            }
        }
        Ok(None)
    }
}

/// The members of an object whose keys are known.
pub(super) struct Fields<'t, 'c> {
    pub(super) reader: Reader<'t, 'c>,
    pub(super) members: std::slice::Iter<'t, Member>,
    pub(super) absent: std::slice::Iter<'c, &'static str>,
    pub(super) fields: &'static [&'static str],
    /// By field: the key that gave it.
    pub(super) seen: Vec<Option<&'t Member>>,
    /// A field, and nothing for one that is absent.
    pub(super) value: Option<(&'static str, Option<&'t Node>)>,
}

impl<'t> Fields<'t, '_> {
    fn next_field(&mut self) -> Option<(&'static str, Option<&'t Node>)> {
        let any_case = self.reader.collector.dialect.any_case;
        let is = |field: &str, key: &str| if any_case { field.eq_ignore_ascii_case(key) } else { field == key };
        for member in self.members.by_ref() {
            let Some(index) = self.fields.iter().position(|field| is(field, &member.key)) else {
                self.reader.unknown(member, self.fields);
                continue;
            };
            let field = self.fields[index];
            if let Some(first) = self.seen[index] {
                self.reader.repeated(member, self.reader.trail.path().key(field), first.key_span);
                continue;
            }
            self.seen[index] = Some(member);
            return Some((field, Some(&member.value)));
        }
        self.absent.next().map(|field| (*field, None))
    }
}

impl<'t> de::MapAccess<'t> for Fields<'t, '_> {
    type Error = Refused;

    fn next_key_seed<K: DeserializeSeed<'t>>(&mut self, seed: K) -> Result<Option<K::Value>, Refused> {
        self.value = self.next_field();
        let key = |(field, _): (&'static str, _)| -> StrDeserializer<'_, Refused> { field.into_deserializer() };
        self.value.map(|value| seed.deserialize(key(value))).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'t>>(&mut self, seed: V) -> Result<V::Value, Refused> {
        let (field, node) = self.value.take().ok_or_else(early)?;
        let trail = Trail { parent: Some(self.reader.trail), segment: Step::Field(field) };
        seed.deserialize(self.reader.below(node, &trail))
    }

    fn next_value<V: Deserialize<'t>>(&mut self) -> Result<V, Refused> {
        let (field, node) = self.value.take().ok_or_else(early)?;
        let trail = Trail { parent: Some(self.reader.trail), segment: Step::Field(field) };
        self.reader.below(node, &trail).value()
    }
}

fn early() -> Refused {
    Refused::Because("a value was asked for before its key".to_owned())
}
