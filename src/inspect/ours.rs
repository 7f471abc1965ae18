//! Custom data that this project wrote: the two long literals of `customdata.ps1`.

use super::{Bootstrap, Maker, Script};
use crate::pack;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const CONFIGURATION: &str = "NodeConfigurationBase64";
const PAYLOAD: &str = "PayloadBase64";
/// In front of the base64 of the secrets; what follows ends at a quote.
const SECRETS: &str = "GEN_CSE_SECRETS=";

pub(super) fn is(custom_data: &str) -> bool {
    literal(custom_data, CONFIGURATION).is_ok()
}

/// What is wrong with it, as a sentence.
pub(super) fn read(custom_data: &str, command: &str) -> Result<Bootstrap, String> {
    let configuration = literal(custom_data, CONFIGURATION)?;
    let payload = literal(custom_data, PAYLOAD)?;
    let json = STANDARD.decode(configuration).map_err(|error| format!("the configuration is not base64: {error}"))?;
    let scripts = pack::unpack(payload)?;
    Ok(Bootstrap {
        maker: Maker::GenCse,
        configuration: serde_json::from_slice(&json).map_err(|error| format!("the configuration is not JSON: {error}"))?,
        scripts: scripts.into_iter().map(|(path, text)| Script::new(path, text)).collect(),
        setup: custom_data.replacen(configuration, "<configuration>", 1).replacen(payload, "<payload>", 1),
        command: without_secrets(command),
    })
}

/// The text of `$<name> = '...'`.
fn literal<'a>(custom_data: &'a str, name: &str) -> Result<&'a str, String> {
    let start = format!("${name} = '");
    let line = custom_data.lines().find_map(|line| line.strip_prefix(&start));
    line.and_then(|line| line.strip_suffix('\'')).ok_or_else(|| format!("the custom data has no line `${name} = '...'`"))
}

fn without_secrets(command: &str) -> String {
    let Some((before, rest)) = command.split_once(SECRETS) else { return command.to_owned() };
    let after = rest.find('"').map_or("", |end| &rest[end..]);
    format!("{before}{SECRETS}<secrets>{after}")
}
