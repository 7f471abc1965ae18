//! `gen-cse`: the command around the library of the same name.

mod cli;

fn main() -> std::process::ExitCode {
    cli::run()
}
