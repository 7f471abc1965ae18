//! Evaluates the functions we emit over a template and its parameters file, the way Azure would.
//!
//! What only a deployment knows stays visible: a text is a sequence of known parts and gaps, and a function that would have to look
//! into a gap remains as the call it is. A [`Deployment`] fills gaps. Functions we do not emit remain as calls too.
//!
//! ```
//! use arm_template::{Deployment, Evaluator};
//! use serde_json::json;
//!
//! let template = json!({
//!     "parameters": { "prefix": { "type": "string" }, "key": { "type": "securestring" } },
//!     "variables": { "name": "[concat(parameters('PREFIX'), '-', replace(resourceGroup().name, '(', '-'))]" }
//! });
//! let parameters = json!({ "parameters": { "prefix": { "value": "k8s" }, "key": { "value": "hunter2" } } });
//!
//! let gaps = Deployment::default();
//! let evaluator = Evaluator::new(&template, &parameters, &gaps).unwrap();
//! let name = evaluator.evaluate(&json!("[variables('name')]"), &[]).unwrap();
//! assert_eq!(name.value.to_json(), "k8s-<replace(resourceGroup().name, '(', '-')>");
//!
//! let filled = Deployment { resource_group: Some("rg(1".into()), ..Deployment::default() };
//! let evaluator = Evaluator::new(&template, &parameters, &filled).unwrap().hiding_secrets();
//! let both = evaluator.evaluate(&json!("[concat(variables('name'), parameters('key'))]"), &[]).unwrap();
//! assert_eq!(both.value.to_json(), "k8s-rg-1<parameters('key')>");
//! assert!(both.secrets.contains("key"));
//! ```

mod deployment;
mod functions;
mod resolved;

pub use deployment::{Deployment, Loop};
pub use resolved::{Piece, Resolved, Text};

use super::expression::{Call, Expr, MAX_DEPTH, NameKind, is_bracketed};
use deployment::{Declared, Given, Names};
use indexmap::IndexMap;
use indexmap::map::Entry;
use serde_json::{Map, Value as Json};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Bytes of text one evaluation may produce. A resource of ours needs about a megabyte; a template whose variables double each other
/// would need the whole memory.
const MAX_COST: usize = 64 << 20;
/// Elements a property may be repeated to: Azure's limit of copies.
const MAX_COPIES: i64 = 800;

/// Why a template cannot be evaluated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct EvaluateError(String);

impl EvaluateError {
    fn inside(self, kind: NameKind, name: &str) -> Self {
        Self(format!("{kind} `{name}`: {self}"))
    }
}

/// A value and the secrets in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluated {
    /// The value.
    pub value: Resolved,
    /// Names of the secure parameters that were read for it.
    pub secrets: BTreeSet<String>,
}

/// Evaluates values of one template.
#[derive(Debug)]
pub struct Evaluator<'a> {
    names: Names<'a>,
    deployment: &'a Deployment,
    hide_secrets: bool,
    memo: RefCell<BTreeMap<(NameKind, String), Memo>>,
    /// Expressions read for the value that is evaluated: a loop among its properties meets each of them over and over.
    read: RefCell<BTreeMap<String, Arc<Expr>>>,
    meter: RefCell<Meter>,
}

/// A parameter or variable that was met before.
#[derive(Debug)]
enum Memo {
    Running,
    Done(Done),
}

/// Its value, and what it took: so that a template is refused or not whatever is evaluated first.
#[derive(Debug)]
struct Done {
    value: Resolved,
    secrets: BTreeSet<String>,
    height: usize,
    cost: usize,
}

#[derive(Debug, Default)]
struct Meter {
    depth: usize,
    deepest: usize,
    cost: usize,
    secrets: BTreeSet<String>,
}

type Outcome = Result<Resolved, EvaluateError>;

impl<'a> Evaluator<'a> {
    /// An evaluator of a template with a parameters file; `Json::Null` for no file.
    ///
    /// # Errors
    /// When one of them has not the shape it must have, or two names differ only in case.
    pub fn new(template: &'a Json, parameters: &'a Json, deployment: &'a Deployment) -> Result<Self, EvaluateError> {
        let names = Names::new(template, parameters, deployment).map_err(EvaluateError)?;
        Ok(Self { names, deployment, hide_secrets: false, memo: RefCell::default(), read: RefCell::default(), meter: RefCell::default() })
    }

    /// Values of secure parameters stay gaps, so that what is evaluated, and any error, can be shown.
    #[must_use]
    pub fn hiding_secrets(mut self) -> Self {
        self.hide_secrets = true;
        self.memo.take();
        self
    }

    /// Evaluates a value of the template; `loops` are the resource loops around it, the innermost last.
    ///
    /// # Errors
    /// When Azure would refuse it, or it nests too deeply or grows too large.
    pub fn evaluate(&self, value: &Json, loops: &[Loop]) -> Result<Evaluated, EvaluateError> {
        self.run(|| self.json(value, loops))
    }

    /// Evaluates a variable.
    ///
    /// # Errors
    /// As for [`evaluate`](Self::evaluate), and when it is not declared.
    pub fn variable(&self, name: &str) -> Result<Evaluated, EvaluateError> {
        self.run(|| self.named(NameKind::Variable, &name.into(), &[]))
    }

    /// How many copies of a resource there will be: 1 without a loop.
    ///
    /// # Errors
    /// As for [`evaluate`](Self::evaluate).
    pub fn copies(&self, resource: &Json) -> Result<Evaluated, EvaluateError> {
        self.run(|| match resource.pointer("/copy/count") {
            Some(count) => self.json(count, &[]),
            None => Ok(Resolved::Number(1.into())),
        })
    }

    /// Evaluates a resource without its `copy`; of a loop, the copy with this index, or what all have in common.
    ///
    /// # Errors
    /// As for [`evaluate`](Self::evaluate).
    pub fn resource(&self, resource: &Json, index: Option<i64>) -> Result<Evaluated, EvaluateError> {
        let name = |copy: &Json| copy.get("name").and_then(Json::as_str).unwrap_or_default().to_owned();
        let loops: Vec<_> = resource.get("copy").map(|copy| Loop { name: name(copy), index }).into_iter().collect();
        self.run(|| match resource {
            Json::Object(object) => self.object(object.iter().filter(|(key, _)| *key != "copy"), &loops),
            other => self.json(other, &loops),
        })
    }

    fn run(&self, evaluate: impl FnOnce() -> Outcome) -> Result<Evaluated, EvaluateError> {
        self.meter.take();
        self.read.take();
        let value = evaluate()?;
        Ok(Evaluated { value, secrets: self.meter.take().secrets })
    }

    fn json(&self, value: &Json, loops: &[Loop]) -> Outcome {
        self.deeper(|| match value {
            Json::String(text) => self.text(text, loops),
            Json::Array(items) => {
                let items: Result<Vec<_>, _> = items.iter().map(|item| self.json(item, loops)).collect();
                Ok(Resolved::List(Arc::new(items?)))
            }
            Json::Object(object) => self.object(object, loops),
            plain => self.literal(plain),
        })
    }

    fn text(&self, text: &str, loops: &[Loop]) -> Outcome {
        if is_bracketed(text) {
            let expression = self.read(text)?;
            return self.expression(&expression, loops);
        }
        self.deeper(|| self.charged(Resolved::Text(text.into())))
    }

    fn read(&self, text: &str) -> Result<Arc<Expr>, EvaluateError> {
        if let Some(expression) = self.read.borrow().get(text) {
            return Ok(Arc::clone(expression));
        }
        let expression = Arc::new(Expr::read(text).map_err(|e| EvaluateError(e.to_string()))?);
        self.read.borrow_mut().insert(text.to_owned(), Arc::clone(&expression));
        Ok(expression)
    }

    /// Azure evaluates keys too.
    fn object<'j>(&self, entries: impl IntoIterator<Item = (&'j String, &'j Json)>, loops: &[Loop]) -> Outcome {
        let mut object = IndexMap::new();
        for (key, value) in entries {
            if let (true, Json::Array(copies)) = (key.eq_ignore_ascii_case("copy"), value) {
                self.copied_properties(copies, loops, &mut object)?;
                continue;
            }
            let name = self.key(key, loops)?;
            match object.entry(name) {
                Entry::Vacant(free) => free.insert(self.json(value, loops)?),
                Entry::Occupied(taken) => return Err(EvaluateError(format!("the key `{}` occurs twice", taken.key()))),
            };
        }
        Ok(Resolved::Object(Arc::new(object)))
    }

    fn key(&self, key: &str, loops: &[Loop]) -> Result<String, EvaluateError> {
        if !is_bracketed(key) {
            self.charge(key.len())?;
            return Ok(key.to_owned());
        }
        let name = self.text(key, loops)?.text().ok_or_else(|| EvaluateError(format!("the key `{key}` is no text")))?;
        Ok(name.to_string())
    }

    /// `"copy": [{"name", "count", "input"}]` among properties: a property with as many elements.
    fn copied_properties(&self, copies: &[Json], loops: &[Loop], object: &mut IndexMap<String, Resolved>) -> Result<(), EvaluateError> {
        for copy in copies {
            let name = copy["name"].as_str().unwrap_or_default();
            let count = match self.json(&copy["count"], loops)? {
                Resolved::Number(number) => number.as_i64().filter(|count| (1..=MAX_COPIES).contains(count)),
                _ => None,
            };
            let count = count.ok_or_else(|| EvaluateError(format!("`copy` of `{name}`: expected a count from 1 to {MAX_COPIES}")))?;
            let element = |index| {
                let inner = Loop { name: name.to_owned(), index: Some(index) };
                self.json(&copy["input"], &[loops, &[inner]].concat())
            };
            let elements: Result<Vec<_>, _> = (0..count).map(element).collect();
            object.insert(name.to_owned(), Resolved::List(Arc::new(elements?)));
        }
        Ok(())
    }

    /// Values of a parameters file are literal.
    fn literal(&self, value: &Json) -> Outcome {
        self.deeper(|| match value {
            Json::Null => Ok(Resolved::Null),
            Json::Bool(value) => Ok(Resolved::Bool(*value)),
            Json::Number(number) => Ok(Resolved::Number(number.clone())),
            Json::String(text) => self.charged(Resolved::Text(text.as_str().into())),
            Json::Array(items) => {
                let items: Result<Vec<_>, _> = items.iter().map(|item| self.literal(item)).collect();
                Ok(Resolved::List(Arc::new(items?)))
            }
            Json::Object(object) => self.literal_object(object),
        })
    }

    fn literal_object(&self, object: &Map<String, Json>) -> Outcome {
        let entries: Result<_, _> = object.iter().map(|(key, value)| Ok((key.clone(), self.literal(value)?))).collect();
        Ok(Resolved::Object(Arc::new(entries?)))
    }

    fn expression(&self, expression: &Expr, loops: &[Loop]) -> Outcome {
        self.deeper(|| match expression {
            Expr::Text(text) => self.charged(Resolved::Text(text.as_str().into())),
            Expr::Integer(number) => Ok(Resolved::Number((*number).into())),
            Expr::Call(call) => self.call(call, loops),
        })
    }

    fn call(&self, call: &Call, loops: &[Loop]) -> Outcome {
        let (value, path) = match self.deployment.fact(call) {
            Some(fact) => (fact, &call.path()[1..]),
            None => (self.result(call, loops)?, call.path()),
        };
        path.iter().try_fold(value, |value, step| {
            let step = self.expression(step, loops)?;
            functions::select(&value, &step).map_err(|problem| EvaluateError(format!("`{}`: {problem}", call.function())))
        })
    }

    /// What the function gives, before a path is followed.
    fn result(&self, call: &Call, loops: &[Loop]) -> Outcome {
        let name = call.function().to_ascii_lowercase();
        match (name.as_str(), call.arguments()) {
            ("parameters", [name]) => self.named(NameKind::Parameter, name, loops),
            ("variables", [name]) => self.named(NameKind::Variable, name, loops),
            ("if", [condition, then, otherwise]) => self.choice(condition, then, otherwise, loops),
            ("and", arguments) => self.junction(call, arguments, false, loops),
            ("or", arguments) => self.junction(call, arguments, true, loops),
            (name, arguments) => {
                let arguments: Result<Vec<_>, _> = arguments.iter().map(|argument| self.expression(argument, loops)).collect();
                self.apply(call, name, &arguments?, loops)
            }
        }
    }

    fn apply(&self, call: &Call, name: &str, arguments: &[Resolved], loops: &[Loop]) -> Outcome {
        let value = match name {
            "copyindex" => deployment::copy_index(arguments, loops),
            "reference" => Ok(self.deployment.reference(arguments).map(|json| self.literal(json)).transpose()?),
            "resourceid" => functions::resource_id(arguments, self.deployment),
            "subscriptionresourceid" => functions::subscription_resource_id(arguments, self.deployment),
            name => functions::apply(name, arguments),
        };
        let value = value.map_err(|problem| EvaluateError(format!("{}: {problem}", described(call))))?;
        self.charged(value.unwrap_or_else(|| remains(call, arguments)))
    }

    /// Only the branch that is taken is evaluated.
    fn choice(&self, condition: &Expr, then: &Expr, otherwise: &Expr, loops: &[Loop]) -> Outcome {
        match self.expression(condition, loops)? {
            Resolved::Bool(true) => self.expression(then, loops),
            Resolved::Bool(false) => self.expression(otherwise, loops),
            Resolved::Unknown(condition) => {
                let branches = [self.expression(then, loops)?, self.expression(otherwise, loops)?];
                let all = std::iter::once(condition.into()).chain(branches.iter().map(Resolved::to_expr));
                self.charged(Resolved::Unknown(Call::new("if", all)))
            }
            _ => Err(EvaluateError("`if`: the condition is neither true nor false".to_owned())),
        }
    }

    /// `and`, which `false` decides, and `or`, which `true` decides: nothing after that is evaluated.
    fn junction(&self, call: &Call, arguments: &[Expr], decisive: bool, loops: &[Loop]) -> Outcome {
        let mut open = Vec::new();
        for argument in arguments {
            match self.expression(argument, loops)? {
                Resolved::Bool(value) if value == decisive => return Ok(Resolved::Bool(value)),
                Resolved::Bool(_) => {}
                gap @ Resolved::Unknown(_) => open.push(gap),
                _ => return Err(EvaluateError(format!("`{}`: an argument is neither true nor false", call.function()))),
            }
        }
        match open.as_slice() {
            [] => Ok(Resolved::Bool(!decisive)),
            [gap] => Ok(gap.clone()),
            gaps => self.charged(remains(call, gaps)),
        }
    }

    fn named(&self, kind: NameKind, name: &Expr, loops: &[Loop]) -> Outcome {
        let computed;
        let name = if let Expr::Text(name) = name {
            name
        } else {
            computed = self.expression(name, loops)?.text();
            let known = computed.as_ref().and_then(Text::known);
            known.ok_or_else(|| EvaluateError(format!("the name of a {kind} is not known before the deployment")))?
        };
        let key = (kind, name.to_lowercase());
        let Some(declared) = self.names.get(&key) else {
            return Err(EvaluateError(format!("{kind} `{name}` is not declared")));
        };
        match self.memo.borrow().get(&key) {
            Some(Memo::Running) => return Err(EvaluateError(format!("{kind} `{name}` refers to itself"))),
            Some(Memo::Done(done)) => return self.reuse(done),
            None => {}
        }
        self.evaluate_once(kind, key, declared)
    }

    fn reuse(&self, done: &Done) -> Outcome {
        self.charge(done.cost)?;
        let mut meter = self.meter.borrow_mut();
        let deepest = meter.depth + done.height;
        if deepest > MAX_DEPTH {
            return Err(too_deep());
        }
        meter.deepest = meter.deepest.max(deepest);
        meter.secrets.extend(done.secrets.iter().cloned());
        Ok(done.value.clone())
    }

    fn evaluate_once(&self, kind: NameKind, key: (NameKind, String), declared: Declared<'a>) -> Outcome {
        self.memo.borrow_mut().insert(key.clone(), Memo::Running);
        let depth = self.meter.borrow().depth;
        let outer = self.meter.replace(Meter { depth, deepest: depth, ..Meter::default() });
        let outcome = self.declared(declared);
        let inner = self.meter.replace(outer);
        // only a value is kept: what failed fails again
        self.memo.borrow_mut().remove(&key);
        let value = outcome.map_err(|error| error.inside(kind, declared.name))?;
        let done = Done { value, secrets: inner.secrets, height: inner.deepest - depth, cost: inner.cost };
        let outcome = self.reuse(&done);
        self.memo.borrow_mut().insert(key, Memo::Done(done));
        outcome
    }

    fn declared(&self, declared: Declared<'a>) -> Outcome {
        if declared.secure {
            self.meter.borrow_mut().secrets.insert(declared.name.to_owned());
        }
        match declared.given {
            _ if declared.secure && self.hide_secrets => Ok(declared.gap()),
            Given::Value(value) => self.literal(value),
            Given::Expression(value) => self.json(value, &[]),
            Given::Later => Ok(declared.gap()),
        }
    }

    fn deeper(&self, evaluate: impl FnOnce() -> Outcome) -> Outcome {
        {
            let mut meter = self.meter.borrow_mut();
            if meter.depth == MAX_DEPTH {
                return Err(too_deep());
            }
            meter.depth += 1;
            meter.deepest = meter.deepest.max(meter.depth);
            meter.cost += 1;
        }
        let outcome = evaluate();
        self.meter.borrow_mut().depth -= 1;
        outcome
    }

    fn charged(&self, value: Resolved) -> Outcome {
        let cost = match &value {
            Resolved::Text(text) => text.weight(),
            Resolved::Unknown(call) => call.characters(),
            _ => 0,
        };
        self.charge(cost)?;
        Ok(value)
    }

    fn charge(&self, cost: usize) -> Result<(), EvaluateError> {
        let mut meter = self.meter.borrow_mut();
        meter.cost = meter.cost.saturating_add(cost);
        if meter.cost > MAX_COST {
            return Err(EvaluateError(format!("the value needs more than {} MB", MAX_COST >> 20)));
        }
        Ok(())
    }
}

/// The function, and the parameter it was given, where it was given one.
fn described(call: &Call) -> String {
    let parameter = call.arguments().iter().find_map(|argument| match argument {
        Expr::Call(inner) => inner.looks_up().filter(|(kind, _)| *kind == NameKind::Parameter),
        _ => None,
    });
    let of = parameter.map_or_else(String::new, |(kind, name)| format!(" of {kind} `{name}`"));
    format!("`{}`{of}", call.function())
}

fn too_deep() -> EvaluateError {
    EvaluateError(format!("more than {MAX_DEPTH} levels of nesting"))
}

/// The call with its arguments evaluated as far as possible.
fn remains(call: &Call, arguments: &[Resolved]) -> Resolved {
    let arguments = arguments.iter().map(Resolved::to_expr).collect();
    Resolved::Unknown(Call::named(call.function().to_owned().into(), arguments))
}
