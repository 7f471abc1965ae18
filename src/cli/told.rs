/// How something is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Told {
    /// For a terminal
    Text,
    /// Markdown
    Markdown,
    /// JSON
    Json,
}
