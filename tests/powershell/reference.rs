//! What Windows PowerShell 5.1 has: the entries of Microsoft's compatibility profile that the scripts use.
//!
//! `commands-5.1.json` is made from the whole profile (its `source` says where that comes from and under which licence):
//! `WINDOWS_POWERSHELL_COMMANDS=<file> cargo test --test scripts -- --ignored regenerate_reference`.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Reference {
    pub source: Value,
    pub os: String,
    pub common_parameters: CommonParameters,
    pub commands: BTreeMap<String, Command>,
    /// All of them: what is wanted is that none is used.
    pub aliases: BTreeMap<String, String>,
    pub type_accelerators: BTreeMap<String, String>,
    /// `assembly|namespace` to names, besides `_source` and `_loaded`.
    pub types: BTreeMap<String, Value>,
    pub programs: BTreeMap<String, String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CommonParameters {
    pub names: Vec<String>,
    pub aliases: BTreeMap<String, String>,
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

#[derive(Serialize, Deserialize, Clone)]
pub(crate) struct Command {
    pub(crate) module: String,
    pub kind: String,
    pub parameters: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub switches: Vec<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub aliases: BTreeMap<String, String>,
}

/// How a type's name is known.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// As a short name or by its full name, from the start.
    Yes,
    /// Once its assembly was added.
    In(String),
    /// Only since PowerShell puts `System.` in front.
    Abbreviated,
    No,
}

/// The names the scripts use, in lower case.
#[derive(Default)]
pub(crate) struct Used {
    pub commands: BTreeSet<String>,
    pub types: BTreeSet<String>,
    pub programs: BTreeSet<String>,
}

impl Reference {
    pub(crate) fn committed() -> Self {
        Self::parse(include_str!("commands-5.1.json"))
    }

    pub(crate) fn parse(text: &str) -> Self {
        serde_json::from_str(text).expect("entries of the Windows PowerShell 5.1 profile")
    }

    /// The same with only the entries that are used.
    pub(crate) fn only(mut self, used: &Used) -> Self {
        self.commands.retain(|name, _| used.commands.contains(&name.to_lowercase()));
        self.programs.retain(|name, _| used.programs.contains(name));
        self.type_accelerators.retain(|name, _| used.types.contains(&name.to_lowercase()));
        self.types.retain(|key, names| {
            let (Some((_, namespace)), Value::String(text)) = (key.split_once('|'), &names) else {
                return true;
            };
            let is_used = |name: &&str| {
                let full = format!("{namespace}.{name}").to_lowercase();
                used.types.contains(&full) || full.strip_prefix("system.").is_some_and(|short| used.types.contains(short))
            };
            *names = Value::String(text.split(' ').filter(is_used).collect::<Vec<_>>().join(" "));
            names.as_str() != Some("")
        });
        self
    }

    pub(crate) fn command(&self, name: &str) -> Option<&Command> {
        self.commands.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, command)| command)
    }

    pub(crate) fn alias(&self, name: &str) -> Option<&str> {
        self.aliases.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, of)| of.as_str())
    }

    pub(crate) fn type_name(&self, name: &str) -> Known {
        if self.type_accelerators.keys().any(|known| known.eq_ignore_ascii_case(name)) {
            return Known::Yes;
        }
        match self.assembly(name) {
            Some(assembly) if self.is_loaded(&assembly) => Known::Yes,
            Some(assembly) => Known::In(assembly),
            None if self.assembly(&format!("System.{name}")).is_some() => Known::Abbreviated,
            None => Known::No,
        }
    }

    fn is_loaded(&self, assembly: &str) -> bool {
        self.types["_loaded"].as_array().is_some_and(|all| all.iter().any(|one| one == assembly))
    }

    /// The assembly that has a type of this full name, one that is loaded if there are several.
    fn assembly(&self, full_name: &str) -> Option<String> {
        let (namespace, name) = full_name.rsplit_once('.')?;
        let having = self.types.iter().filter_map(|(key, names)| {
            let (assembly, of) = key.split_once('|')?;
            let is_there = || names.as_str().is_some_and(|text| text.split(' ').any(|one| one.eq_ignore_ascii_case(name)));
            (of.eq_ignore_ascii_case(namespace) && is_there()).then(|| assembly.to_owned())
        });
        having.min_by_key(|assembly| !self.is_loaded(assembly))
    }
}
