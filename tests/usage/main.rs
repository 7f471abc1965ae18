//! The command in use: by newcomers, every day, in pipelines, and by those who want to break it.

#[path = "../command/mod.rs"]
mod command;

mod docs;
mod documents;
mod leaks;
mod output;
mod shells;
mod terminal;
