//! One constructor per template function we emit ("ARM template functions" describes them).
//!
//! ```
//! use arm_template::functions as arm;
//!
//! let id = arm::resource_id("Microsoft.Compute/availabilitySets", ["pool1".into()]);
//! assert_eq!(id.to_string(), "resourceId('Microsoft.Compute/availabilitySets', 'pool1')");
//! ```

use super::expression::{Call, Expr};

macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident = $function:literal ($($argument:ident),*);)*) => { $(
        $(#[$doc])*
        #[must_use]
        pub fn $name($($argument: impl Into<Expr>),*) -> Call {
            Call::new($function, [$($argument.into()),*])
        }
    )* };
}

functions! {
    /// Value of a parameter.
    parameters = "parameters"(name);
    /// Value of a variable.
    variables = "variables"(name);
    /// Base64 of the text's UTF-8.
    base64 = "base64"(text);
    /// The text of base64.
    base64_to_string = "base64ToString"(base64);
    /// A text as it is, a number in digits, anything else as compact JSON.
    string = "string"(value);
    /// The resource group of the deployment; take `.name`, `.location` or `.id` from it.
    resource_group = "resourceGroup"();
    /// The subscription of the deployment; take `.subscriptionId`, `.tenantId` or `.id` from it.
    subscription = "subscription"();
    /// Number of this copy in the resource's loop, from 0.
    copy_index = "copyIndex"();
    /// Number of this copy in the resource's loop, from `offset`.
    copy_index_from = "copyIndex"(offset);
    /// Properties of a resource as they are at deployment; not allowed in variables and parameters.
    reference = "reference"(resource_id, api_version);
    /// Sum.
    add = "add"(a, b);
    /// Difference.
    sub = "sub"(a, b);
    /// Product.
    mul = "mul"(a, b);
    /// Quotient without the remainder.
    div = "div"(a, b);
    /// Remainder.
    modulo = "mod"(a, b);
    /// The smaller of two numbers.
    min = "min"(a, b);
    /// Characters of a text, elements of a list, properties of an object.
    length = "length"(value);
    /// One of two values; the other is not evaluated.
    if_else = "if"(condition, then, otherwise);
    /// Whether both are the same; the case of texts counts.
    equals = "equals"(a, b);
    /// Whether a text, list or object is empty.
    empty = "empty"(value);
    /// The opposite.
    not = "not"(value);
    /// Whether both hold.
    and = "and"(a, b);
    /// Whether one of both holds.
    or = "or"(a, b);
    /// `true`, which expressions have no literal for.
    yes = "true"();
    /// `false`, which expressions have no literal for.
    no = "false"();
    /// Whether a list has the element, an object the property or a text the other text.
    contains = "contains"(container, item);
    /// The text with every `old` replaced.
    replace = "replace"(text, old, new);
    /// `length` characters from `start`, which is counted from 0.
    substring = "substring"(text, start, length);
    /// The first `count` characters or elements.
    take = "take"(value, count);
    /// All but the first `count` characters or elements.
    skip = "skip"(value, count);
    /// The first character or element.
    first = "first"(value);
    /// The last character or element.
    last = "last"(value);
    /// Whether the text starts with another; case does not count.
    starts_with = "startsWith"(text, start);
    /// Whether the text ends with another; case does not count.
    ends_with = "endsWith"(text, end);
    /// The parts of a text between delimiters.
    split = "split"(text, delimiter);
    /// The text in lower case.
    to_lower = "toLower"(text);
    /// The text in upper case.
    to_upper = "toUpper"(text);
    /// The text, or number, with `fill` in front until it has `length` characters.
    pad_left = "padLeft"(text, length, fill);
}

/// The texts one after the other: a literal when all are literals, a call otherwise. Neighbouring literals become one.
#[must_use]
pub fn concat(parts: impl IntoIterator<Item = Expr>) -> Expr {
    let mut joined: Vec<Expr> = Vec::new();
    for part in parts {
        match (joined.last_mut(), part) {
            (Some(Expr::Text(before)), Expr::Text(text)) => before.push_str(&text),
            (_, Expr::Text(text)) if text.is_empty() => {}
            (_, part) => joined.push(part),
        }
    }
    match joined.as_slice() {
        [] => Expr::Text(String::new()),
        [Expr::Text(_)] => joined.remove(0),
        _ => Call::new("concat", joined).into(),
    }
}

/// An object; keys are literal.
#[must_use]
pub fn create_object(entries: impl IntoIterator<Item = (&'static str, Expr)>) -> Call {
    Call::new("createObject", entries.into_iter().flat_map(|(key, value)| [key.into(), value]))
}

/// A list.
#[must_use]
pub fn create_array(items: impl IntoIterator<Item = Expr>) -> Call {
    Call::new("createArray", items)
}

/// Objects one over the other: of equal keys the last one counts, objects below them are united too, lists are not.
#[must_use]
pub fn union(objects: impl IntoIterator<Item = Expr>) -> Call {
    Call::new("union", objects)
}

/// Id of a resource in the deployment's resource group: `Microsoft.A/b/c` and one name for each of `b` and `c`.
#[must_use]
pub fn resource_id(kind: &'static str, names: impl IntoIterator<Item = Expr>) -> Call {
    Call::new("resourceId", std::iter::once(kind.into()).chain(names))
}

/// Id of a resource in another resource group of the same subscription.
#[must_use]
pub fn resource_id_in(group: impl Into<Expr>, kind: &'static str, names: impl IntoIterator<Item = Expr>) -> Call {
    Call::new("resourceId", [group.into(), kind.into()].into_iter().chain(names))
}

/// Id of a resource of the subscription itself, `Microsoft.Authorization/roleDefinitions`.
#[must_use]
pub fn subscription_resource_id(kind: &'static str, names: impl IntoIterator<Item = Expr>) -> Call {
    Call::new("subscriptionResourceId", std::iter::once(kind.into()).chain(names))
}

/// Id of a resource of another subscription.
#[must_use]
pub fn resource_id_of(
    subscription: impl Into<Expr>,
    group: impl Into<Expr>,
    kind: &'static str,
    names: impl IntoIterator<Item = Expr>,
) -> Call {
    Call::new("resourceId", [subscription.into(), group.into(), kind.into()].into_iter().chain(names))
}
