//! gen-cse

pub mod pack;
