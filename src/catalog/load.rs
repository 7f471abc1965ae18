//! From a file to data: what it extends, its values over it, types, then checks.

use super::check;
use super::data::Data;
use super::forms::Sha256;
use crate::error::Invalid;
use crate::json::{self, Dialect, Kind, Member, Node, Source, Span};
use crate::report::{Path, Report, codes::reading, either, nearest, show};
use indexmap::IndexMap;

/// The built-in files. `base` holds what the other two have in common.
const FILES: [(&str, &str); 3] = [
    ("aks-engine", include_str!("../../parts/catalog/aks-engine.json")),
    ("aks-engine-azurestack", include_str!("../../parts/catalog/aks-engine-azurestack.json")),
    ("base", include_str!("../../parts/catalog/base.json")),
];

/// How catalogs are read.
const CATALOG: Dialect =
    Dialect { what: "catalog", any_case: false, advice: |key, known| nearest(key, known).map(|near| format!("did you mean `{near}`?")) };

pub(super) fn built_in(name: &str) -> Option<&'static str> {
    FILES.iter().find(|(file, _)| *file == name).map(|(_, text)| *text)
}

/// Reads a catalog, whose file name appears in reports only.
pub(super) fn read(file_name: &str, bytes: &[u8]) -> Result<Data, Box<Invalid>> {
    let mut report = Report::default();
    let source = Source::read(file_name, bytes, &CATALOG, &mut report);
    let data = source.root().and_then(|own| typed(own, &source, &mut report));
    report.locate(&source);
    data.filter(|_| !report.is_fatal()).ok_or_else(|| Box::new(source.refused(report)))
}

fn typed(own: &Node, source: &Source, report: &mut Report) -> Option<Data> {
    let all = whole(own.clone(), source, report);
    // over another catalog than was meant other names would be wrong
    let is_whole = !report.is_unusable(&Path::root().key(EXTENDS));
    let mut data: Data = source.typed(&all, &CATALOG, report)?;
    if is_whole {
        check::check(&data, report);
    }
    data.files.values_mut().flat_map(|file| &mut file.sha256).for_each(Sha256::make_lowercase);
    Some(data)
}

const EXTENDS: &str = "extends";

/// The values of a file over those of all that it extends, which have no place in it. Only built-in files can be extended, so this ends.
fn whole(mut own: Node, source: &Source, report: &mut Report) -> Node {
    let base = match &mut own.kind {
        Kind::Object(members) => members.iter().position(|member| &*member.key == EXTENDS).map(|index| members.remove(index)),
        _ => None,
    };
    let mut all = base.and_then(|base| extended(&base, report)).unwrap_or(Node { kind: Kind::Object(Vec::new()), span: None });
    all.span = own.span;
    merge(&mut all, own, &Path::root(), source, report);
    all
}

/// The built-in file that is named; the nearest where there is none of this name, so that the rest of the file can be looked at.
fn extended(base: &Member, report: &mut Report) -> Option<Node> {
    let names = FILES.map(|(name, _)| name);
    let name = match &base.value.kind {
        Kind::Text(name) => name,
        _ => "",
    };
    let text = built_in(name).or_else(|| {
        let path = Path::root().key(EXTENDS);
        let near = nearest(name, &names);
        let found = if let Kind::Text(name) = &base.value.kind {
            format!("the string {}", show(&path, name))
        } else {
            base.value.kind.name().to_owned()
        };
        let message = format!("found {found}, expected a built-in catalog: {}", either(&names));
        report.error(reading::JSON_VALUE, path, message).help_if(near.map(|near| format!("did you mean `{near}`?")));
        built_in(near.unwrap_or(names[0]))
    })?;
    // nothing is wrong with a built-in file by itself
    let mut nothing = Report::default();
    let mut source = Source::read(name, text.as_bytes(), &CATALOG, &mut nothing);
    let mut all = whole(source.take_root()?, &source, &mut nothing);
    all.forget_places();
    Some(all)
}

/// A value while files are merged.
struct Merging {
    key_span: Option<Span>,
    value: Node,
    /// The file that is merged has given it.
    given: bool,
}

/// JSON Merge Patch (RFC 7396): objects key by key, `null` removes, everything else is replaced. Keys that stand twice are recorded.
fn merge(target: &mut Node, patch: Node, path: &Path, source: &Source, report: &mut Report) {
    let Kind::Object(new) = patch.kind else {
        *target = patch;
        return;
    };
    let old = match &mut target.kind {
        Kind::Object(members) => std::mem::take(members),
        _ => Vec::new(),
    };
    target.span = patch.span;
    let before = old.into_iter().map(|Member { key, key_span, value }| (key, Merging { key_span, value, given: false }));
    let mut merged: IndexMap<Box<str>, Merging> = before.collect();
    for Member { key, key_span, value } in new {
        let entry = merged.entry(key);
        let below = path.key(entry.key().to_string());
        let nothing = || Merging { key_span, value: Node { kind: Kind::Null, span: None }, given: false };
        let member = entry.or_insert_with(nothing);
        if member.given {
            let [first, second] = [member.key_span, key_span].map(|span| span.map(|span| source.place(span)));
            json::repeated(report, below, first, second);
            continue;
        }
        (member.key_span, member.given) = (key_span, true);
        merge(&mut member.value, value, &below, source, report);
    }
    let members = merged.into_iter().filter(|(_, member)| !matches!(member.value.kind, Kind::Null));
    target.kind = Kind::Object(members.map(|(key, Merging { key_span, value, .. })| Member { key, key_span, value }).collect());
}

#[cfg(test)]
mod tests {
    use super::{CATALOG, Kind, Path, Report, Source, merge};

    fn merged(target: &str, patch: &str) -> String {
        let mut report = Report::default();
        let [target, patch] = [target, patch].map(|text| Source::read("a.json", text.as_bytes(), &CATALOG, &mut Report::default()));
        let mut all = target.root().expect("an object").clone();
        merge(&mut all, patch.root().expect("an object").clone(), &Path::root(), &patch, &mut report);
        assert!(report.is_empty());
        shown(&all.kind)
    }

    fn shown(kind: &Kind) -> String {
        match kind {
            Kind::Object(members) => {
                let members = members.iter().map(|member| format!("\"{}\":{}", member.key, shown(&member.value.kind)));
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            }
            Kind::List(elements) => format!("[{}]", elements.iter().map(|element| shown(&element.kind)).collect::<Vec<_>>().join(",")),
            Kind::Text(text) => format!("\"{text}\""),
            Kind::Number(number) => number.to_string(),
            other => other.name().to_owned(),
        }
    }

    #[test]
    fn merging_follows_rfc_7396() {
        // pairs of RFC 7396, appendix A, as far as both sides are objects
        let cases = [
            (r#"{"a":"b"}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
            (r#"{"a":"b"}"#, r#"{"b":"c"}"#, r#"{"a":"b","b":"c"}"#),
            (r#"{"a":"b"}"#, r#"{"a":null}"#, "{}"),
            (r#"{"a":"b","b":"c"}"#, r#"{"a":null}"#, r#"{"b":"c"}"#),
            (r#"{"a":["b"]}"#, r#"{"a":"c"}"#, r#"{"a":"c"}"#),
            (r#"{"a":"c"}"#, r#"{"a":["b"]}"#, r#"{"a":["b"]}"#),
            (r#"{"a":{"b":"c"}}"#, r#"{"a":{"b":"d","c":null}}"#, r#"{"a":{"b":"d"}}"#),
            (r#"{"a":[{"b":"c"}]}"#, r#"{"a":[1]}"#, r#"{"a":[1]}"#),
            ("{}", r#"{"a":{"bb":{"ccc":null}}}"#, r#"{"a":{"bb":{}}}"#),
        ];
        for (target, patch, expected) in cases {
            assert_eq!(merged(target, patch), expected);
        }
    }
}
