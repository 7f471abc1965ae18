use super::{Kind, find};
use serde_json::{Value as Json, json};

fn vm(name: &str) -> Json {
    json!({ "type": "Microsoft.Compute/virtualMachines", "name": name, "properties": { "osProfile": { "windowsConfiguration": {} } } })
}

fn extension(name: &str, depends_on: &[&str], command: &str) -> Json {
    json!({
        "type": "Microsoft.Compute/virtualMachines/extensions",
        "name": name,
        "dependsOn": depends_on,
        "properties": {
            "publisher": "Microsoft.Compute",
            "type": "CustomScriptExtension",
            "protectedSettings": { "commandToExecute": command },
        },
    })
}

/// Each machine's name with the command that is run on it.
fn commands(resources: &[Json]) -> Vec<(String, String)> {
    let template = json!({ "resources": resources });
    let command = |extension: &Json| extension["properties"]["protectedSettings"]["commandToExecute"].as_str().expect("text").to_owned();
    let both = |machine: &super::Machine| (machine.name.clone(), machine.extension(&template).map(command).unwrap_or_default());
    find(&template).iter().map(both).collect()
}

#[test]
fn an_extension_belongs_to_the_machine_that_its_name_begins_with() {
    let peers = "[concat(variables('winVMNamePrefix'), copyIndex(variables('winOffset')))]";
    let its =
        "[concat(variables('winVMNamePrefix'), copyIndex(variables('winOffset')),'/cse', '-agent-', copyIndex(variables('winOffset')))]";
    let found = commands(&[vm("jumpbox"), extension(its, &[], "theirs"), vm(peers), vm("win"), extension("jumpbox/cse", &[], "jump")]);
    assert_eq!(found, [("jumpbox".into(), "jump".into()), (peers.into(), "theirs".into()), ("win".into(), String::new())]);
}

#[test]
fn a_name_that_is_the_beginning_of_another_is_another() {
    let found = commands(&[vm("win1"), vm("win"), extension("win1/cse", &[], "of win1"), extension("WIN/cse", &[], "of win")]);
    assert_eq!(found, [("win1".into(), "of win1".into()), ("win".into(), "of win".into())]);
}

#[test]
fn where_the_name_cannot_tell_the_dependency_does() {
    let name = "[concat(variables('p'), copyIndex())]";
    for id in [
        "[resourceId('Microsoft.Compute/virtualMachines', concat(variables('p'), copyIndex()))]",
        "[concat('microsoft.compute/virtualMachines/', variables('p'), copyIndex())]",
        "[concat(variables('P'), copyindex())]",
    ] {
        let other = extension("[format('{0}/cse', variables('other'))]", &["[resourceId('Microsoft.Compute/virtualMachines', 'x')]"], "x");
        let found = commands(&[other, vm(name), extension("[format('{0}{1}/cse', variables('p'), copyIndex())]", &[id], "found")]);
        assert_eq!(found, [(name.into(), "found".into())], "{id}");
    }
}

#[test]
fn other_extensions_are_none() {
    let mut billing = extension("win/billing", &[], "billing");
    billing["properties"]["publisher"] = json!("Microsoft.AKS");
    assert_eq!(commands(&[billing, vm("win")]), [("win".into(), String::new())]);
}

#[test]
fn a_child_of_the_machine_and_an_entry_of_a_scale_set_are_found() {
    let mut machine = vm("win");
    machine["resources"] = json!([{ "type": "extensions" }, extension("cse", &[], "child")]);
    let entry = extension("vmssCSE", &[], "entry");
    let set = json!({
        "type": "microsoft.compute/virtualmachinescalesets",
        "name": "set",
        "properties": { "virtualMachineProfile": { "extensionProfile": { "extensions": [{ "name": "first" }, entry] } } },
    });
    let own = json!({ "type": "Microsoft.Compute/virtualMachineScaleSets", "name": "other" });
    let mut own_extension = extension("other/cse", &[], "of its own");
    own_extension["type"] = json!("Microsoft.Compute/virtualMachineScaleSets/extensions");
    let found = commands(&[machine, set, own, own_extension]);
    assert_eq!(found, [("win".into(), "child".into()), ("set".into(), "entry".into()), ("other".into(), "of its own".into())]);
}

#[test]
fn what_is_no_template_has_no_machine() {
    for template in [json!(null), json!([]), json!({ "resources": {} }), json!({ "resources": [1, null, [], { "type": 1 }] })] {
        assert!(find(&template).is_empty());
    }
}

#[test]
fn what_is_written_is_read_again() {
    let mut template = json!({ "resources": [vm("win"), extension("win/cse", &[], "old")] });
    let machine = find(&template).remove(0);
    assert!(machine.kind == Kind::Single && machine.is_windows(&template) && machine.is_at(1) && !machine.is_at(2));
    *machine.custom_data_mut(&mut template).expect("a place") = json!("new");
    machine.extension_mut(&mut template).expect("a place")["properties"] = json!({});
    assert_eq!(*machine.custom_data(&template), json!("new"));
    assert_eq!(machine.extension(&template).expect("it is there")["properties"], json!({}));
    template["resources"][0] = json!({ "type": "Microsoft.Compute/virtualMachines", "properties": "?" });
    assert!(machine.custom_data_mut(&mut template).is_none());
}

/// A document in which one value is another, the same ones in every run (xorshift).
pub(crate) fn damaged(document: &Json, state: &mut u64) -> Json {
    let mut below = |end: usize| {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        usize::try_from(*state % end as u64).expect("it is below")
    };
    let mut places = Vec::new();
    pointers(document, "", &mut places);
    let place = places.swap_remove(below(places.len()));
    let values = [json!(null), json!(-1), json!("["), json!("[variables('x')]"), json!([]), json!({}), json!("[concat('a')]"), json!([[]])];
    let mut damaged = document.clone();
    *damaged.pointer_mut(&place).expect("a place") = values[below(values.len())].clone();
    damaged
}

fn pointers(value: &Json, place: &str, found: &mut Vec<String>) {
    found.push(place.to_owned());
    match value {
        Json::Array(items) => items.iter().enumerate().for_each(|(index, item)| pointers(item, &format!("{place}/{index}"), found)),
        Json::Object(members) => {
            let escaped = |key: &str| key.replace('~', "~0").replace('/', "~1");
            members.iter().for_each(|(key, member)| pointers(member, &format!("{place}/{}", escaped(key)), found));
        }
        _ => {}
    }
}
