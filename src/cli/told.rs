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

/// How data is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Data {
    /// For a terminal
    #[default]
    Text,
    /// JSON
    Json,
}
