//! One pool's part of a template, complete in itself.

use super::Generated;
use crate::arm::expression::Call;
use crate::arm::{Expr, Fragment, Template, Value};
use serde_json::Value as Json;
use std::collections::BTreeSet;

impl Generated {
    /// The resources of one pool with the parameters and variables they need, to be [merged](Template::merge) into a template.
    #[must_use]
    pub fn fragment(&self, pool: &str) -> Option<Fragment> {
        let pool = self.pools.iter().find(|known| known.name == pool)?;
        let mut fragment = Template { resources: pool.resources.clone(), ..Template::default() };
        let mut names = Names::default();
        names.add(&fragment.to_json());
        self.add_used_variables(&mut fragment, &mut names);
        let used = |name: &String| names.parameters.contains(name);
        fragment.parameters = self.template.parameters.iter().filter(|(name, _)| used(name)).map(|(name, parameter)| (name.clone(), parameter.clone())).collect();
        Some(fragment)
    }

    /// Variables may use further variables, so this goes on until there is nothing new.
    fn add_used_variables(&self, fragment: &mut Fragment, names: &mut Names) {
        loop {
            let missing = |(name, _): &(&String, &Value)| names.variables.contains(*name) && !fragment.variables.contains_key(*name);
            let next: Vec<_> = self.template.variables.iter().filter(missing).collect();
            if next.is_empty() {
                return;
            }
            for (name, value) in next {
                names.add(&value.to_json());
                fragment.variables.insert(name.clone(), value.clone());
            }
        }
    }
}

/// Names of what expressions read.
#[derive(Default)]
struct Names {
    parameters: BTreeSet<String>,
    variables: BTreeSet<String>,
}

impl Names {
    fn add(&mut self, json: &Json) {
        match json {
            Json::String(text) => self.add_expression(text),
            Json::Array(items) => items.iter().for_each(|item| self.add(item)),
            Json::Object(members) => members.values().for_each(|value| self.add(value)),
            _ => {}
        }
    }

    /// What cannot be read as an expression names nothing.
    fn add_expression(&mut self, text: &str) {
        let Ok(expression) = Expr::read(text) else { return };
        expression.visit(&mut |part| {
            let Expr::Call(call) = part else { return };
            if let Some(name) = own_name(call, "parameters") {
                self.parameters.insert(name);
            } else if let Some(name) = own_name(call, "variables") {
                self.variables.insert(name);
            }
        });
    }
}

fn own_name(call: &Call, function: &str) -> Option<String> {
    match call.arguments() {
        [Expr::Text(name)] if call.calls(function) => Some(name.clone()),
        _ => None,
    }
}

/// Characters of the longest expression in a value.
#[must_use]
pub fn longest_expression(value: &Value) -> usize {
    match value {
        Value::Expression(expression) => expression.characters(),
        Value::List(items) => items.iter().map(longest_expression).max().unwrap_or(0),
        Value::Object(object) => object.values().map(longest_expression).max().unwrap_or(0),
        _ => 0,
    }
}
