//! The command in use: by newcomers, every day, in pipelines, and by those who want to break it.

#![cfg(feature = "cli")]

#[path = "../command/mod.rs"]
mod command;

mod catalogs;
mod docs;
mod documents;
mod explained;
mod leaks;
mod output;
mod records;
mod shells;
mod terminal;
