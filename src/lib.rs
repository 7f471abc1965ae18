//! gen-cse
