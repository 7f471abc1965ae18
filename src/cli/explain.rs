use super::exit::{Exit, Failure, Outcome};
use super::terminal;
use crate::plan::{ENGINE_EXIT_CODES, STEPS, Step};
use crate::report::{codes, nearest};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Diagnostic code (pool-name), exit code of the extension (21) or step (artifacts); without one, all are listed
    #[arg(allow_negative_numbers = true)]
    code: Option<String>,
}

/// Exit codes that do not come from our scripts, and what they mean.
const OTHERS: &[(i64, &str, &str, &str)] = &[
    (
        -2_146_233_088,
        "PowerShell could not run the script",
        "0x80131500: powershell.exe ended with an exception of .NET before the first step, or the script was not there.",
        "Look at C:\\WindowsAzure\\Logs\\Plugins\\Microsoft.Compute.CustomScriptExtension on the node, and whether C:\\AzureData\\CustomData.bin is there.",
    ),
    (
        -196_608,
        "powershell.exe did not find the script",
        "0xFFFD0000: the file that `powershell.exe -File` names is not there.",
        "Look whether C:\\AzureData\\CustomData.bin was copied; a VM made without custom data has none.",
    ),
    (
        -1_073_741_510,
        "the command was interrupted",
        "0xC000013A (STATUS_CONTROL_C_EXIT): the extension's process was ended from outside, by a restart of the node for example.",
        "Look whether something restarted the node; running the extension again goes on where it stopped.",
    ),
    (
        -1_073_741_502,
        "a process could not start",
        "0xC0000142 (STATUS_DLL_INIT_FAILED): Windows was shutting down or had no memory for another process.",
        "Look at the System event log of the node for a restart at that time.",
    ),
];

const EVIDENCE: &str = r"C:\AzureData\gen-cse\result.json and events.jsonl";

pub(super) fn run(arguments: &Arguments) -> Outcome {
    let text = match arguments.code.as_deref() {
        None => list(),
        Some(code) => match code.trim().parse::<i64>() {
            Ok(number) => exit_code(number)?,
            Err(_) => word(code)?,
        },
    };
    terminal::print(&text)?;
    Ok(Exit::Done)
}

fn list() -> String {
    let mut rows: Vec<(u8, String)> = ENGINE_EXIT_CODES.iter().map(|code| (code.exit_code, code.title.to_owned())).collect();
    rows.extend(STEPS.iter().map(|step| (step.exit_code, format!("{}: {}", step.id, step.title))));
    rows.sort();
    let mut text = String::from("Exit codes of the extension\n\n");
    text.extend(rows.iter().map(|(code, title)| format!("{code:>5}  {title}\n")));
    text += "\nDiagnostic codes\n\n";
    text.extend(codes::all().map(|code| format!("  {:<8} {:<28} {}\n", code.severity.name(), code.id, code.title)));
    text
}

fn exit_code(number: i64) -> Result<String, Failure> {
    if number == 0 {
        return Ok("0: the node is complete, or will be after the restart that result.json names\n".to_owned());
    }
    if let Some(code) = ENGINE_EXIT_CODES.iter().find(|code| i64::from(code.exit_code) == number) {
        return Ok(format!("{number}: {}\n\nWhat it means: {}\nWhat to do: {}\n", code.title, code.means, code.remedy));
    }
    if let Some((_, title, means, remedy)) = OTHERS.iter().find(|(code, ..)| *code == number) {
        return Ok(format!("{number}: {title}\n\nWhat it means: {means}\nWhat to do: {remedy}\n"));
    }
    match STEPS.iter().find(|step| i64::from(step.exit_code) == number) {
        Some(step) => Ok(explain_step(step)),
        None => Err(Failure::usage(format!("no exit code `{number}`; `gen-cse explain` lists all"))),
    }
}

fn explain_step(step: &Step) -> String {
    let Step { exit_code, id, title, means, remedy, .. } = step;
    format!("{exit_code}: step {id} ({title}) failed\n\nWhat it means: {means}\nWhat to do: {remedy}\nWhere to look: {EVIDENCE}\n")
}

/// A code or a step as people copy it: `error[pool-name]`, `POOL-NAME`, `[pool-name]:`.
fn word(given: &str) -> Result<String, Failure> {
    let inner = given.split_once('[').and_then(|(_, rest)| rest.split_once(']')).map_or(given, |(inner, _)| inner);
    let id = inner.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    if let Some(code) = codes::find(&id) {
        return Ok(code.explain());
    }
    if let Some(step) = STEPS.iter().find(|step| step.id == id) {
        return Ok(explain_step(step));
    }
    let ids: Vec<_> = codes::all().map(|code| code.id).chain(STEPS.iter().map(|step| step.id)).collect();
    let near = nearest(&id, &ids).map_or(String::new(), |near| format!("; did you mean `{near}`?"));
    Err(Failure::usage(format!("no diagnostic code or step `{given}`{near}; `gen-cse explain` lists all")))
}
