//! Scripts to the bytes that travel to a node.

pub mod strip;
