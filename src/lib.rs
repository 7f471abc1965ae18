//! gen-cse
pub mod arm;
