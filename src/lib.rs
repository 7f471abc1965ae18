//! gen-cse
pub mod arm;
pub mod emit;
