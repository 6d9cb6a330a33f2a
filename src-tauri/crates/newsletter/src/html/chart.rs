//! Charts as pictures: what a drawing shows stands in its alternative, and its figures in the text part.

use magazine::Chart;

use super::Page;
use crate::content::Picture;
use crate::words::say;

impl Page<'_> {
    pub(super) fn chart(&mut self, chart: &Chart, picture: &Picture) {
        if !chart.title.is_empty() {
            self.out.open("p", &[("class", "m-text"), ("style", &self.styles.box_title)]);
            self.out.text(&chart.title);
            self.out.close("p");
        }
        let source = Some(&chart.source).filter(|source| !source.is_empty());
        let source = source.map(|source| say(self.words.source, source));
        self.boxed("", "", |page| {
            page.picture(picture, None);
            page.caption(&source.unwrap_or_default());
        });
    }
}
