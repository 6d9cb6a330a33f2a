//! Pictures on their own line.

use super::Page;
use crate::content::{Figure, Picture};
use crate::link::Target;
use crate::words::say;

impl Page<'_> {
    pub(super) fn figure(&mut self, figure: &Figure) {
        let words = self.words;
        self.boxed("", "", |page| {
            page.picture(&figure.picture, None);
            let credit = Some(&figure.credit).filter(|credit| !credit.is_empty());
            let credit = credit.map(|name| say(words.picture_by, name));
            let below: Vec<&str> = [Some(figure.caption.as_str()), credit.as_deref()]
                .into_iter()
                .flatten()
                .filter(|words| !words.is_empty())
                .collect();
            page.caption(&below.join(" · "));
        });
    }

    /// A picture as wide as it may be, or its alternative in a box; where a link is given, it leads there.
    pub(super) fn picture(&mut self, picture: &Picture, link: Option<&Target>) {
        let Some(source) = &picture.source else { return self.alternative(&picture.alt) };
        if let Some(target) = link {
            self.out.open_link(target, &[("style", "text-decoration:none")]);
        }
        let width = picture.width.to_string();
        let style = format!("display:block;width:100%;max-width:{width}px;height:auto;border:0");
        let attributes = [("src", source.as_str()), ("alt", &picture.alt), ("width", &width), ("style", &style)];
        self.out.void("img", &attributes);
        if link.is_some() {
            self.out.close("a");
        }
    }

    /// Small words below something; none where there is nothing to say.
    pub(super) fn caption(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.out.open("p", &[("class", "m-soft"), ("style", &self.styles.caption)]);
        self.out.text(text);
        self.out.close("p");
    }

    fn alternative(&mut self, alt: &str) {
        if alt.is_empty() {
            return;
        }
        self.boxed("m-box", &self.styles.panel.clone(), |page| {
            page.out.open("p", &[("class", "m-soft"), ("style", &page.styles.alternative)]);
            page.out.text(alt);
            page.out.close("p");
        });
    }
}
