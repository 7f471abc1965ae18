//! Scripts to the bytes that travel to a node: without comments, in one text, as gzip, as base64.
//!
//! In the text each file is its path, a line feed and its own text, with a form feed between two files: JSON would take more room,
//! since it escapes quotes and backslashes. Same scripts, same bytes.

mod scripts;
#[cfg(test)]
pub mod strip;
#[cfg(test)]
mod tests;

pub use scripts::{CONFIGURATION_LINE, CUSTOM_DATA, Script, scripts_for};
#[cfg(any(test, feature = "vhd"))]
pub use scripts::{SCRIPTS, script};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::{Compression, GzBuilder, read::GzDecoder};
use scripts::PAYLOAD_MARK;
use std::io::{Read as _, Write as _};
use std::ops::Range;

/// Custom data in bytes before base64: `osProfile.customData` of the Azure API, "maximum length of the binary array".
pub const MAX_CUSTOM_DATA_BYTES: usize = 65_535;
/// Characters of a command line that `cmd.exe` takes, which is what the extension hands `commandToExecute` to.
pub const MAX_COMMAND_CHARACTERS: usize = 8_191;
/// Bytes that [`unpack`] is willing to make of a payload.
const MAX_UNPACKED_BYTES: u64 = 16 << 20;

/// Stands between two files of a payload, and in none: what travels has no such character, JSON escapes it.
const BETWEEN_FILES: char = '\u{c}';

/// What a file takes of a payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedFile {
    /// Path below the folder the node unpacks to, with backslashes.
    pub path: String,
    /// Bytes of its text in the payload, before it is compressed.
    pub bytes: usize,
}

/// The files that travel to every node of a pool, in the script that unpacks them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    start: String,
    /// Where in it the files stand.
    base64: Range<usize>,
    files: Vec<PackedFile>,
}

impl Payload {
    /// Packs what is rendered, path and text of each file, and scripts.
    #[must_use]
    pub fn new<T: AsRef<str>>(scripts: impl IntoIterator<Item = &'static Script>, rendered: &[(&str, T)]) -> Self {
        let rendered = rendered.iter().map(|(path, text)| (*path, text.as_ref()));
        let scripts = scripts.into_iter().map(|script| (script.path.as_str(), script.text));
        let (mut whole, mut files) = (String::new(), Vec::new());
        for (path, text) in rendered.chain(scripts) {
            if !files.is_empty() {
                whole.push(BETWEEN_FILES);
            }
            whole.extend([path, "\n", text]);
            files.push(PackedFile { path: path.to_owned(), bytes: text.len() });
        }
        let base64 = STANDARD.encode(gzip(whole.as_bytes()));
        let (head, tail) = CUSTOM_DATA.split_once(PAYLOAD_MARK).unwrap_or((&CUSTOM_DATA, ""));
        Self { start: [head, &base64, tail].concat(), base64: head.len()..head.len() + base64.len(), files }
    }

    /// `CustomData.bin` up to the node configuration, which is JSON on a last line of comment.
    #[must_use]
    pub fn start(&self) -> &str {
        &self.start
    }

    /// The payload as the custom data holds it.
    #[must_use]
    pub fn base64(&self) -> &str {
        &self.start[self.base64.clone()]
    }

    /// Every file with its size, in the payload's order.
    #[must_use]
    pub fn files(&self) -> &[PackedFile] {
        &self.files
    }

    /// Bytes of all files before they are compressed.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.files.iter().map(|file| file.bytes).sum()
    }
}

/// The best levels take a quarter more time, which is most of what one pool takes, for a thousandth less.
const LEVEL: Compression = Compression::new(6);

/// Without a time and the name of a system, so that the same text is the same bytes everywhere.
fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzBuilder::new().operating_system(255).write(Vec::new(), LEVEL);
    // neither can fail: the sink is a vector
    let _ = encoder.write_all(text);
    encoder.finish().unwrap_or_default()
}

/// Path and text of every file of a payload.
///
/// # Errors
///
/// What is wrong with it, as a sentence: not base64, not gzip, not files, larger than any of ours.
pub fn unpack(base64: &str) -> Result<Vec<(String, String)>, String> {
    let gzip = STANDARD.decode(base64).map_err(|error| format!("the payload is not base64: {error}"))?;
    let mut bytes = Vec::new();
    let unpacked = GzDecoder::new(gzip.as_slice()).take(MAX_UNPACKED_BYTES).read_to_end(&mut bytes);
    let length = unpacked.map_err(|error| format!("the payload is not gzip: {error}"))?;
    if length as u64 == MAX_UNPACKED_BYTES {
        return Err("the payload is larger than any of ours".to_owned());
    }
    let file = |text: &str| text.split_once('\n').map(|(path, text)| (path.to_owned(), text.to_owned()));
    let files = String::from_utf8(bytes).ok().and_then(|whole| whole.split(BETWEEN_FILES).map(file).collect());
    files.ok_or_else(|| "the payload does not hold files".to_owned())
}
