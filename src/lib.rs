//! gen-cse

pub mod catalog;
