use super::exit::{Exit, Failure, Outcome};
use super::terminal;
use clap_mangen::Man;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Command whose page is printed; without one, that of gen-cse
    command: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> Outcome {
    let mut command = super::command();
    command.build();
    let page = match &arguments.command {
        None => Man::new(command),
        Some(name) => {
            let below = command.find_subcommand(name).cloned();
            let below = below.ok_or_else(|| Failure::usage(format!("no command `{name}`; `gen-cse --help` lists all")))?;
            Man::new(below.name(format!("gen-cse-{name}")).version(env!("CARGO_PKG_VERSION")))
        }
    };
    let mut text = Vec::new();
    // writing to memory cannot fail
    let _ = page.render(&mut text);
    terminal::print_raw(&text)?;
    Ok(Exit::Done)
}
