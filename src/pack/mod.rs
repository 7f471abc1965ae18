//! Scripts to the bytes that travel to a node: without comments, as JSON, as gzip, as base64.
//!
//! One payload is `{"files":[{"path":"lib\\text.ps1","text":"..."},...]}`. The scripts are known when gen-cse is built, so its
//! build script deflates them, in a few sets, as tightly as deflate can be (zopfli, half a second each). A payload is then two
//! deflate streams in one gzip: a head, made when it is asked for, with what is rendered and the scripts that the set lacks;
//! and the largest set (`src/pack/bodies.txt`) of which the cluster needs every script. Same scripts, same bytes, on every machine.

pub mod strip;

use crate::plan::Step;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::{Compression, Crc, read::GzDecoder, write::DeflateEncoder};
use serde::Deserialize;
use std::io::{Read as _, Write as _};

/// Custom data in bytes before base64: `osProfile.customData` of the Azure API, "maximum length of the binary array".
pub const MAX_CUSTOM_DATA_BYTES: usize = 65_535;
/// The same after base64, as it stands in the request.
pub const MAX_CUSTOM_DATA_BASE64: usize = 87_380;
/// What this project wants to stay within: bytes before base64, with scripts and configuration.
pub const GOAL_CUSTOM_DATA_BYTES: usize = 48 * 1024;
/// Characters of a command line that `cmd.exe` takes, which is what the extension hands `commandToExecute` to.
pub const MAX_COMMAND_CHARACTERS: usize = 8_191;
/// Bytes that [`unpack`] is willing to make of a payload.
const MAX_UNPACKED_BYTES: u64 = 16 << 20;

/// A script of `parts/windows` as it travels.
#[derive(Debug, PartialEq, Eq)]
pub struct Script {
    /// Path below the folder the node unpacks to, with backslashes: `lib\text.ps1`.
    pub path: &'static str,
    /// Steps, by id, and traits of the cluster that need it, of which one is enough; `None` means every node.
    pub with: Option<&'static [&'static str]>,
    /// The text as it stands in `parts/windows`.
    pub source: &'static str,
    /// The text without comments, blank lines and indentation ([`strip`](strip::strip)).
    pub text: &'static str,
    /// `{"path":...,"text":...}`
    entry: &'static str,
}

/// Scripts deflated together when gen-cse was built.
struct Body {
    /// Indices into [`SCRIPTS`], in their order.
    scripts: &'static [usize],
    /// Their entries and the end of the JSON.
    deflated: &'static [u8],
    /// Bytes of `deflated` that each script takes, about.
    shares: &'static [usize],
}

mod generated {
    use super::{Body, Script};
    include!(concat!(env!("OUT_DIR"), "/scripts.rs"));
}

/// Every script but the custom data's own, in the order in which they are packed.
pub const SCRIPTS: &[Script] = generated::SCRIPTS;

/// The template of the custom data, stripped; its marks are `@@PAYLOAD@@` and `@@CONFIGURATION@@`.
pub const CUSTOM_DATA: &str = generated::CUSTOM_DATA;

/// The scripts that nodes with these steps need in a cluster with these traits, in the order in which they are packed.
pub fn scripts_for<'a>(steps: &'a [&'static Step], traits: &'a [&'static str]) -> impl Iterator<Item = &'static Script> + 'a {
    let is_there = |word: &&str| traits.contains(word) || steps.iter().any(|step| step.id == *word);
    SCRIPTS.iter().filter(move |script| script.with.is_none_or(|words| words.iter().any(is_there)))
}

/// The script with this path.
#[must_use]
pub fn script(path: &str) -> Option<&'static Script> {
    SCRIPTS.iter().find(|script| script.path == path)
}

/// What a file takes of a payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedFile {
    /// Path below the folder the node unpacks to, with backslashes.
    pub path: String,
    /// Bytes of its text in the payload.
    pub stripped_bytes: usize,
    /// Bytes of gzip it takes, about: what stands in other files, too, costs only once.
    pub packed_bytes: usize,
}

/// The files that travel to every node of a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    gzip: Vec<u8>,
    base64: String,
    files: Vec<PackedFile>,
}

impl Payload {
    /// Packs scripts, given in any order, and what is rendered: path and text of each file.
    #[must_use]
    pub fn new<'a>(scripts: impl IntoIterator<Item = &'static Script>, rendered: &[(&'a str, &'a str)]) -> Self {
        let wanted: Vec<&str> = scripts.into_iter().map(|script| script.path).collect();
        let is_wanted = |index: &usize| wanted.contains(&SCRIPTS[*index].path);
        let is_whole = |body: &&Body| body.scripts.iter().all(is_wanted);
        let body = generated::BODIES
            .iter()
            .filter(is_whole)
            .max_by_key(|body| body.scripts.iter().map(|&index| SCRIPTS[index].entry.len()).sum::<usize>());
        let in_body = body.map_or(&[][..], |body| body.scripts);
        let others: Vec<&Script> =
            (0..SCRIPTS.len()).filter(|index| is_wanted(index) && !in_body.contains(index)).map(|index| &SCRIPTS[index]).collect();

        let mut entries: Vec<String> =
            rendered.iter().map(|(path, text)| serde_json::json!({ "path": path, "text": text }).to_string()).collect();
        entries.extend(others.iter().map(|script| script.entry.to_owned()));
        let head = match body {
            Some(_) => entries.iter().fold(String::from("{\"files\":["), |json, entry| json + entry + ","),
            None => format!("{{\"files\":[{}]}}", entries.join(",")),
        };
        let packed_head = deflate(head.as_bytes(), body.is_none());
        let sizes =
            rendered.iter().map(|(path, text)| (*path, text.len())).chain(others.iter().map(|script| (script.path, script.text.len())));
        let mut files: Vec<PackedFile> = sizes
            .zip(&entries)
            .map(|((path, stripped_bytes), entry)| packed_file(path, stripped_bytes, packed_head.len() * entry.len() / head.len()))
            .collect();
        if let Some(body) = body {
            let of_body = body.scripts.iter().map(|&index| &SCRIPTS[index]).zip(body.shares);
            files.extend(of_body.map(|(script, &share)| packed_file(script.path, script.text.len(), share)));
        }
        let gzip = gzip(&head, packed_head, body);
        Self { base64: STANDARD.encode(&gzip), gzip, files }
    }

    /// The payload as the custom data holds it.
    #[must_use]
    pub fn base64(&self) -> &str {
        &self.base64
    }

    /// The payload before base64.
    #[must_use]
    pub fn gzip(&self) -> &[u8] {
        &self.gzip
    }

    /// Every file with its size, in the payload's order.
    #[must_use]
    pub fn files(&self) -> &[PackedFile] {
        &self.files
    }

    /// Bytes of all files before they are compressed.
    #[must_use]
    pub fn stripped_bytes(&self) -> usize {
        self.files.iter().map(|file| file.stripped_bytes).sum()
    }
}

fn packed_file(path: &str, stripped_bytes: usize, packed_bytes: usize) -> PackedFile {
    PackedFile { path: path.to_owned(), stripped_bytes, packed_bytes }
}

/// Deflates now; the stream ends with a whole byte, so that another one can follow when it is not the last.
fn deflate(bytes: &[u8], is_last: bool) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    // neither can fail: the sink is a vector
    let _ = encoder.write_all(bytes);
    if is_last {
        return encoder.finish().unwrap_or_default();
    }
    let _ = encoder.flush();
    std::mem::take(encoder.get_mut())
}

/// RFC 1952: no time, no name, "maximum compression", system unknown; checksum and length are those of the whole text.
fn gzip(head: &str, packed_head: Vec<u8>, body: Option<&Body>) -> Vec<u8> {
    let mut gzip = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255];
    let mut checksum = Crc::new();
    gzip.extend(packed_head);
    checksum.update(head.as_bytes());
    if let Some(body) = body {
        gzip.extend_from_slice(body.deflated);
        for (place, &index) in body.scripts.iter().enumerate() {
            checksum.update(if place == 0 { b"" } else { b"," });
            checksum.update(SCRIPTS[index].entry.as_bytes());
        }
        checksum.update(b"]}");
    }
    gzip.extend_from_slice(&checksum.sum().to_le_bytes());
    gzip.extend_from_slice(&checksum.amount().to_le_bytes());
    gzip
}

/// Path and text of every file of a payload.
///
/// # Errors
///
/// What is wrong with it, as a sentence: not base64, not gzip, not the JSON of a payload, larger than any of ours.
pub fn unpack(base64: &str) -> Result<Vec<(String, String)>, String> {
    #[derive(Deserialize)]
    struct Files {
        files: Vec<Packed>,
    }
    #[derive(Deserialize)]
    struct Packed {
        path: String,
        text: String,
    }
    let gzip = STANDARD.decode(base64).map_err(|error| format!("the payload is not base64: {error}"))?;
    let mut json = Vec::new();
    GzDecoder::new(gzip.as_slice())
        .take(MAX_UNPACKED_BYTES)
        .read_to_end(&mut json)
        .map_err(|error| format!("the payload is not gzip: {error}"))?;
    let unpacked: Files = serde_json::from_slice(&json).map_err(|error| format!("the payload does not hold a list of files: {error}"))?;
    Ok(unpacked.files.into_iter().map(|file| (file.path, file.text)).collect())
}
