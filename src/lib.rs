//! Turns an aks-engine cluster definition into ARM whose Windows agent pools bootstrap themselves.

pub mod catalog;
pub mod model;
pub mod plan;
pub mod render;
pub mod report;
pub mod validate;
pub mod wire;
