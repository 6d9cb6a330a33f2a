//! Answers to the window's requests about spelling.

use crate::rpc::{
    DoubtView, DoubtfulWordLine, SpellingAnswer, SpellingRequest, SpellingView, WordPlaceView, WordsView,
};
use crate::spelling::{CheckedText, DoubtfulWord, WordPlace};
use crate::{Desk, Failure};

impl Desk {
    pub(super) fn answer_spelling(&self, request: SpellingRequest) -> Result<SpellingAnswer, Failure> {
        use {SpellingAnswer as Answer, SpellingRequest as Request};
        Ok(match request {
            Request::Spelling { issue, slug, edition: false, text } => {
                Answer::Spelling(view(self.check_spelling(issue.parse()?, &slug, &text)?))
            }
            Request::Spelling { issue, slug, edition: true, text } => {
                Answer::Spelling(view(self.check_edition(&format!("{issue}/{slug}").parse()?, &text)?))
            }
            Request::Suggestions { language, word } => Answer::Suggestions(self.suggestions(&language, &word)),
            Request::KeepWord { word, keep } => Answer::KeepWord(self.keep_word(&word, keep)?),
            Request::DoubtfulWords { issue } => {
                let spelling = self.spelling(issue.parse()?)?;
                let words = spelling.words.into_iter().map(line).collect();
                Answer::DoubtfulWords(WordsView { words, unread: spelling.unread })
            }
        })
    }
}

fn view(checked: CheckedText) -> SpellingView {
    let CheckedText { language, dictionary, problem, doubts, milliseconds } = checked;
    let doubts = doubts.into_iter().map(|doubt| DoubtView {
        start: byte(doubt.range.start),
        end: byte(doubt.range.end),
        word: doubt.word,
    });
    SpellingView { language, dictionary, problem, doubts: doubts.collect(), milliseconds }
}

fn line(word: DoubtfulWord) -> DoubtfulWordLine {
    let DoubtfulWord { word, language, suggestions, places } = word;
    let place = |at: WordPlace| WordPlaceView {
        slug: at.slug,
        edition: at.edition.map(|edition| edition.to_string()),
        line: at.place.line.map_or(1, byte),
        start: at.place.range.as_ref().map_or(0, |range| byte(range.start)),
        end: at.place.range.as_ref().map_or(0, |range| byte(range.end)),
    };
    DoubtfulWordLine { word, language, suggestions, places: places.into_iter().map(place).collect() }
}

fn byte(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
