//! gen-cse

pub mod report;
pub mod wire;
