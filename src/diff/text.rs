use super::values::name;
use super::{Change, Comparison, Difference, Effect, Part, PoolComparison};
use crate::inspect::Maker;
use crate::report::numbered;
use serde_json::Value as Json;

/// Characters of a value that a line shows.
const SHOWN: usize = 160;
/// So many elements of a list are shown.
const NAMED: usize = 3;
/// Longer values stand below each other.
const BESIDE: usize = 100;

pub(super) fn of(comparison: &Comparison) -> String {
    if comparison.equal {
        return "no difference: every node is given the same\n".to_owned();
    }
    let changed = comparison.pools.iter().filter(|pool| pool.change != Change::Same);
    let mut text = changed.map(of_pool).collect::<Vec<_>>().join("\n");
    let others = &comparison.others;
    for (title, names) in [("different", &others.changed), ("removed", &others.removed), ("added", &others.added)] {
        if !names.is_empty() {
            text += &format!("\n{title}, no machine of a Windows pool\n");
            text.extend(names.iter().map(|name| format!("  {name}\n")));
        }
    }
    text + "\n" + &conclusion(comparison)
}

/// One sentence of all.
pub(super) fn conclusion(comparison: &Comparison) -> String {
    let names = |effect: Effect| -> Vec<&str> {
        comparison.pools.iter().filter(|pool| pool.effect == Some(effect)).map(|pool| pool.name.as_str()).collect()
    };
    let same: Vec<_> = comparison.pools.iter().filter(|pool| pool.change == Change::Same).map(|pool| pool.name.as_str()).collect();
    let said = [
        ("new machines or a new scale set", names(Effect::NewMachine)),
        ("a reimage", names(Effect::Reimage)),
        ("an upgrade to the scale set's model", names(Effect::Upgrade)),
        ("a restart", names(Effect::Restart)),
        ("no more than a deployment", names(Effect::Deployment)),
        ("something that is not known here", names(Effect::Undecided)),
    ];
    let mut text: String =
        said.iter().filter(|(_, pools)| !pools.is_empty()).map(|(what, pools)| format!("needs {what}: {}\n", pools.join(", "))).collect();
    if !same.is_empty() {
        text += &format!("the same: {}\n", same.join(", "));
    }
    text
}

fn of_pool(pool: &PoolComparison) -> String {
    let name = format!("pool {} ({})", pool.name, pool.kind.name());
    match pool.change {
        Change::Removed => return format!("{name}: only in the old one\n"),
        Change::Added => return format!("{name}: only in the new one\n"),
        Change::Same | Change::Changed => {}
    }
    let mut text = format!("{name}: {}{}\n", numbered(pool.differences.len(), "difference"), makers(pool));
    for part in Part::ALL {
        let differences: Vec<_> = pool.differences.iter().filter(|difference| difference.part == part).collect();
        text += &of_part(part, &differences, pool);
    }
    text
}

/// Where the two were made by others.
pub(super) fn makers(pool: &PoolComparison) -> String {
    match (pool.old_maker, pool.new_maker) {
        (Some(old), Some(new)) if old != new => format!(", from the bootstrap of {} to that of {}", maker(old), maker(new)),
        _ => String::new(),
    }
}

fn maker(maker: Maker) -> &'static str {
    if maker == Maker::Unknown { "others" } else { maker.name() }
}

/// Differences with one effect have one heading.
fn of_part(part: Part, differences: &[&Difference], pool: &PoolComparison) -> String {
    let mut text = String::new();
    let mut told = Vec::new();
    for difference in differences {
        let effect = difference.effect;
        if !told.contains(&effect) {
            text += &format!("  {}: {}\n", part.title(), effect.sentence(pool.kind));
            let these: Vec<_> = differences.iter().copied().filter(|other| other.effect == effect).collect();
            text.extend(grouped(&these).into_iter().map(|(key, difference)| of_difference(&key, difference)));
            told.push(effect);
        }
    }
    text
}

/// Each with its key; of many elements of a list that differ alike there is one.
pub(super) fn grouped<'a>(differences: &[&'a Difference]) -> Vec<(String, &'a Difference)> {
    let mut groups: Vec<Vec<&Difference>> = Vec::new();
    for difference in differences {
        match groups.iter_mut().find(|group| differ_alike(group[0], difference)) {
            Some(group) => group.push(difference),
            None => groups.push(vec![difference]),
        }
    }
    let told = |group: Vec<&'a Difference>| match (element(&group[0].key), group.last().and_then(|last| element(&last.key))) {
        (Some((list, first, member)), Some((_, last, _))) if group.len() > NAMED => {
            vec![(format!("{list}[{first} to {last}, {} elements]{member}", group.len()), group[0])]
        }
        _ => group.iter().map(|difference| (difference.key.clone(), *difference)).collect(),
    };
    groups.into_iter().flat_map(told).collect()
}

fn differ_alike(a: &Difference, b: &Difference) -> bool {
    let of_one_list = element(&a.key).zip(element(&b.key)).is_some_and(|(a, b)| (a.0, a.2) == (b.0, b.2));
    of_one_list && a.diff.is_none() && (a.change, a.effect, &a.old, &a.new) == (b.change, b.effect, &b.old, &b.new)
}

/// `list[element].member`: the three.
fn element(key: &str) -> Option<(&str, &str, &str)> {
    let (list, rest) = key.rsplit_once('[')?;
    let (element, member) = rest.split_once(']')?;
    Some((list, element, member))
}

fn of_difference(key: &str, difference: &Difference) -> String {
    if let Some(diff) = &difference.diff {
        let body = diff.lines().skip(2).map(|line| format!("      {line}\n"));
        return format!("    {key}\n{}", body.collect::<String>());
    }
    let unit = if difference.part == Part::Script { " bytes" } else { "" };
    let (old, new) = sides(difference);
    match difference.change {
        Change::Added => format!("    + {key}: {}{unit}\n", new.join(", ")),
        Change::Removed => format!("    - {key}: {}{unit}\n", old.join(", ")),
        _ => match (old.as_slice(), new.as_slice()) {
            ([], []) => format!("    {key}: in another order\n"),
            ([old], [new]) if old.len() + new.len() <= BESIDE => format!("    {key}: {old} -> {new}\n"),
            _ => {
                let line = |sign: char| move |value: &String| format!("      {sign} {value}\n");
                format!("    {key}\n") + &old.iter().map(line('-')).chain(new.iter().map(line('+'))).collect::<String>()
            }
        },
    }
}

/// What is only on one side: of two lists the elements, else the value.
pub(super) fn sides(difference: &Difference) -> (Vec<String>, Vec<String>) {
    if let (Some(Json::Array(old)), Some(Json::Array(new))) = (&difference.old, &difference.new) {
        let only = |these: &[Json], those: &[Json]| list(&these.iter().filter(|item| !those.contains(item)).collect::<Vec<_>>());
        return (only(old, new), only(new, old));
    }
    let one = |value: &Option<Json>| match value {
        Some(Json::Array(items)) if items.iter().all(|item| name(item).is_some()) => list(&items.iter().collect::<Vec<_>>()),
        value => value.iter().map(shown).collect(),
    };
    (one(&difference.old), one(&difference.new))
}

/// Each element; of many that have names, the names.
fn list(items: &[&Json]) -> Vec<String> {
    let names: Vec<_> = items.iter().filter_map(|item| name(item)).collect();
    match names.as_slice() {
        [first, .., last] if items.len() > NAMED && names.len() == items.len() => {
            vec![format!("{} elements, {first} to {last}", items.len())]
        }
        _ => items.iter().map(|item| shown(item)).collect(),
    }
}

fn shown(value: &Json) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}
