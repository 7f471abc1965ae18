//! The public names: a change of the surface is seen in review. `INSTA_UPDATE=always cargo test --test surface` takes what is there.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use syn::{Fields, ImplItem, Item, UseTree, Visibility};

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a source folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.components().any(|part| part.as_os_str() == "tests")
        {
            found.push(path);
        }
    }
}

fn parse(path: &Path) -> syn::File {
    let text = fs::read_to_string(path).expect("a source file");
    syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// Name and room of what a `use` brings.
fn names(tree: &UseTree, room: &str, found: &mut Vec<(String, String)>) {
    match tree {
        UseTree::Path(path) => names(&path.tree, &path.ident.to_string(), found),
        UseTree::Name(name) => found.push((name.ident.to_string(), room.to_owned())),
        UseTree::Rename(rename) => found.push((rename.rename.to_string(), room.to_owned())),
        UseTree::Group(group) => group.items.iter().for_each(|tree| names(tree, room, found)),
        UseTree::Glob(_) => found.push(("*".to_owned(), room.to_owned())),
    }
}

/// What lib.rs hands out.
fn handed_out(root: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for item in parse(&root.join("src/lib.rs")).items {
        match item {
            Item::Use(item) if is_public(&item.vis) => names(&item.tree, "", &mut found),
            Item::Mod(item) if is_public(&item.vis) => found.push((format!("mod {}", item.ident), String::new())),
            Item::Fn(item) if is_public(&item.vis) => found.push((format!("fn {}", item.sig.ident), String::new())),
            _ => {}
        }
    }
    found.sort();
    found
}

/// Public fields, variants and methods of every type of a room, by its name.
fn members(root: &Path, room: &str) -> BTreeMap<String, Vec<String>> {
    let mut files = Vec::new();
    let folder = root.join("src").join(room);
    if folder.is_dir() {
        rust_files(&folder, &mut files);
    } else {
        files.push(folder.with_extension("rs"));
    }
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for item in files.iter().flat_map(|path| parse(path).items) {
        match item {
            Item::Struct(item) => {
                let Fields::Named(fields) = item.fields else { continue };
                let public = fields.named.into_iter().filter(|field| is_public(&field.vis)).filter_map(|field| field.ident);
                found.entry(item.ident.to_string()).or_default().extend(public.map(|name| format!(".{name}")));
            }
            Item::Enum(item) if is_public(&item.vis) => {
                found.entry(item.ident.to_string()).or_default().extend(item.variants.iter().map(|variant| format!("::{}", variant.ident)));
            }
            Item::Impl(item) if item.trait_.is_none() => {
                let syn::Type::Path(of) = *item.self_ty else { continue };
                let name = of.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
                let public = item.items.into_iter().filter_map(|item| match item {
                    ImplItem::Fn(function) if is_public(&function.vis) => Some(format!("::{}()", function.sig.ident)),
                    ImplItem::Const(constant) if is_public(&constant.vis) => Some(format!("::{}", constant.ident)),
                    _ => None,
                });
                found.entry(name).or_default().extend(public);
            }
            _ => {}
        }
    }
    found
}

#[test]
fn the_surface_is_that_of_the_snapshot() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut surface = String::new();
    for (name, room) in handed_out(root) {
        surface += &format!("{name}\n");
        let is_type = name.starts_with(char::is_uppercase);
        let mut own = if is_type { members(root, &room).remove(&name).unwrap_or_default() } else { Vec::new() };
        own.sort();
        for member in own {
            surface += &format!("  {member}\n");
        }
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("surface", surface));
}
