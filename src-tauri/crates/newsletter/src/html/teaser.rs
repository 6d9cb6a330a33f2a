//! Teasers: the first with its picture across the column, the others with theirs beside the words.

use super::Page;
use crate::content::{Picture, Rank, Teaser};
use crate::link::Target;
use crate::picture::BESIDE;
use crate::words::{self, say};

impl Page<'_> {
    pub(super) fn teaser(&mut self, teaser: &Teaser) {
        match (teaser.rank, &teaser.picture) {
            (Rank::Lead, picture) => self.lead(teaser, picture.as_ref()),
            (Rank::Brief, Some(picture)) => self.beside(teaser, picture),
            (Rank::Brief, None) => self.set_apart(|page| page.told(teaser)),
        }
    }

    fn lead(&mut self, teaser: &Teaser, picture: Option<&Picture>) {
        self.set_apart(|page| {
            if let Some(picture) = picture {
                page.boxed("", "", |page| page.picture(picture, teaser.destination()));
            }
            page.told(teaser);
        });
    }

    fn beside(&mut self, teaser: &Teaser, picture: &Picture) {
        let gap = format!("vertical-align:top;padding-{}:24px", words::sides(self.language).0);
        let width = BESIDE.to_string();
        self.set_apart(|page| {
            page.open_layout("100%", "");
            page.out.open("tr", &[]);
            let style = "padding:4px 0 0;vertical-align:top";
            page.out
                .open("td", &[("class", "m-stack m-beside"), ("width", &width), ("valign", "top"), ("style", style)]);
            let picture = Picture { width: picture.width.min(BESIDE), ..picture.clone() };
            page.picture(&picture, teaser.destination());
            page.out.close("td");
            page.out.open("td", &[("class", "m-stack"), ("valign", "top"), ("style", &gap)]);
            page.told(teaser);
            page.out.close("td");
            page.out.close("tr");
            page.out.close("table");
        });
    }

    /// A teaser ends with a hairline, not begins: the words that lead up to it stand above it and belong to it.
    fn set_apart(&mut self, inner: impl FnOnce(&mut Self)) {
        let style = format!("padding:8px 0 20px;{}", self.styles.hairline_below);
        self.boxed("m-line", &style, inner);
    }

    fn told(&mut self, teaser: &Teaser) {
        let foreign = !teaser.language.is_empty() && teaser.language != self.language;
        if foreign {
            let direction = words::direction(&teaser.language);
            self.out.open("div", &[("lang", &teaser.language), ("dir", direction)]);
        }
        self.kicker(&teaser.kicker);
        self.title(teaser);
        self.summary(teaser);
        if foreign {
            self.out.close("div");
        }
        self.read_on(teaser);
    }

    fn kicker(&mut self, kicker: &str) {
        if kicker.trim().is_empty() {
            return;
        }
        self.out.open("p", &[("class", "m-kicker"), ("style", &self.styles.kicker)]);
        self.out.text(kicker);
        self.out.close("p");
    }

    fn title(&mut self, teaser: &Teaser) {
        let style = if teaser.rank == Rank::Lead { &self.styles.title } else { &self.styles.title_small };
        self.out.open("h2", &[("class", "m-text m-title"), ("style", style)]);
        self.linked(teaser.destination(), "m-text", &self.styles.title_link.clone(), &with_company(&teaser.title));
        self.out.close("h2");
    }

    fn summary(&mut self, teaser: &Teaser) {
        if teaser.words.is_empty() {
            return;
        }
        let lead = teaser.rank == Rank::Lead;
        let (class, style) = if lead { ("m-link", &self.styles.lead) } else { ("m-text", &self.styles.small) };
        self.out.open("p", &[("class", class), ("style", style)]);
        self.out.text(&teaser.words);
        self.out.close("p");
    }

    fn read_on(&mut self, teaser: &Teaser) {
        let Some((page, target)) = &teaser.page else { return };
        let says = say(self.words.read_on, &page.to_string());
        self.out.open("p", &[("style", "margin:0 0 8px")]);
        // An arrow that points the way the language goes.
        let arrow = if words::direction(self.language) == "rtl" { "←" } else { "→" };
        self.linked(Some(target), "m-kicker", &self.styles.read_on.clone(), &format!("{says}\u{a0}{arrow}"));
        self.out.close("p");
    }

    fn linked(&mut self, target: Option<&Target>, class: &str, style: &str, text: &str) {
        let Some(target) = target else { return self.out.text(text) };
        self.out.open_link(target, &[("class", class), ("style", style)]);
        self.out.text(text);
        self.out.close("a");
    }
}

impl Teaser {
    /// Where the title and the picture lead: the article on the web, or else its page in the PDF.
    fn destination(&self) -> Option<&Target> {
        self.link.as_ref().or(self.page.as_ref().map(|(_, pdf)| pdf))
    }
}

/// The longest last word that would look lost on a line of its own.
const LOST: usize = 4;

/// A title whose short last word takes the one before it along to the next line.
fn with_company(title: &str) -> String {
    match title.rsplit_once(' ') {
        Some((before, last)) if last.chars().count() <= LOST && last.chars().any(char::is_alphanumeric) => {
            format!("{before}\u{a0}{last}")
        }
        _ => title.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::with_company;

    #[test]
    fn a_short_last_word_does_not_stand_alone() {
        assert_eq!(with_company("Know the city before you wire it"), "Know the city before you wire\u{a0}it");
        for title in ["Eight standards, one law again", "Orașul", "To be {{ x }}", ""] {
            assert_eq!(with_company(title), title);
        }
    }
}
