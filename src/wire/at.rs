//! A value of a definition with its path, so that who looks at a field names it once.
//!
//! The fields of every object are functions of the same name here (made by `definition!`): `pool.vm_size()` is the value and the path of
//! `vmSize`. What is not there has a path, too, and nothing below it.

use super::TextMap;
use super::shape::Shaped;
use crate::report::{Path, Segment};
use crate::words::Choice;

/// The value at a path, if the definition has one.
#[derive(Debug)]
pub struct At<'a, T> {
    /// The value.
    pub value: Option<&'a T>,
    /// Where it is, or would be.
    pub path: Path,
    /// The words there are for it; none where it is no choice.
    pub words: &'static [&'static str],
}

impl<T> Clone for At<'_, T> {
    fn clone(&self) -> Self {
        Self { value: self.value, path: self.path.clone(), words: self.words }
    }
}

impl<'a, T> At<'a, T> {
    fn new(value: Option<&'a T>, path: Path) -> Self {
        Self { value, path, words: &[] }
    }

    /// The root of a definition.
    #[must_use]
    pub fn root(value: &'a T) -> Self {
        Self::new(Some(value), Path::root())
    }

    /// Whether there is a value.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.value.is_some()
    }

    /// The key of the object that this is the value of, as messages name it.
    #[must_use]
    pub fn key(&self) -> &str {
        match self.path.last() {
            Some(Segment::Key(key)) => key,
            _ => "",
        }
    }

    pub(super) fn below<U: Shaped + 'a>(&self, key: &'static str, field: impl FnOnce(&'a T) -> Option<&'a U>) -> At<'a, U::Plain> {
        #[cfg(test)]
        reads::note::<T>(key);
        At::new(self.value.and_then(field).map(Shaped::plain), self.path.key(key))
    }

    pub(super) fn one_of(self, words: &'static [&'static str]) -> Self {
        Self { words, ..self }
    }
}

impl<T: Copy> At<'_, T> {
    /// The number or flag.
    #[must_use]
    pub fn get(&self) -> Option<T> {
        self.value.copied()
    }
}

impl At<'_, bool> {
    /// Given, and true.
    #[must_use]
    pub fn is_true(&self) -> bool {
        self.get() == Some(true)
    }

    /// Given, and false.
    #[must_use]
    pub fn is_false(&self) -> bool {
        self.get() == Some(false)
    }
}

impl<'a> At<'a, String> {
    /// A text that is there and not empty: aks-engine takes an empty one for none.
    #[must_use]
    pub fn given(&self) -> Option<&'a str> {
        self.value.map(String::as_str).filter(|text| !text.is_empty())
    }

    /// The same, to keep.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        self.given().map(str::to_owned)
    }

    /// Whether the text is this word.
    #[must_use]
    pub fn is(&self, word: &str) -> bool {
        self.given() == Some(word)
    }

    /// What is chosen; nothing also where the text is no word of the choice.
    #[must_use]
    pub fn choice<C: Choice>(&self) -> Option<C> {
        C::of(self.given()?)
    }
}

impl<'a, T> At<'a, Vec<T>> {
    /// The elements; none where there is no list.
    pub fn iter(&self) -> impl Iterator<Item = At<'a, T>> + use<'a, T> {
        let path = self.path.clone();
        self.value.into_iter().flatten().enumerate().map(move |(index, value)| At::new(Some(value), path.index(index)))
    }

    /// There are elements.
    #[must_use]
    pub fn has_some(&self) -> bool {
        self.value.is_some_and(|list| !list.is_empty())
    }
}

impl<'a> At<'a, TextMap> {
    /// Keys and values; none where there is no object.
    pub fn entries(&self) -> impl Iterator<Item = (&'a str, At<'a, String>)> + use<'a> {
        let path = self.path.clone();
        self.value.into_iter().flatten().map(move |(key, value)| (key.as_str(), At::new(Some(value), path.key(key.clone()))))
    }

    /// The value of one key.
    #[must_use]
    pub fn entry(&self, key: &'static str) -> At<'a, String> {
        At::new(self.value.and_then(|map| map.get(key)), self.path.key(key))
    }

    /// There are keys.
    #[must_use]
    pub fn has_some(&self) -> bool {
        self.value.is_some_and(|map| !map.is_empty())
    }
}

/// Which keys are looked at, for the test that none is lost.
#[cfg(test)]
pub(crate) mod reads {
    use std::cell::RefCell;
    use std::collections::BTreeSet;

    thread_local! {
        static KEYS: RefCell<BTreeSet<(&'static str, &'static str)>> = const { RefCell::new(BTreeSet::new()) };
    }

    pub(super) fn note<T>(key: &'static str) {
        let owner = std::any::type_name::<T>().rsplit("::").next().unwrap_or_default();
        KEYS.with_borrow_mut(|keys| keys.insert((owner, key)));
    }

    /// The keys that were looked at since the last call, with the objects they are of.
    pub(crate) fn taken() -> BTreeSet<(&'static str, &'static str)> {
        KEYS.take()
    }
}

#[cfg(test)]
mod tests {
    use super::At;
    use crate::wire::{ClusterDefinition, parse};

    #[test]
    fn what_is_absent_has_a_path() {
        let (definition, ..) = parse("x.json", br#"{ "properties": { "agentPoolProfiles": [{ "name": "", "count": 3 }] } }"#);
        let definition = definition.expect("an object");
        let properties = At::<ClusterDefinition>::root(&definition).properties();
        let pools: Vec<_> = properties.agent_pool_profiles().iter().collect();
        assert_eq!((pools.len(), pools[0].count().get(), pools[0].name().given()), (1, Some(3), None));
        assert_eq!(pools[0].count().path.to_string(), "properties.agentPoolProfiles[0].count");
        let absent = properties.orchestrator_profile().kubernetes_config().kubelet_config().entry("--max-pods");
        assert!(!absent.is_there());
        assert_eq!(absent.path.to_string(), r#"properties.orchestratorProfile.kubernetesConfig.kubeletConfig["--max-pods"]"#);
    }
}
