//! stub
pub mod defaults;
