//! Strips the scripts of `parts/windows` and deflates them, in the sets of `src/pack/bodies.txt`: as tightly as deflate can be
//! takes a second, and a payload is to be made in less than a millisecond. What comes out depends on the scripts alone: zopfli
//! is built without `std`, so that it brings its own logarithm, the same on every machine.

#[allow(dead_code, unreachable_pub, reason = "it is a module of the library")]
#[path = "src/pack/strip.rs"]
mod strip;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::{env, fs, thread};

struct Script {
    /// Below `parts/windows`, with `/`.
    path: String,
    source: String,
    text: String,
    /// `{"path":...,"text":...}`
    entry: String,
}

fn main() {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it"));
    for path in ["build.rs", "parts/windows", "src/pack/strip.rs", "src/pack/bodies.txt", "src/pack/order.txt"] {
        println!("cargo::rerun-if-changed={path}");
    }
    let lines = |file: &str| -> Vec<String> {
        let text = fs::read_to_string(root.join("src/pack").join(file)).unwrap_or_else(|error| panic!("src/pack/{file}: {error}"));
        text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
    };
    let order = lines("order.txt");
    let mut scripts = read(&root.join("parts/windows"));
    scripts.sort_by_key(|script| (order.iter().position(|path| *path == script.path).unwrap_or(order.len()), script.path.clone()));
    let custom_data = scripts.iter().position(|script| script.path == "bootstrap/customdata.ps1").map(|index| scripts.remove(index).text);
    let sets = sets(&lines("bodies.txt"), &scripts);
    let bodies: Vec<Vec<u8>> = thread::scope(|scope| {
        let workers: Vec<_> = sets.iter().map(|set| scope.spawn(|| deflate(set, &scripts))).collect();
        workers.into_iter().map(|worker| worker.join().expect("zopfli does not panic")).collect()
    });
    let companions = companions(&lines("bodies.txt"));
    let tables = tables(&out, &scripts, &companions, &custom_data.unwrap_or_default(), &sets, &bodies);
    fs::write(out.join("scripts.rs"), tables).expect("OUT_DIR can be written");
}

/// Every script of the four folders, stripped.
fn read(root: &Path) -> Vec<Script> {
    let mut scripts = Vec::new();
    for folder in ["bootstrap", "lib", "steps", "node"] {
        let Ok(entries) = fs::read_dir(root.join(folder)) else { continue };
        for entry in entries {
            let name = entry.expect("a readable folder").file_name().into_string().expect("a name in ASCII");
            let path = format!("{folder}/{name}");
            if name.ends_with(".ps1") {
                let source = fs::read_to_string(root.join(&path)).unwrap_or_else(|error| panic!("parts/windows/{path}: {error}"));
                let text = strip::strip(&source).unwrap_or_else(|error| panic!("parts/windows/{path}: {error}"));
                let entry = format!("{{\"path\":\"{}\",\"text\":\"{}\"}}", escape(&path.replace('/', "\\")), escape(&text));
                scripts.push(Script { path, source, text, entry });
            }
        }
    }
    scripts
}

/// JSON's escapes for what a stripped script can hold.
fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\t', "\\t")
}

/// Indices of the scripts of each body, in the payload's order.
fn sets(lines: &[String], scripts: &[Script]) -> Vec<Vec<usize>> {
    let words: Vec<Vec<&str>> = lines.iter().map(|line| line.split_whitespace().collect()).collect();
    let optional: Vec<&str> = words.iter().filter(|words| words[0] == "optional").map(|words| words[1]).collect();
    let bodies = words.iter().filter(|words| words[0] == "body").map(|words| words[1..].to_vec());
    let is_in = |body: &[&str], path: &str| !optional.contains(&path) || body.contains(&path);
    std::iter::once(Vec::new())
        .chain(bodies)
        .map(|body| (0..scripts.len()).filter(|&index| is_in(&body, &scripts[index].path)).collect())
        .collect()
}

/// Optional scripts with the scripts each is packed with; a step's own script is packed with the step.
fn companions(lines: &[String]) -> BTreeMap<String, Vec<String>> {
    let optional = lines.iter().filter_map(|line| line.strip_prefix("optional "));
    let entry = |line: &str| match line.split_once(" with ") {
        Some((path, with)) => (path.trim().to_owned(), with.split_whitespace().map(str::to_owned).collect()),
        None => (line.trim().to_owned(), vec![line.trim().to_owned()]),
    };
    optional.map(entry).collect()
}

/// The end of the payload's JSON, from the first script of the body on, as one deflate stream.
fn deflate(set: &[usize], scripts: &[Script]) -> Vec<u8> {
    let entries: Vec<&str> = set.iter().map(|&index| scripts[index].entry.as_str()).collect();
    let options = zopfli::Options { iteration_count: NonZeroU64::new(5).expect("not zero"), ..zopfli::Options::default() };
    let mut encoder = zopfli::DeflateEncoder::new(options, zopfli::BlockType::Dynamic, Vec::new());
    zopfli::Write::write_all(&mut encoder, format!("{}]}}", entries.join(",")).as_bytes()).expect("a vector takes all");
    encoder.finish().expect("a vector takes all")
}

/// Bytes of the deflated body that each script takes: as another compressor divides them up.
fn shares(set: &[usize], scripts: &[Script], deflated: usize) -> Vec<usize> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    let mut ends = Vec::new();
    for &index in set {
        encoder.write_all(scripts[index].entry.as_bytes()).and_then(|()| encoder.flush()).expect("a vector takes all");
        ends.push(encoder.get_ref().len());
    }
    let all = ends.last().copied().unwrap_or(1);
    ends.iter().scan(0, |before, &end| Some(deflated * (end - std::mem::replace(before, end)) / all)).collect()
}

/// `steps/<id>.ps1` is the script of the step with this id.
fn step_id(path: &str) -> Option<&str> {
    path.strip_prefix("steps/")?.strip_suffix(".ps1")
}

/// Rust with the tables `SCRIPTS`, `CUSTOM_DATA` and `BODIES`; long texts stand in files of their own.
fn tables(
    out: &Path,
    scripts: &[Script],
    companions: &BTreeMap<String, Vec<String>>,
    custom_data: &str,
    sets: &[Vec<usize>],
    bodies: &[Vec<u8>],
) -> String {
    let file = |name: String, bytes: &[u8]| {
        fs::write(out.join(&name), bytes).expect("OUT_DIR can be written");
        format!("concat!(env!(\"OUT_DIR\"), \"/{name}\")")
    };
    let script = |script: &Script| {
        let name = script.path.replace('/', "-");
        let text = file(format!("{name}.text"), script.text.as_bytes());
        let entry = file(format!("{name}.json"), script.entry.as_bytes());
        let source = file(format!("{name}.source"), script.source.as_bytes());
        let path = script.path.replace('/', "\\");
        let with = companions.get(&script.path);
        format!(
            "    Script {{ path: {path:?}, with: {}, source: include_str!({source}), text: include_str!({text}), entry: include_str!({entry}) }},\n",
            with.map_or("None".to_owned(), |with| format!("Some(&{:?})", with.iter().map(|word| step_id(word).unwrap_or(word)).collect::<Vec<_>>()))
        )
    };
    let body = |index: usize| {
        let deflated = file(format!("body-{index}.deflate"), &bodies[index]);
        let shares = shares(&sets[index], scripts, bodies[index].len());
        format!("    Body {{ scripts: &{:?}, deflated: include_bytes!({deflated}), shares: &{shares:?} }},\n", sets[index])
    };
    let scripts: String = scripts.iter().map(script).collect();
    let bodies: String = (0..bodies.len()).map(body).collect();
    let custom_data = file("customdata.text".into(), custom_data.as_bytes());
    format!(
        "pub(super) const SCRIPTS: &[Script] = &[\n{scripts}];\n\
         pub(super) const BODIES: &[Body] = &[\n{bodies}];\n\
         pub(super) const CUSTOM_DATA: &str = include_str!({custom_data});\n"
    )
}
