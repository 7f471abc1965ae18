use super::exit::{Exit, Outcome};
use super::{Command, MannerArguments, terminal};
use clap::{Args as _, Subcommand as _};
use clap_complete::Shell;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Shell to complete in
    shell: Shell,
}

pub(super) fn run(arguments: &Arguments) -> Outcome {
    let mut command = commands_only();
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut command, "gen-cse", &mut script);
    let script = String::from_utf8_lossy(&script);
    let script = match arguments.shell {
        // clap issue 6421: the name of a command with a hyphen is written in two ways
        Shell::Bash => script.replace("gen__subcmd__cse", "gen__cse"),
        Shell::Fish => script.into_owned() + &fish_values(&command),
        _ => script.into_owned(),
    };
    terminal::print_raw(script.as_bytes())?;
    Ok(Exit::Done)
}

/// Without the arguments of `generate` at the top: shells would offer them, and take the definition for a command.
fn commands_only() -> clap::Command {
    let command = clap::Command::new("gen-cse").version(env!("CARGO_PKG_VERSION"));
    Command::augment_subcommands(MannerArguments::augment_args(command))
}

/// The values of arguments without an option, which the generator for fish leaves out.
fn fish_values(command: &clap::Command) -> String {
    let mut lines = String::new();
    for below in command.get_subcommands() {
        for value in below.get_positionals().flat_map(clap::Arg::get_possible_values) {
            let (name, value) = (below.get_name(), value.get_name());
            lines += &format!("complete -c gen-cse -n \"__fish_gen_cse_using_subcommand {name}\" -f -a {value}\n");
        }
    }
    lines
}
