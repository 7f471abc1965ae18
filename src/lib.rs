//! Turns an aks-engine cluster definition (API model, `apiVersion: vlabs`) into ARM whose Windows agent pools bootstrap themselves: custom data
//! plus a Custom Script Extension that make a Kubernetes node of a fresh VM. On an image with the files baked in nothing is downloaded; on a
//! stock Windows Server everything still works, only slower.
//!
//! # From a definition to a template
//!
//! A [`Catalog`] says what the nodes of each Kubernetes version need. [`generate`](fn@generate) gives, for each Windows pool, a [`Fragment`]: the
//! resources of the pool with the parameters and variables they need, to be merged into a template of one's own.
//!
//! ```
//! use gen_cse::{Catalog, Error, Options, generate};
//! use gen_cse::arm_template::Template;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let definition = include_str!("../apimodels/valid/containerd-azure-vmss.json");
//! let options = Options::new(Catalog::built_in("aks-engine")?);
//! let generated = match generate(definition, &options) {
//!     Ok(generated) => generated,
//!     Err(Error::Invalid(invalid)) => panic!("{}", invalid.lines()),
//!     Err(error) => return Err(error.into()),
//! };
//!
//! let mut template = Template::default();
//! for pool in &generated.pools {
//!     println!("{}: {} bytes of custom data", pool.name(), pool.sizes.custom_data_bytes);
//!     template.merge([pool.fragment.template()]).map_err(|conflicts| format!("{conflicts:?}"))?;
//! }
//! assert!(template.to_text().contains("commandToExecute"));
//! # Ok(())
//! # }
//! ```
//!
//! `examples/embed.rs` does this as a program; `examples/host_template.rs` merges a fragment into a template that makes the network, too, and
//! lets the pool wait for it ([`Fragment::after`]). Who wants nothing else takes the whole [`Generated::template`] with its
//! [`parameters`](Generated::parameters), or every file the command would write ([`Generated::files`]).
//!
//! # What is wrong with a definition
//!
//! [`check`] finds everything in one run. Each [`Diagnostic`] has a [`Code`], the path of the value, its line and column, and what to do; the
//! [`Report`] holds them all. A definition without errors [generates](Checked::generate) with the options it was checked with.
//!
//! ```
//! use gen_cse::{Catalog, Options, check};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let definition = br#"{ "apiVersion": "vlabs", "properties": { "agentPoolProfiles": [{ "name": "Win_pool2" }] } }"#;
//! let checked = check(definition, &Options::new(Catalog::built_in("aks-engine")?));
//! let found = checked.report.errors().find(|error| error.code.id == "pool-name").expect("a wrong name is found");
//! assert_eq!(found.path.to_string(), "properties.agentPoolProfiles[0].name");
//! assert_eq!(found.message, "`Win_pool2` is not a valid pool name");
//! # Ok(())
//! # }
//! ```
//!
//! # Secrets
//!
//! [`Generated::parameters`] and the file made of it hold the definition's secrets, nothing else does: no template, no custom data, no
//! diagnostic, no error. Where `Debug` prints one of the types here it leaves them out.
//!
//! # Features
//!
//! All are on by default. `cli` is the command, `schema` the JSON Schemas, `emit` writes and compares folders and shows findings with an excerpt
//! of the file. A program that only generates leaves out all three (`default-features = false`).

// what only the command, images or folders need is nobody's mistake in a library without them
#![cfg_attr(not(all(feature = "cli", feature = "emit", feature = "schema", feature = "vhd")), allow(dead_code, unused_imports))]

mod advice;
mod arm;
mod catalog;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
#[cfg(feature = "cli")]
mod diff;
mod emit;
mod error;
#[cfg(feature = "cli")]
mod explain;
mod file_name;
mod generate;
#[cfg(feature = "cli")]
mod inspect;
mod json;
mod machines;
mod merge;
mod model;
mod pack;
mod plan;
mod render;
mod report;
#[cfg(feature = "cli")]
mod result;
mod validate;
#[cfg(feature = "vhd")]
mod vhd;
mod wire;
mod words;

pub use arm::Fragment;
pub use arm_template;
pub use catalog::Catalog;
pub use error::Error;
pub use generate::{Checked, Generated, Options, Pool, check, generate};
pub use merge::{Changes, MergeError, merge};
pub use report::{Code, Diagnostic, Report};
pub use wire::ClusterDefinition;

// tests of a room name things as other rooms do
#[cfg(test)]
extern crate self as gen_cse;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
