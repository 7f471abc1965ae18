use super::catalog::CatalogArguments;
use super::exit::{Exit, Failure, Outcome, without_full_stop};
use super::findings::{self, Shown};
use super::generate::{NodeArguments, invalid};
use super::settings::Settings;
use super::told::Told;
use super::values::ValueArguments;
use super::{input, progress, result, terminal};
use crate::explain::{Explanation, Image};
use crate::generate::{self, Generated, Options};
use crate::plan::{ENGINE_EXIT_CODES, STEPS, Step};
use crate::report::{codes, nearest};
use crate::vhd::Manifest;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Cluster definition (a file, or - for standard input), diagnostic code (pool-name), exit code of the extension (21) or step
    /// (artifacts); without one, all codes are listed
    #[arg(allow_negative_numbers = true, value_name = "APIMODEL|CODE")]
    what: Option<String>,
    #[command(flatten)]
    definition: DefinitionArguments,
}

/// What is asked of a definition.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Of a definition")]
struct DefinitionArguments {
    /// vhd (prepared), stock, or the manifest.json of an image that was built; several stand side by side [default: vhd stock]
    #[arg(long, value_name = "vhd|stock|MANIFEST")]
    image: Vec<String>,
    /// Only this Windows pool; may be given several times
    #[arg(long, value_name = "NAME")]
    pool: Vec<String>,
    /// How it is told
    #[arg(long, value_enum, default_value = "text")]
    format: Told,
    /// Write one page for a browser, which needs no network
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, conflicts_with = "format")]
    html: Option<PathBuf>,
    /// result.json, events.jsonl or log collection of a node that ran, for the page's time line; may be given several times
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, requires = "html")]
    result: Vec<PathBuf>,
    #[command(flatten)]
    values: ValueArguments,
    #[command(flatten)]
    catalog: CatalogArguments,
    #[command(flatten)]
    node: NodeArguments,
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

/// What our pages begin with; a file that begins otherwise is somebody else's.
const PAGE_START: &[u8] = b"<!doctype html>";

const EVIDENCE: &str = r"C:\AzureData\gen-cse\result.json and events.jsonl";

pub(super) fn run(arguments: &Arguments) -> Outcome {
    let text = match arguments.what.as_deref() {
        Some(what) if is_file(what) => return definition(Path::new(what), &arguments.definition),
        _ if arguments.definition.is_given() => {
            return Err(Failure::usage(
                "--image, --pool, --format and --html are for a cluster definition: `gen-cse explain apimodel.json`",
            ));
        }
        None => list(),
        Some(code) => match code.trim().parse::<i64>() {
            Ok(number) => exit_code(number)?,
            Err(_) => word(code)?,
        },
    };
    terminal::print(&text)?;
    Ok(Exit::Done)
}

/// No code is called like a file.
fn is_file(what: &str) -> bool {
    let path = Path::new(what);
    input::is_standard_input(path) || path.is_file() || path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"))
}

// ---- definitions --------------------------------------------------------------------------------------------------------

impl DefinitionArguments {
    fn is_given(&self) -> bool {
        !self.image.is_empty() || !self.pool.is_empty() || self.format != Told::Text || self.html.is_some()
    }
}

fn definition(path: &Path, arguments: &DefinitionArguments) -> Outcome {
    let (generated, options) = generated(path, arguments)?;
    let images = images(&generated, &options, &arguments.image)?;
    let explanation = Explanation::of(&generated, &options.catalog, &images);
    if let Some(file) = &arguments.html {
        let nodes = if arguments.result.is_empty() { None } else { Some(result::nodes(&arguments.result)?) };
        let page = explanation.to_html(&generated, nodes.as_ref()).map_err(|error| Failure::new(Exit::Invalid, error.to_string()))?;
        return write(&page, file);
    }
    match arguments.format {
        Told::Text => terminal::print(&explanation.to_text())?,
        Told::Markdown => terminal::print(&explanation.to_markdown())?,
        Told::Json => terminal::print_json(&explanation)?,
    }
    Ok(Exit::Done)
}

fn write(page: &str, file: &Path) -> Outcome {
    if input::is_standard_input(file) {
        terminal::print_raw(page.as_bytes())?;
        return Ok(Exit::Done);
    }
    if file.exists() && !std::fs::read(file).is_ok_and(|there| there.starts_with(PAGE_START)) {
        return Err(Failure::new(Exit::Io, format!("`{}` is no page and is not replaced: name another file", file.display())));
    }
    let failed =
        |error: std::io::Error| Failure::new(Exit::Io, format!("cannot write `{}`: {}", file.display(), without_full_stop(&error)));
    std::fs::write(file, page).map_err(failed)?;
    if !terminal::is_quiet() {
        terminal::complain(&format!("{} written: open it in a browser\n", file.display()));
    }
    Ok(Exit::Done)
}

/// Findings are told only where they refuse the definition: `validate` is for the others.
fn generated(path: &Path, arguments: &DefinitionArguments) -> Result<(Generated, Options), Failure> {
    let definition = input::json(path)?;
    let settings = Settings::around(path)?;
    let set = arguments.values.read()?;
    let mut options = Options::new(arguments.catalog.load(&settings, &definition, &set)?);
    options.file_name = input::shown_name(path);
    options.set = set;
    options.pools.clone_from(&arguments.pool);
    options.node = arguments.node.options()?;
    let checked = generate::check(&definition, &options);
    if checked.report.is_fatal() {
        findings::show(&[checked.source.checked(&checked.report)], Shown::Human)?;
        return Err(invalid(&checked.refused()));
    }
    let generated = progress::during("generating", || checked.generate()).map_err(|error| invalid(&error))?;
    Ok((generated, options))
}

fn images(generated: &Generated, options: &Options, wanted: &[String]) -> Result<Vec<Image>, Failure> {
    let (cluster, catalog) = (&generated.cluster, &options.catalog);
    let image = |word: &str| match word {
        "vhd" => Ok(Image::prepared(cluster, catalog)),
        "stock" => Ok(Image::stock(cluster, catalog)),
        file => built(file),
    };
    if wanted.is_empty() { ["vhd", "stock"].map(image).into_iter().collect() } else { wanted.iter().map(|word| image(word)).collect() }
}

fn built(file: &str) -> Result<Image, Failure> {
    let path = Path::new(file);
    if !input::is_standard_input(path) && !path.exists() {
        return Err(Failure::usage(format!("--image: `{file}` is neither `vhd` nor `stock`, and there is no such manifest.json")));
    }
    let manifest = Manifest::from_json(&input::text(path)?);
    manifest.map(|manifest| Image::Built(Box::new(manifest))).map_err(|error| Failure::new(Exit::Invalid, format!("{file}: {error}")))
}

// ---- codes and steps ----------------------------------------------------------------------------------------------------

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
