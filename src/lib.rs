//! gen-cse

pub mod report;
