//! The functions, as "ARM template functions" describes them; characters are UTF-16 units, as .NET counts.

use super::deployment::Deployment;
use super::resolved::{Piece, Resolved, Text, is_same_name};
use crate::expression::Expr;
use crate::functions as arm;
use indexmap::IndexMap;
use std::sync::Arc;

/// The value; nothing when it cannot be told before the deployment; or what is wrong with the arguments.
pub(super) type Outcome = Result<Option<Resolved>, String>;

/// Applies a function by its name in lower case.
pub(super) fn apply(name: &str, arguments: &[Resolved]) -> Outcome {
    match (name, arguments) {
        ("true", []) => known(Resolved::Bool(true)),
        ("false", []) => known(Resolved::Bool(false)),
        ("null", []) => known(Resolved::Null),
        ("concat", arguments) => concat(arguments),
        ("string", [Resolved::Null]) => Err("a null has no text".to_owned()),
        ("string", [value]) => known(Resolved::Text(string(value))),
        ("base64", [value]) => known(Resolved::Text(text(value)?.base64())),
        ("base64tostring", [value]) => base64_to_string(value),
        ("createarray", items) => known(list(items.to_vec())),
        ("createobject", entries) => create_object(entries),
        ("union", values) => union(values),
        ("length", [value]) => length(value),
        ("empty", [value]) => empty(value),
        ("equals", [a, b]) => equals(a, b),
        ("not", [value]) => not(value),
        ("contains", [container, item]) => contains(container, item),
        ("add" | "sub" | "mul" | "div" | "mod", [a, b]) => arithmetic(name, a, b),
        ("int", [value]) => int(value),
        ("min" | "max", [a, b]) => extreme(name, a, b),
        ("replace", [value, old, new]) => replace(value, old, new),
        ("substring", [value, start, length]) => substring(value, start, Some(length)),
        ("substring", [value, start]) => substring(value, start, None),
        ("take", [value, count]) => slice(value, count, |all, n| &all[..n], |all, n| &all[..n]),
        ("skip", [value, count]) => slice(value, count, |all, n| &all[n..], |all, n| &all[n..]),
        ("first", [value]) => end(value, <[u16]>::first, <[Resolved]>::first),
        ("last", [value]) => end(value, <[u16]>::last, <[Resolved]>::last),
        ("startswith", [value, part]) => edge(value, part, |value, part| value.starts_with(part)),
        ("endswith", [value, part]) => edge(value, part, |value, part| value.ends_with(part)),
        ("split", [value, delimiter]) => split(value, delimiter),
        ("tolower", [value]) => cased(value, lower),
        ("toupper", [value]) => cased(value, upper),
        ("padleft", [value, length]) => pad_left(value, length, " "),
        ("padleft", [value, length, fill]) => match text(fill)?.known() {
            Some(fill) => pad_left(value, length, fill),
            None => Ok(None),
        },
        (name, arguments) if EVALUATED.contains(&name) => Err(format!("it does not take {} arguments", arguments.len())),
        _ => Ok(None),
    }
}

/// Functions whose number of arguments is known here.
const EVALUATED: [&str; 31] = [
    "true",
    "false",
    "null",
    "string",
    "base64",
    "base64tostring",
    "length",
    "empty",
    "equals",
    "not",
    "contains",
    "add",
    "sub",
    "mul",
    "div",
    "mod",
    "replace",
    "substring",
    "take",
    "skip",
    "first",
    "last",
    "startswith",
    "endswith",
    "split",
    "tolower",
    "toupper",
    "padleft",
    "int",
    "min",
    "max",
];

/// The number that a text says, or that is one.
fn int(value: &Resolved) -> Outcome {
    match value {
        Resolved::Unknown(_) => Ok(None),
        Resolved::Text(text) => match text.known() {
            Some(text) => text.trim().parse().map(|found| Some(number(found))).map_err(|_| format!("`{text}` is no integer")),
            None => Ok(None),
        },
        other => known(number(integer(other)?)),
    }
}

/// The smaller or the larger of two numbers.
fn extreme(name: &str, a: &Resolved, b: &Resolved) -> Outcome {
    if matches!(a, Resolved::Unknown(_)) || matches!(b, Resolved::Unknown(_)) {
        return Ok(None);
    }
    let (a, b) = (integer(a)?, integer(b)?);
    known(Resolved::Number(if name == "min" { a.min(b) } else { a.max(b) }.into()))
}

/// The element or property of a value.
pub(super) fn select(value: &Resolved, step: &Resolved) -> Result<Resolved, String> {
    match (value, step) {
        (Resolved::Unknown(call), step) => Ok(Resolved::Unknown(call.clone().at(step.to_expr()))),
        (Resolved::List(_) | Resolved::Object(_), Resolved::Unknown(_)) => match value.to_expr() {
            Expr::Call(call) => Ok(Resolved::Unknown(call.at(step.to_expr()))),
            _ => Err("found no list or object".to_owned()),
        },
        (Resolved::List(items), Resolved::Number(number)) => {
            let element = number.as_u64().and_then(|n| usize::try_from(n).ok()).and_then(|n| items.get(n));
            element.cloned().ok_or_else(|| format!("there is no element {number} among {}", items.len()))
        }
        (Resolved::Object(_), Resolved::Text(name)) => {
            value.get(&name.to_string()).cloned().ok_or_else(|| format!("there is no property `{name}`"))
        }
        (Resolved::List(_), _) => Err("an element of a list is taken by its number".to_owned()),
        (Resolved::Object(_), _) => Err("a property is taken by its name".to_owned()),
        _ => Err("only lists, objects and what the deployment knows have elements".to_owned()),
    }
}

/// `resourceId([subscription], [group], type, names...)`.
pub(super) fn resource_id(arguments: &[Resolved], deployment: &Deployment) -> Outcome {
    let Some(at) = type_of_id(arguments)? else { return Ok(None) };
    let [subscription, group] = match &arguments[..at] {
        [] => [subscription_id(deployment), group_name(deployment)],
        [group] => [subscription_id(deployment), text(group)?],
        [subscription, group] => [text(subscription)?, text(group)?],
        _ => return Err("found more than a subscription and a group before the resource type".to_owned()),
    };
    let mut id: Text = "/subscriptions/".into();
    id.append(&subscription);
    id.push_known("/resourceGroups/");
    id.append(&group);
    provider_id(id, &arguments[at..])
}

/// `subscriptionResourceId([subscription], type, names...)`.
pub(super) fn subscription_resource_id(arguments: &[Resolved], deployment: &Deployment) -> Outcome {
    let Some(at) = type_of_id(arguments)? else { return Ok(None) };
    let mut id: Text = "/subscriptions/".into();
    id.append(&match &arguments[..at] {
        [] => subscription_id(deployment),
        [subscription] => text(subscription)?,
        _ => return Err("found more than a subscription before the resource type".to_owned()),
    });
    provider_id(id, &arguments[at..])
}

/// Where the resource type stands; `None` when a gap may be it.
fn type_of_id(arguments: &[Resolved]) -> Result<Option<usize>, String> {
    let is_type = |argument: &Resolved| matches!(argument, Resolved::Text(t) if t.known().is_some_and(|t| t.contains('/')));
    match arguments.iter().position(is_type) {
        None if arguments.iter().all(Resolved::is_known) => Err("found no resource type".to_owned()),
        at => Ok(at),
    }
}

/// Type and names below the scope.
fn provider_id(mut id: Text, arguments: &[Resolved]) -> Outcome {
    let [kind, names @ ..] = arguments else { return Err("found no resource type".to_owned()) };
    let kind = text(kind)?.to_string();
    let mut segments = kind.split('/');
    id.push_known("/providers/");
    id.push_known(segments.next().unwrap_or_default());
    let kinds: Vec<_> = segments.collect();
    if kinds.len() != names.len() {
        return Err(format!("`{kind}` takes {} names, found {}", kinds.len(), names.len()));
    }
    for (kind, name) in kinds.into_iter().zip(names) {
        id.push_known(&format!("/{kind}/"));
        id.append(&text(name)?);
    }
    known(Resolved::Text(id))
}

fn subscription_id(deployment: &Deployment) -> Text {
    deployment.subscription_id.clone().map_or_else(|| arm::subscription().property("subscriptionId").into(), Text::from)
}

fn group_name(deployment: &Deployment) -> Text {
    deployment.resource_group.clone().map_or_else(|| arm::resource_group().property("name").into(), Text::from)
}

fn known(value: Resolved) -> Outcome {
    Ok(Some(value))
}

fn list(items: Vec<Resolved>) -> Resolved {
    Resolved::List(Arc::new(items))
}

fn yes_or_no(value: bool) -> Outcome {
    known(Resolved::Bool(value))
}

fn number(value: i64) -> Resolved {
    Resolved::Number(value.into())
}

fn text(value: &Resolved) -> Result<Text, String> {
    value.text().ok_or_else(|| format!("expected a text, found {}", kind(value)))
}

/// The integer, which must be known.
pub(super) fn integer(value: &Resolved) -> Result<i64, String> {
    match value {
        Resolved::Number(number) => number.as_i64().ok_or_else(|| format!("expected an integer, found `{number}`")),
        other => Err(format!("expected an integer, found {}", kind(other))),
    }
}

fn kind(value: &Resolved) -> &'static str {
    match value {
        Resolved::Null => "null",
        Resolved::Bool(_) => "true or false",
        Resolved::Number(_) => "a number",
        Resolved::Text(_) => "a text",
        Resolved::List(_) => "a list",
        Resolved::Object(_) => "an object",
        Resolved::Unknown(_) => "what only the deployment knows",
    }
}

fn string(value: &Resolved) -> Text {
    match value {
        Resolved::Text(text) => text.clone(),
        Resolved::Unknown(call) => call.clone().into(),
        // .NET writes these with a capital letter
        Resolved::Bool(true) => "True".into(),
        Resolved::Bool(false) => "False".into(),
        Resolved::Null => Text::default(),
        other => {
            let mut json = Text::default();
            other.write_json(&mut json);
            json
        }
    }
}

fn concat(arguments: &[Resolved]) -> Outcome {
    if arguments.iter().any(|argument| matches!(argument, Resolved::List(_))) {
        return concat_lists(arguments);
    }
    let mut joined = Text::default();
    for argument in arguments {
        match argument {
            Resolved::Null | Resolved::Object(_) => return Err(format!("expected texts, found {}", kind(argument))),
            part => joined.append(&string(part)),
        }
    }
    known(Resolved::Text(joined))
}

fn concat_lists(arguments: &[Resolved]) -> Outcome {
    let mut all = Vec::new();
    for argument in arguments {
        match argument {
            Resolved::List(items) => all.extend(items.iter().cloned()),
            Resolved::Unknown(_) => return Ok(None),
            other => return Err(format!("expected lists, found {}", kind(other))),
        }
    }
    known(list(all))
}

fn base64_to_string(value: &Resolved) -> Outcome {
    match text(value)?.decoded() {
        None => Ok(None),
        Some(Ok(text)) => known(Resolved::Text(text)),
        Some(Err(_)) => Err("found no base64 of UTF-8".to_owned()),
    }
}

fn create_object(entries: &[Resolved]) -> Outcome {
    if entries.len() % 2 == 1 {
        return Err("a key has no value".to_owned());
    }
    let mut object = IndexMap::new();
    for entry in entries.chunks(2) {
        let key = text(&entry[0])?;
        let Some(key) = key.known() else { return Ok(None) };
        if object.insert(key.to_owned(), entry[1].clone()).is_some() {
            return Err(format!("the key `{key}` occurs twice"));
        }
    }
    known(Resolved::Object(Arc::new(object)))
}

fn union(values: &[Resolved]) -> Outcome {
    let Some((first, rest)) = values.split_first() else { return Err("found nothing to unite".to_owned()) };
    if values.iter().any(|value| matches!(value, Resolved::Unknown(_))) {
        return Ok(None);
    }
    rest.iter().try_fold(first.clone(), |all, value| unite(&all, value)).map(Some)
}

fn unite(a: &Resolved, b: &Resolved) -> Result<Resolved, String> {
    match (a, b) {
        (Resolved::Object(a), Resolved::Object(b)) => {
            let mut all = (**a).clone();
            b.iter().try_for_each(|(key, value)| unite_member(&mut all, key, value))?;
            Ok(Resolved::Object(Arc::new(all)))
        }
        (Resolved::List(a), Resolved::List(b)) => {
            let mut all: Vec<Resolved> = Vec::new();
            a.iter().chain(b.iter()).for_each(|item| {
                if !all.contains(item) {
                    all.push(item.clone());
                }
            });
            Ok(list(all))
        }
        (a, b) => Err(format!("expected only objects or only lists, found {} and {}", kind(a), kind(b))),
    }
}

/// Of keys that differ only in case the last spelling stands where the first one stood; a null takes nothing away. The documentation
/// says neither; Azure's engine does both.
fn unite_member(all: &mut IndexMap<String, Resolved>, key: &str, value: &Resolved) -> Result<(), String> {
    let Some(place) = all.keys().position(|known| is_same_name(known, key)) else {
        all.insert(key.to_owned(), value.clone());
        return Ok(());
    };
    let united = match (&all[place], value) {
        (before @ Resolved::Object(_), Resolved::Object(_)) => unite(before, value)?,
        (before, Resolved::Null) => before.clone(),
        _ => value.clone(),
    };
    match all.get_mut(key) {
        Some(before) => *before = united,
        None => {
            all.shift_remove_index(place);
            all.shift_insert(place, key.to_owned(), united);
        }
    }
    Ok(())
}

fn length(value: &Resolved) -> Outcome {
    let count = match value {
        Resolved::List(items) => items.len(),
        Resolved::Object(object) => object.len(),
        other => match text(other)?.known() {
            Some(text) => utf16(text).len(),
            None => return Ok(None),
        },
    };
    known(Resolved::Number(count.into()))
}

fn empty(value: &Resolved) -> Outcome {
    match value {
        Resolved::List(items) => yes_or_no(items.is_empty()),
        Resolved::Object(object) => yes_or_no(object.is_empty()),
        Resolved::Null => yes_or_no(true),
        other => {
            let text = text(other)?;
            let filled = text.pieces().iter().any(|piece| matches!(piece, Piece::Known(_)));
            if filled || text.known().is_some() { yes_or_no(!filled) } else { Ok(None) }
        }
    }
}

fn equals(a: &Resolved, b: &Resolved) -> Outcome {
    if a.is_known() && b.is_known() { yes_or_no(a == b) } else { Ok(None) }
}

fn not(value: &Resolved) -> Outcome {
    match value {
        Resolved::Bool(value) => yes_or_no(!value),
        Resolved::Unknown(_) => Ok(None),
        other => Err(format!("expected true or false, found {}", kind(other))),
    }
}

fn contains(container: &Resolved, item: &Resolved) -> Outcome {
    match container {
        Resolved::List(items) if container.is_known() && item.is_known() => yes_or_no(items.contains(item)),
        Resolved::List(_) => Ok(None),
        Resolved::Object(_) => match text(item)?.known() {
            Some(key) => yes_or_no(container.get(key).is_some()),
            None => Ok(None),
        },
        other => match (text(other)?.known(), string(item).known()) {
            (Some(text), Some(part)) => yes_or_no(text.contains(part)),
            _ => Ok(None),
        },
    }
}

fn arithmetic(name: &str, a: &Resolved, b: &Resolved) -> Outcome {
    if matches!(a, Resolved::Unknown(_)) || matches!(b, Resolved::Unknown(_)) {
        return Ok(None);
    }
    let (a, b) = (integer(a)?, integer(b)?);
    if b == 0 && matches!(name, "div" | "mod") {
        return Err("the divisor is 0".to_owned());
    }
    let result = match name {
        "add" => a.checked_add(b),
        "sub" => a.checked_sub(b),
        "mul" => a.checked_mul(b),
        "div" => a.checked_div(b),
        _ => a.checked_rem(b),
    };
    result.map(|n| Some(number(n))).ok_or_else(|| "the number is too large".to_owned())
}

fn replace(value: &Resolved, old: &Resolved, new: &Resolved) -> Outcome {
    let (value, old, new) = (text(value)?, text(old)?, text(new)?);
    let (Some(value), Some(old), Some(new)) = (value.known(), old.known(), new.known()) else { return Ok(None) };
    if old.is_empty() {
        return Err("the text to replace is empty".to_owned());
    }
    known(Resolved::Text(value.replace(old, new).into()))
}

fn substring(value: &Resolved, start: &Resolved, length: Option<&Resolved>) -> Outcome {
    let value = text(value)?;
    let Some(value) = value.known() else { return Ok(None) };
    if matches!(start, Resolved::Unknown(_)) || matches!(length, Some(Resolved::Unknown(_))) {
        return Ok(None);
    }
    let units = utf16(value);
    let start = integer(start)?;
    let length = length.map_or_else(|| Ok(i64::try_from(units.len()).unwrap_or(i64::MAX) - start), integer)?;
    let range = usize::try_from(start).ok().zip(usize::try_from(length).ok());
    let part = range.and_then(|(start, length)| units.get(start..start.checked_add(length)?));
    from_units(part.ok_or_else(|| format!("it goes beyond the {} characters of the text", units.len()))?)
}

/// `take` and `skip`: a count beyond either end is the end.
fn slice(
    value: &Resolved,
    count: &Resolved,
    units: impl Fn(&[u16], usize) -> &[u16],
    items: impl Fn(&[Resolved], usize) -> &[Resolved],
) -> Outcome {
    if matches!(count, Resolved::Unknown(_)) {
        return Ok(None);
    }
    let count = usize::try_from(integer(count)?.max(0)).unwrap_or(usize::MAX);
    if let Resolved::List(all) = value {
        return known(list(items(all, count.min(all.len())).to_vec()));
    }
    match text(value)?.known() {
        Some(known) => {
            let all = utf16(known);
            from_units(units(&all, count.min(all.len())))
        }
        None => Ok(None),
    }
}

/// `first` and `last`; there is none in what is empty.
fn end(value: &Resolved, unit: impl Fn(&[u16]) -> Option<&u16>, item: impl Fn(&[Resolved]) -> Option<&Resolved>) -> Outcome {
    if let Resolved::List(items) = value {
        return known(item(items).cloned().unwrap_or(Resolved::Null));
    }
    match text(value)?.known() {
        Some(known) => from_units(unit(&utf16(known)).map(std::slice::from_ref).unwrap_or_default()),
        None => Ok(None),
    }
}

fn edge(value: &Resolved, part: &Resolved, test: impl Fn(&str, &str) -> bool) -> Outcome {
    match (text(value)?.known(), text(part)?.known()) {
        (Some(value), Some(part)) => yes_or_no(test(&upper(value), &upper(part))),
        _ => Ok(None),
    }
}

fn split(value: &Resolved, delimiter: &Resolved) -> Outcome {
    let (value, delimiter) = (text(value)?, text(delimiter)?);
    let (Some(value), Some(delimiter)) = (value.known(), delimiter.known()) else { return Ok(None) };
    if delimiter.is_empty() {
        return Err("the delimiter is empty".to_owned());
    }
    known(list(value.split(delimiter).map(|part| Resolved::Text(part.into())).collect()))
}

fn cased(value: &Resolved, change: impl Fn(&str) -> String) -> Outcome {
    Ok(text(value)?.known().map(|known| Resolved::Text(change(known).into())))
}

fn pad_left(value: &Resolved, length: &Resolved, fill: &str) -> Outcome {
    let value = string(value);
    let Some(value) = value.known() else { return Ok(None) };
    if matches!(length, Resolved::Unknown(_)) {
        return Ok(None);
    }
    if utf16(fill).len() != 1 {
        return Err("the padding is not one character".to_owned());
    }
    let missing = usize::try_from(integer(length)?).unwrap_or(0).saturating_sub(utf16(value).len());
    // Azure's own limit is the size of a template
    if missing > 4 << 20 {
        return Err("the length is too large".to_owned());
    }
    known(Resolved::Text(format!("{}{value}", fill.repeat(missing)).into()))
}

fn utf16(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}

fn from_units(units: &[u16]) -> Outcome {
    let text = String::from_utf16(units).map_err(|_| "it would split a character in two".to_owned())?;
    known(Resolved::Text(text.into()))
}

/// One character for one, as .NET's invariant culture does.
fn lower(text: &str) -> String {
    text.chars().map(|c| single(c, c.to_lowercase())).collect()
}

fn upper(text: &str) -> String {
    text.chars().map(|c| single(c, c.to_uppercase())).collect()
}

fn single(c: char, mut changed: impl ExactSizeIterator<Item = char>) -> char {
    if changed.len() == 1 { changed.next().unwrap_or(c) } else { c }
}
