//! Custom data that this project wrote: `customdata.ps1` with the scripts, and the configuration behind it.

use super::{Bootstrap, Maker, Script};
use crate::pack;

const PAYLOAD: &str = "PayloadBase64";
/// In front of the base64 of the secrets; what follows ends at a quote.
const SECRETS: &str = "GEN_CSE_SECRETS=";

pub(super) fn is(custom_data: &str) -> bool {
    literal(custom_data, PAYLOAD).is_ok() && configuration(custom_data).is_ok()
}

/// What is wrong with it, as a sentence.
pub(super) fn read(custom_data: &str, command: &str) -> Result<Bootstrap, String> {
    let configuration = configuration(custom_data)?;
    let payload = literal(custom_data, PAYLOAD)?;
    let scripts = pack::unpack(payload)?;
    Ok(Bootstrap {
        maker: Maker::GenCse,
        configuration: serde_json::from_str(configuration).map_err(|error| format!("the configuration is not JSON: {error}"))?,
        scripts: scripts.into_iter().map(|(path, text)| Script::new(path, text)).collect(),
        setup: custom_data.replacen(configuration, "<configuration>", 1).replacen(payload, "<payload>", 1),
        command: without_secrets(command),
    })
}

/// The JSON that the custom data ends with.
fn configuration(custom_data: &str) -> Result<&str, String> {
    let line = custom_data.lines().next_back().and_then(|line| line.strip_prefix(pack::CONFIGURATION_LINE));
    line.ok_or_else(|| "the custom data does not end with a node configuration".to_owned())
}

/// The text of `$<name>='...'`, which earlier versions wrote with blanks.
fn literal<'a>(custom_data: &'a str, name: &str) -> Result<&'a str, String> {
    let value = |line: &'a str| line.strip_prefix('$')?.strip_prefix(name)?.trim_start().strip_prefix('=')?.trim_start().strip_prefix('\'');
    let line = custom_data.lines().find_map(value);
    line.and_then(|line| line.strip_suffix('\'')).ok_or_else(|| format!("the custom data has no line `${name}='...'`"))
}

fn without_secrets(command: &str) -> String {
    let Some((before, rest)) = command.split_once(SECRETS) else { return command.to_owned() };
    let after = rest.find('"').map_or("", |end| &rest[end..]);
    format!("{before}{SECRETS}<secrets>{after}")
}
