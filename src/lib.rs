//! Turns an aks-engine cluster definition into ARM whose Windows agent pools bootstrap themselves.

mod advice;
pub mod arm;
pub mod catalog;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
pub mod emit;
mod error;
mod file_name;
pub mod generate;
pub mod inspect;
pub mod merge;
pub mod model;
pub mod pack;
pub mod plan;
pub mod render;
pub mod report;
#[cfg(feature = "cli")]
pub mod result;
pub mod validate;
#[cfg(feature = "vhd")]
pub mod vhd;
pub mod wire;

pub use arm_template;
pub use catalog::Catalog;
pub use error::Error;
pub use generate::{Bundle, Checked, Options, check, generate};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
