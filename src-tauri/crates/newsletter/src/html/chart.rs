//! Charts as pictures: what a drawing shows stands in its alternative, and its figures in the text part.

use magazine::Chart;

use super::Page;
use crate::content::Drawn;
use crate::words::say;

impl Page<'_> {
    pub(super) fn chart(&mut self, chart: &Chart, drawn: &Drawn) {
        if !chart.title.is_empty() {
            self.out.open("p", &[("class", "m-text"), ("style", &self.styles.box_title)]);
            self.out.text(&chart.title);
            self.out.close("p");
        }
        let source = Some(&chart.source).filter(|source| !source.is_empty());
        let source = source.map(|source| say(self.words.source, source));
        self.boxed("", "", |page| {
            page.by_day_and_by_night(drawn);
            page.caption(&source.unwrap_or_default());
        });
    }

    /// Both drawings; the frame's style sheet shows the dark one instead of the light one where that is asked for. A
    /// mail program that knows nothing of this keeps the light one.
    fn by_day_and_by_night(&mut self, drawn: &Drawn) {
        self.out.open("div", &[("class", "m-day")]);
        self.picture(&drawn.day, None);
        self.out.close("div");
        self.out
            .open("div", &[("class", "m-night"), ("style", "display:none;max-height:0;overflow:hidden;mso-hide:all")]);
        self.picture(&drawn.night, None);
        self.out.close("div");
    }
}
