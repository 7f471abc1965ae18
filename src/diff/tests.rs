use super::{Change, Difference, Effect, Part, Side, compare, text};
use crate::machines::tests::damaged;
use crate::{Catalog, Options, generate};
use arm_template::Deployment;
use serde_json::json;

const DEFINITION: &str = include_str!("../../apimodels/valid/containerd-azure-vmss.json");

fn difference(key: &str, new: bool) -> Difference {
    Difference {
        part: Part::Machine,
        key: key.to_owned(),
        change: Change::Added,
        old: None,
        new: Some(json!(new)),
        diff: None,
        effect: Effect::Upgrade,
    }
}

#[test]
fn the_same_difference_of_many_elements_is_told_once() {
    let mut all: Vec<_> = (1..=5).map(|number| difference(&format!("ips[ip{number}].primary"), false)).collect();
    all.extend([difference("ips[ip9].primary", true), difference("dns[a].x", true), difference("dns[b].x", true)]);
    let all: Vec<_> = all.iter().collect();
    let keys: Vec<_> = text::grouped(&all).into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys, ["ips[ip1 to ip5, 5 elements].primary", "ips[ip9].primary", "dns[a].x", "dns[b].x"]);
}

#[test]
fn no_damage_makes_it_panic() {
    let generated = generate(DEFINITION, &Options::new(Catalog::built_in("aks-engine").expect("a catalog"))).expect("it generates");
    let (template, parameters) = (generated.template.to_json(), generated.parameters.to_json());
    let deployment = Deployment::default();
    let whole = Side::new(&template, &parameters, &deployment).expect("a template");
    let mut state = 0x1234_5678;
    for _ in 0..30 {
        if let Ok(side) = Side::new(&damaged(&template, &mut state), &damaged(&parameters, &mut state), &deployment) {
            let comparison = compare(&whole, &side);
            assert!(!comparison.to_text().is_empty() && !comparison.to_markdown().is_empty());
        }
    }
}
