//! The few words that the mail itself says, in the language of the edition.

/// The mail's own words; `%` stands for what is put in.
pub(crate) struct Words {
    pub(crate) number: &'static str,
    pub(crate) read_on: &'static str,
    pub(crate) open_pdf: &'static str,
    pub(crate) pdf_attached: &'static str,
    pub(crate) in_browser: &'static str,
    pub(crate) on_the_web: &'static str,
    pub(crate) reason: &'static str,
    pub(crate) unsubscribe: &'static str,
    pub(crate) preferences: &'static str,
    pub(crate) published_by: &'static str,
    pub(crate) notes: &'static str,
    pub(crate) links: &'static str,
    pub(crate) picture: &'static str,
    pub(crate) picture_by: &'static str,
    pub(crate) chart: &'static str,
    pub(crate) source: &'static str,
    pub(crate) decimal: char,
}

const ENGLISH: Words = Words {
    number: "No. %",
    read_on: "Read on, page %",
    open_pdf: "Open the magazine (PDF)",
    pdf_attached: "The magazine is attached to this mail as a PDF.",
    in_browser: "Read this mail in your browser",
    on_the_web: "The whole issue on the web",
    reason: "You receive this because you are on the mailing list of %.",
    unsubscribe: "Unsubscribe",
    preferences: "Change what you receive",
    published_by: "Published by %",
    notes: "Notes",
    links: "Links",
    picture: "Picture: %",
    picture_by: "Picture: %",
    chart: "Chart: %",
    source: "Source: %",
    decimal: '.',
};

const ROMANIAN: Words = Words {
    number: "Nr. %",
    read_on: "Continuarea la pagina %",
    open_pdf: "Deschideți revista (PDF)",
    pdf_attached: "Revista este atașată acestui mesaj, în format PDF.",
    in_browser: "Citiți acest mesaj în browser",
    on_the_web: "Tot numărul, pe web",
    reason: "Primiți acest mesaj pentru că sunteți pe lista de corespondență a publicației %.",
    unsubscribe: "Dezabonare",
    preferences: "Alegeți ce primiți",
    published_by: "Publicație editată de %",
    notes: "Note",
    links: "Legături",
    picture: "Imagine: %",
    picture_by: "Imagine: %",
    chart: "Grafic: %",
    source: "Sursa: %",
    decimal: ',',
};

impl Words {
    /// The words of a language (`ro`, `ro-MD`); English where there are none.
    pub(crate) fn of(language: &str) -> &'static Self {
        match primary(language).as_str() {
            "ro" => &ROMANIAN,
            _ => &ENGLISH,
        }
    }

    /// A figure as the language writes it.
    pub(crate) fn figure(&self, value: f64) -> String {
        value.to_string().replace('.', &self.decimal.to_string())
    }
}

/// Puts a word where the `%` stands.
pub(crate) fn say(words: &str, what: &str) -> String {
    words.replacen('%', what, 1)
}

/// The language as an attribute may hold it; empty when it is no language tag.
pub(crate) fn tag(language: &str) -> &str {
    let plain = language.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if plain && language.len() <= 35 { language } else { "" }
}

/// `rtl` for languages written from the right.
pub(crate) fn direction(language: &str) -> &'static str {
    match primary(language).as_str() {
        "ar" | "dv" | "fa" | "he" | "ku" | "ps" | "ur" | "yi" => "rtl",
        _ => "ltr",
    }
}

/// Where a line begins and where it ends: left and right, or right and left.
pub(crate) fn sides(language: &str) -> (&'static str, &'static str) {
    if direction(language) == "rtl" { ("right", "left") } else { ("left", "right") }
}

fn primary(language: &str) -> String {
    language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_romanian_edition_speaks_romanian_and_a_finnish_one_english() {
        assert_eq!(Words::of("ro-MD").unsubscribe, "Dezabonare");
        assert_eq!(Words::of("fi").unsubscribe, "Unsubscribe");
        assert_eq!(Words::of("ro").figure(7.5), "7,5");
    }

    #[test]
    fn only_a_language_tag_reaches_an_attribute() {
        assert_eq!(tag("en-GB"), "en-GB");
        assert_eq!(tag("en\" onload=\"x"), "");
        assert_eq!(direction("he-IL"), "rtl");
    }
}
