//! Registry values that nodes get: fixes that Windows has and does not switch on by itself. The comments are the descriptions of the
//! JSON Schema.

use super::forms::RegistryKey;
use crate::report::{Path, Report, codes::reading};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;

/// The largest value of a `DWord` that `New-ItemProperty` of Windows PowerShell takes as a number.
const LARGEST: u32 = i32::MAX as u32;

/// A registry value of Windows. A value of 0 is a setting as well; one that a node already has is not taken away where it is not listed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WindowsSetting {
    /// What it does, for people.
    pub about: String,
    /// The key, `HKLM:\SYSTEM\...`.
    pub path: RegistryKey,
    /// Name of the value.
    pub name: String,
    /// The value.
    pub value: SettingValue,
    /// Its type.
    #[serde(default, rename = "type")]
    pub kind: SettingKind,
    /// First patch level of the build (`UBR`, the last number of `20348.2113`) that knows it; nodes below are left alone.
    pub since: Option<u32>,
    /// First patch level that needs it no more.
    pub until: Option<u32>,
    /// Windows reads it when it starts, so it takes a restart. HNS alone is restarted for values below its own key.
    #[serde(default)]
    pub restart: bool,
    /// Who says so.
    pub source: String,
}

/// Type of a registry value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum SettingKind {
    /// A number.
    #[default]
    DWord,
    /// A number whose bits are added to those that are there.
    Bits,
    /// Text.
    String,
}

impl SettingKind {
    /// As it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DWord => "DWord",
            Self::Bits => "Bits",
            Self::String => "String",
        }
    }
}

/// A number or text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum SettingValue {
    /// Of types `DWord` and `Bits`.
    Number(u32),
    /// Of type `String`.
    Text(String),
}

impl<'t> Deserialize<'t> for SettingValue {
    fn deserialize<D: Deserializer<'t>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl Visitor<'_> for ValueVisitor {
    type Value = SettingValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a text or a whole number from 0 to {LARGEST}")
    }

    fn visit_str<E>(self, text: &str) -> Result<SettingValue, E> {
        Ok(SettingValue::Text(text.to_owned()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<SettingValue, E> {
        let number = u32::try_from(number).ok().filter(|number| *number <= LARGEST);
        number.map(SettingValue::Number).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Other("a number"), &self))
    }

    /// A placeholder is wanted.
    fn visit_unit<E>(self) -> Result<SettingValue, E> {
        Ok(SettingValue::Number(0))
    }
}

/// A setting as nodes and images are given it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeSetting {
    /// The key.
    pub path: String,
    /// Name of the value.
    pub name: String,
    /// The value.
    pub value: SettingValue,
    /// Its type; a `DWord` where it is left out.
    #[serde(skip_serializing_if = "is_dword")]
    pub kind: SettingKind,
    /// The one build that gets it; `None` means every one that the node may have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub build: Option<String>,
    /// First patch level that gets it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<u32>,
    /// First patch level that does not get it any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<u32>,
    /// Windows reads it when it starts.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub restart: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_dword(kind: &SettingKind) -> bool {
    *kind == SettingKind::DWord
}

impl NodeSetting {
    /// Bits of one value are set together; what is there already is not said again.
    pub(super) fn add_to(self, all: &mut Vec<Self>) {
        let known = all.iter_mut().find(|known| Self { value: self.value.clone(), ..(*known).clone() } == self);
        match (known.map(|known| &mut known.value), &self.value, self.kind) {
            (Some(SettingValue::Number(bits)), SettingValue::Number(more), SettingKind::Bits) => *bits |= more,
            (Some(value), ..) if *value == self.value => {}
            _ => all.push(self),
        }
    }
}

impl WindowsSetting {
    pub(super) fn for_nodes(&self, build: Option<&str>) -> NodeSetting {
        let Self { path, name, value, kind, since, until, restart, .. } = self.clone();
        NodeSetting { path: path.to_string(), name, value, kind, build: build.map(str::to_owned), since, until, restart }
    }

    /// What the types cannot say.
    pub(super) fn check(&self, path: &Path, of_one_build: bool, report: &mut Report) {
        let mut wrong = |key: &'static str, problem: &str| {
            report.error(reading::CATALOG, path.key(key), problem);
        };
        match (&self.value, self.kind) {
            (SettingValue::Number(_), SettingKind::DWord | SettingKind::Bits) => {}
            (SettingValue::Text(text), SettingKind::String) if !text.is_empty() => {}
            _ => wrong("value", "does not fit its `type`: a number for `DWord` and `Bits`, a text for `String`"),
        }
        if (self.since.is_some() || self.until.is_some()) && !of_one_build {
            wrong("since", "patch levels are those of one build: put the setting below `osBuilds`");
        }
        if matches!((self.since, self.until), (Some(since), Some(until)) if since >= until) {
            wrong("until", "is not after `since`");
        }
    }
}
