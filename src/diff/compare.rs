use super::values::pairs;
use super::{Change, Difference, Effect, Others, Part, PoolComparison};
use crate::emit::unified;
use crate::inspect::{InspectedPool, Maker};
use crate::machines::Kind;
use indexmap::IndexMap;
use serde_json::{Value as Json, json};

/// What the script around configuration and payload is called.
const CUSTOM_DATA: &str = "customdata.ps1";
const COMMAND: &str = "commandToExecute";

/// A pool of both templates.
pub(super) fn of_both(old: &InspectedPool, new: &InspectedPool) -> PoolComparison {
    let differences = Pools { old, new }.differences();
    PoolComparison {
        name: new.name.clone(),
        kind: new.kind,
        change: if differences.is_empty() { Change::Same } else { Change::Changed },
        old_maker: Some(old.maker),
        new_maker: Some(new.maker),
        effect: differences.iter().map(|difference| difference.effect).max(),
        differences,
    }
}

/// A pool of one of them.
pub(super) fn of_one(pool: &InspectedPool, change: Change) -> PoolComparison {
    let maker = |when: Change| (change == when).then_some(pool.maker);
    PoolComparison {
        name: pool.name.clone(),
        kind: pool.kind,
        change,
        old_maker: maker(Change::Removed),
        new_maker: maker(Change::Added),
        effect: None,
        differences: Vec::new(),
    }
}

pub(super) fn others(old: &IndexMap<String, Json>, new: &IndexMap<String, Json>) -> Others {
    let only = |these: &IndexMap<String, Json>, those: &IndexMap<String, Json>| {
        these.keys().filter(|name| !those.contains_key(*name)).cloned().collect()
    };
    let changed = old.iter().filter(|(name, value)| new.get(*name).is_some_and(|other| !pairs(value, other).is_empty()));
    Others { changed: changed.map(|(name, _)| name.clone()).collect(), removed: only(old, new), added: only(new, old) }
}

struct Pools<'a> {
    old: &'a InspectedPool,
    new: &'a InspectedPool,
}

impl Pools<'_> {
    fn differences(&self) -> Vec<Difference> {
        let mut found = Vec::new();
        let of_values = |part, old: &Json, new: &Json, effect: &dyn Fn(&str) -> Effect| -> Vec<Difference> {
            let difference = |pair: super::values::Pair| {
                let effect = effect(&pair.path);
                Difference {
                    part,
                    key: pair.path,
                    change: change(pair.old.as_ref(), pair.new.as_ref()),
                    old: pair.old,
                    new: pair.new,
                    diff: None,
                    effect,
                }
            };
            pairs(old, new).into_iter().map(difference).collect()
        };
        let kind = self.new.kind;
        let (on_boot, again) = (Effect::of_custom_data(kind), Effect::of_extension(kind));
        found.extend(of_values(Part::Configuration, &self.old.configuration, &self.new.configuration, &|_| on_boot));
        found.extend(self.scripts(on_boot));
        found.extend(self.custom_data(on_boot));
        found.extend(self.secrets());
        found.extend(of_values(Part::Extension, &self.old.extension, &self.new.extension, &|_| again));
        found.extend(self.command(again, &found));
        let machine = |pool: &InspectedPool| {
            let mut machine = pool.properties.clone();
            machine["count"] = pool.count.clone();
            machine["kind"] = json!(pool.kind.name());
            // not said and `Uniform` are the same
            let properties = machine.get_mut("properties").and_then(Json::as_object_mut);
            if let Some(properties) = properties.filter(|_| pool.kind == Kind::ScaleSet) {
                properties.entry("orchestrationMode").or_insert_with(|| json!("Uniform"));
            }
            machine
        };
        found.extend(of_values(Part::Machine, &machine(self.old), &machine(self.new), &|path| Effect::of_property(kind, path)));
        found
    }

    fn scripts(&self, effect: Effect) -> Vec<Difference> {
        let texts = |pool: &InspectedPool| -> IndexMap<String, String> {
            pool.scripts.iter().map(|script| (script.path.clone(), script.text.clone())).collect()
        };
        let (old, new) = (texts(self.old), texts(self.new));
        let all = old.keys().chain(new.keys().filter(|path| !old.contains_key(*path)));
        let difference = |path: &String| {
            let (old, new) = (old.get(path), new.get(path));
            let bytes = |text: &String| json!(text.len());
            (old != new).then(|| Difference {
                part: Part::Script,
                key: path.clone(),
                change: change(old, new),
                old: old.map(bytes),
                new: new.map(bytes),
                diff: old.zip(new).map(|(old, new)| diff(path, old, new)),
                effect,
            })
        };
        all.filter_map(difference).collect()
    }

    /// What is around configuration and scripts. Of two makers nothing is alike.
    fn custom_data(&self, effect: Effect) -> Option<Difference> {
        let (old, new) = (self.old, self.new);
        let is_same = if old.maker == Maker::Unknown { old.custom_data == new.custom_data } else { old.setup == new.setup };
        let is_shown = old.maker == new.maker && old.maker != Maker::Unknown;
        (old.maker != new.maker || !is_same).then(|| Difference {
            part: Part::CustomData,
            key: CUSTOM_DATA.to_owned(),
            change: Change::Changed,
            old: Some(made_by(old.maker, old.custom_data_bytes, "bytes")),
            new: Some(made_by(new.maker, new.custom_data_bytes, "bytes")),
            diff: is_shown.then(|| diff(CUSTOM_DATA, &old.setup, &new.setup)),
            effect,
        })
    }

    /// Each secure parameter that one of them uses: where it is, and whether it is another.
    fn secrets(&self) -> Vec<Difference> {
        let (old, new) = (&self.old.given, &self.new.given);
        let names = old.keys().chain(new.keys().filter(|name| !old.contains_key(*name)));
        let difference = |name: &String| {
            let (old, new) = (old.get(name), new.get(name));
            let in_command = [self.old, self.new].iter().any(|pool| pool.secrets.contains(name));
            let of = if in_command { Effect::of_extension } else { Effect::of_custom_data };
            let is_other = old.zip(new).is_some_and(|(old, new)| old.shown() == new.shown());
            (old != new).then(|| Difference {
                part: Part::Secret,
                key: name.clone(),
                change: change(old, new),
                old: old.map(|given| json!(given.shown())),
                new: new.map(|given| if is_other { json!(format!("another: {}", given.shown())) } else { json!(given.shown()) }),
                diff: None,
                effect: of(self.new.kind),
            })
        };
        names.filter_map(difference).collect()
    }

    /// The command's form, and whatever else it carries: that is compared as a whole, where no other difference tells of it.
    fn command(&self, effect: Effect, found: &[Difference]) -> Option<Difference> {
        let (old, new) = (self.old, self.new);
        let is_shown = old.maker == new.maker && old.maker != Maker::Unknown;
        let has_other_form = old.maker != new.maker || old.command_form != new.command_form;
        let is_told = found.iter().any(|difference| matches!(difference.part, Part::Secret | Part::Configuration));
        (has_other_form || (old.command != new.command && !is_told)).then(|| Difference {
            part: Part::Extension,
            key: COMMAND.to_owned(),
            change: Change::Changed,
            old: Some(made_by(old.maker, old.command_characters, "characters")),
            new: Some(made_by(new.maker, new.command_characters, "characters")),
            diff: (is_shown && has_other_form).then(|| diff(COMMAND, &old.command_form, &new.command_form)),
            effect,
        })
    }
}

fn made_by(maker: Maker, size: usize, unit: &str) -> Json {
    json!(format!("of {}, {size} {unit}", maker.name()))
}

fn change<T>(old: Option<T>, new: Option<T>) -> Change {
    match (old, new) {
        (Some(_), None) => Change::Removed,
        (None, _) => Change::Added,
        _ => Change::Changed,
    }
}

fn diff(path: &str, old: &str, new: &str) -> String {
    unified(&format!("old/{path}"), &format!("new/{path}"), old, new)
}
