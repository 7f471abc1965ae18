//! gen-cse
fn main() {}
