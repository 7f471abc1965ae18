//! What Windows PowerShell 5.1 has: the entries of Microsoft's compatibility profile that the scripts use. `commands-5.1.json` is made
//! from the whole profile by regenerate.ps1; its `source` says where that comes from and under which licence.

use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Deserialize)]
pub(crate) struct Reference {
    commands: BTreeMap<String, Value>,
    /// All of them: what is wanted is that none is used.
    aliases: BTreeMap<String, String>,
    pub(crate) programs: BTreeMap<String, String>,
}

impl Reference {
    pub(crate) fn committed() -> Self {
        serde_json::from_str(include_str!("commands-5.1.json")).expect("entries of the Windows PowerShell 5.1 profile")
    }

    pub(crate) fn has_command(&self, name: &str) -> bool {
        self.commands.keys().any(|known| known.eq_ignore_ascii_case(name))
    }

    pub(crate) fn alias(&self, name: &str) -> Option<&str> {
        self.aliases.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, of)| of.as_str())
    }
}
