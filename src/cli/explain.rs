use super::{Exit, Failure, Outcome};
use crate::plan::{ENGINE_EXIT_CODES, STEPS};
use crate::report::{codes, nearest};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Diagnostic code (pool-name) or exit code of the extension (21); without one, all are listed
    #[arg(allow_negative_numbers = true)]
    code: Option<String>,
}

pub(super) fn run(arguments: &Arguments) -> Outcome {
    let text = match arguments.code.as_deref() {
        None => list(),
        Some(code) => match code.parse::<i64>() {
            Ok(number) => explain_exit_code(number)?,
            Err(_) => explain_diagnostic(code)?,
        },
    };
    super::print(&text)?;
    Ok(Exit::Done)
}

fn list() -> String {
    let mut text = String::from("Exit codes of the extension\n\n");
    for code in &ENGINE_EXIT_CODES {
        text += &format!("{:>4}  {}\n", code.exit_code, code.title);
    }
    for step in STEPS {
        text += &format!("{:>4}  {}: {}\n", step.exit_code, step.id, step.title);
    }
    text += "\nDiagnostic codes\n\n";
    for code in codes::all() {
        text += &format!("  {:<8} {:<28} {}\n", code.severity, code.id, code.title);
    }
    text
}

fn explain_exit_code(number: i64) -> Result<String, Failure> {
    if number == 0 {
        return Ok("0: the node is complete, or will be after the restart that result.json names\n".to_owned());
    }
    if let Some(code) = ENGINE_EXIT_CODES.iter().find(|code| i64::from(code.exit_code) == number) {
        return Ok(format!("{number}: {}\n\nWhat it means: {}\nWhat to do: {}\n", code.title, code.means, code.remedy));
    }
    let step = STEPS.iter().find(|step| i64::from(step.exit_code) == number);
    let step = step.ok_or_else(|| Failure::new(Exit::Usage, format!("no exit code `{number}`; `gen-cse explain` lists all")))?;
    let (id, title, means, remedy) = (step.id, step.title, step.means, step.remedy);
    let evidence = r"C:\AzureData\gen-cse\result.json and events.jsonl";
    Ok(format!("{number}: step {id} ({title}) failed\n\nWhat it means: {means}\nWhat to do: {remedy}\nWhere to look: {evidence}\n"))
}

fn explain_diagnostic(id: &str) -> Result<String, Failure> {
    let code = codes::find(id).ok_or_else(|| {
        let ids: Vec<_> = codes::all().map(|code| code.id).collect();
        let hint = nearest(id, &ids).map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        Failure::new(Exit::Usage, format!("no diagnostic code `{id}`{hint}"))
    })?;
    let indent = |example: &str| example.lines().map(|line| format!("    {line}\n")).collect::<String>();
    Ok(format!("{}: {}\n\n{}\n\nwrong:\n{}\nright:\n{}", code.id, code.title, code.explanation, indent(code.wrong), indent(code.right)))
}
