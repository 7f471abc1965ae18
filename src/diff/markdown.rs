use super::text::{conclusion, grouped, makers, sides};
use super::{Change, Comparison, Difference, Part, PoolComparison};

pub(super) fn of(comparison: &Comparison) -> String {
    let mut text = String::from("# What nodes would be given differently\n\n");
    if comparison.equal {
        return text + "Nothing: every node is given the same.\n";
    }
    text.extend(conclusion(comparison).lines().map(|line| format!("* {}\n", escaped(line))));
    for pool in comparison.pools.iter().filter(|pool| pool.change != Change::Same) {
        text += &of_pool(pool);
    }
    let others = &comparison.others;
    for (title, names) in [("Different", &others.changed), ("Removed", &others.removed), ("Added", &others.added)] {
        if !names.is_empty() {
            text += &format!("\n## {title}, no machine of a Windows pool\n\n");
            text.extend(names.iter().map(|name| format!("* {}\n", code(name))));
        }
    }
    text
}

fn of_pool(pool: &PoolComparison) -> String {
    let mut text = format!("\n## Pool {} ({}){}\n", escaped(&pool.name), pool.kind.name(), makers(pool));
    match pool.change {
        Change::Removed => text += "\nOnly in the old one.\n",
        Change::Added => text += "\nOnly in the new one.\n",
        Change::Same | Change::Changed => {}
    }
    for part in Part::ALL {
        let differences: Vec<_> = pool.differences.iter().filter(|difference| difference.part == part).collect();
        if !differences.is_empty() {
            text += &format!("\n### {}\n", capitalised(part.title()));
            text += &of_part(&differences, pool);
        }
    }
    text
}

/// A table of values, and behind it the texts.
fn of_part(differences: &[&Difference], pool: &PoolComparison) -> String {
    let (texts, values): (Vec<&Difference>, Vec<&Difference>) = differences.iter().partition(|difference| difference.diff.is_some());
    let mut text = String::new();
    if !values.is_empty() {
        text += "\n| what | old | new | on machines that exist |\n| --- | --- | --- | --- |\n";
    }
    for (key, difference) in grouped(&values) {
        let (old, new) = sides(difference);
        let cell = |values: Vec<String>| values.iter().map(|value| code(value)).collect::<Vec<_>>().join("<br>");
        let effect = difference.effect.sentence(pool.kind);
        text += &format!("| {} | {} | {} | {effect} |\n", code(&key), cell(old), cell(new));
    }
    for difference in texts {
        let diff = difference.diff.as_deref().unwrap_or_default();
        let fence = "`".repeat(longest_run(diff).max(2) + 1);
        text += &format!("\n{}: {}\n\n{fence}diff\n{diff}{fence}\n", code(&difference.key), difference.effect.sentence(pool.kind));
    }
    text
}

fn capitalised(title: &str) -> String {
    let mut characters = title.chars();
    characters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(characters).collect()
}

/// Backticks enough around it that it can hold some itself; a bar ends a cell also in code.
fn code(text: &str) -> String {
    let fence = "`".repeat(longest_run(text) + 1);
    let blank = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{blank}{}{blank}{fence}", text.replace('|', "\\|").replace(['\r', '\n'], " "))
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

fn escaped(text: &str) -> String {
    text.chars().flat_map(|c| if "\\`*_<>[]|#".contains(c) { vec!['\\', c] } else { vec![c] }).collect()
}
