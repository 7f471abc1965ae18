//! `gen-cse`: the command around the library of the same name.

fn main() -> std::process::ExitCode {
    gen_cse::cli::run()
}
