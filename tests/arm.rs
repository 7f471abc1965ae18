//! Expressions, their evaluation, templates, and the checks of finished templates.

mod arm {
    mod evaluate;
    mod expression;
    mod lint;
    mod template;
}
