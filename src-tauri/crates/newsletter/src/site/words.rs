//! The few words that the web edition itself says, in the language of the issue.

/// The site's own words; `%` stands for what is put in.
pub(super) struct SiteWords {
    pub(super) skip: &'static str,
    pub(super) number: &'static str,
    pub(super) archive: &'static str,
    pub(super) contents: &'static str,
    pub(super) in_this_issue: &'static str,
    pub(super) by: &'static str,
    pub(super) picture_by: &'static str,
    pub(super) before: &'static str,
    pub(super) after: &'static str,
    pub(super) notes: &'static str,
    pub(super) note: &'static str,
    pub(super) back: &'static str,
    pub(super) figures: &'static str,
    pub(super) source: &'static str,
    pub(super) table: &'static str,
    pub(super) pdf: &'static str,
    pub(super) pages: &'static str,
    pub(super) feed: &'static str,
    pub(super) done: &'static str,
    pub(super) open: &'static str,
}

const ENGLISH: SiteWords = SiteWords {
    skip: "Skip to the text",
    number: "Number %",
    archive: "All issues",
    contents: "Contents",
    in_this_issue: "In this issue",
    by: "By %",
    picture_by: "Picture: %",
    before: "Before this",
    after: "Read next",
    notes: "Notes",
    note: "Note %",
    back: "Back to the text",
    figures: "The figures",
    source: "Source: %",
    table: "Table",
    pdf: "PDF for %",
    pages: "Pages of the magazine",
    feed: "Feed",
    done: "Done:",
    open: "To do:",
};

const ROMANIAN: SiteWords = SiteWords {
    skip: "Direct la text",
    number: "Numărul %",
    archive: "Toate numerele",
    contents: "Cuprins",
    in_this_issue: "În acest număr",
    by: "De %",
    picture_by: "Imagine: %",
    before: "Înainte",
    after: "Citiți mai departe",
    notes: "Note",
    note: "Nota %",
    back: "Înapoi la text",
    figures: "Cifrele",
    source: "Sursa: %",
    table: "Tabel",
    pdf: "PDF pentru %",
    pages: "Paginile revistei",
    feed: "Flux",
    done: "Făcut:",
    open: "De făcut:",
};

impl SiteWords {
    /// The words of a language; English where there are none.
    pub(super) fn of(language: &str) -> &'static SiteWords {
        if language.to_ascii_lowercase().starts_with("ro") { &ROMANIAN } else { &ENGLISH }
    }
}
