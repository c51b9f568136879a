//! The chapters, from the book's own files.

/// A chapter.
pub(super) struct Chapter {
    /// In its address: the file's name.
    pub(super) name: &'static str,
    /// Markdown; the title first.
    pub(super) text: &'static str,
}

impl Chapter {
    /// Its first heading.
    pub(super) fn title(&self) -> &'static str {
        self.text.lines().next().unwrap_or_default().trim_start_matches("# ")
    }
}

macro_rules! chapters {
    ($($name:literal in $folder:literal),* $(,)?) => {
        &[$(Chapter {
            name: $name,
            text: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/src/", $folder, $name, ".md")),
        }),*]
    };
}

/// What managers do.
pub(super) const CHAPTERS: &[Chapter] = chapters![
    "webhooks" in "",
    "templates" in "",
    "log" in "",
    "automations" in "",
    "campaigns" in "",
    "visitors" in "",
];

/// What people do who knew another system.
pub(super) const MOVING: &[Chapter] = chapters![
    "braincert" in "moving/",
    "appdirect" in "moving/",
    "dap" in "moving/",
    "datatrics" in "moving/",
    "dialog-insight" in "moving/",
];

/// What others do.
pub(super) const OTHERS: &[Chapter] = chapters!["events" in "", "receivers" in "", "operators" in ""];

/// All of them.
pub(super) fn all() -> impl Iterator<Item = &'static Chapter> {
    [CHAPTERS, MOVING, OTHERS].into_iter().flatten()
}
