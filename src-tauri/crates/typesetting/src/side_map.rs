//! The side map: which bytes of a generated file stand for which bytes of a manuscript.
//!
//! The generator writes one segment for each run of words that stands letter for letter in both, one for each
//! escaped or replaced letter, and one for each block. Text segments answer exactly, blocks answer for what has no
//! letters (pictures, charts) and for the place of a fault.

use std::ops::Range;

/// Where the bytes of one generated file were written by an editor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SideMap {
    files: Vec<String>,
    texts: Vec<Segment>,
    blocks: Vec<Segment>,
    home: Option<Segment>,
}

/// Bytes of the generated file and the bytes of the manuscript they stand for; one to one where the lengths agree.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Segment {
    generated: Range<usize>,
    written: Range<usize>,
    file: usize,
}

/// A range of bytes in a file of the publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written<'a> {
    /// The file's path from the publication's folder.
    pub file: &'a str,
    /// Its bytes.
    pub range: Range<usize>,
}

impl SideMap {
    /// The number by which segments name `file`.
    pub(crate) fn file(&mut self, file: &str) -> usize {
        let known = self.files.iter().position(|name| name == file);
        known.unwrap_or_else(|| {
            self.files.push(file.to_owned());
            self.files.len() - 1
        })
    }

    /// Records words. A run that goes on where the last one ended, letter for letter, joins it.
    pub(crate) fn text(&mut self, file: usize, generated: Range<usize>, written: Range<usize>) {
        let segment = Segment { generated, written, file };
        match self.texts.last_mut() {
            Some(last) if last.goes_on_in(&segment) => {
                last.generated.end = segment.generated.end;
                last.written.end = segment.written.end;
            }
            _ => self.texts.push(segment),
        }
    }

    /// Records a block, or a call that stands for one.
    pub(crate) fn block(&mut self, file: usize, generated: Range<usize>, written: Range<usize>) {
        self.blocks.push(Segment { generated, written, file });
    }

    /// Records what the file as a whole stands for.
    pub(crate) fn stands_for(&mut self, file: usize, written: Range<usize>) {
        self.home = Some(Segment { generated: 0..0, written, file });
    }

    /// What the file as a whole stands for: an article's title, a page's entry in `issue.toml`.
    #[must_use]
    pub fn home(&self) -> Option<Written<'_>> {
        self.home.as_ref().map(|home| self.written(home, home.written.clone()))
    }

    /// The byte an editor wrote for a letter of the generated file, or the byte after it. Words that stand nowhere
    /// letter for letter answer with their start.
    #[must_use]
    pub fn written_by(&self, letter: &Range<usize>, after: bool) -> Option<Written<'_>> {
        let segment = self.texts.iter().find(|segment| segment.generated.contains(&letter.start));
        match segment.filter(|segment| after && covers(&segment.generated, letter)) {
            Some(segment) if segment.is_letter_for_letter() || segment.generated.len() == letter.len() => {
                let end = segment.written_at(letter.end);
                Some(self.written(segment, end..end))
            }
            _ => self.written_at(letter.start),
        }
    }

    /// The byte an editor wrote for a byte of the generated file: exact within words, else the start of the
    /// innermost block around it, else the nearest words.
    #[must_use]
    pub fn written_at(&self, generated: usize) -> Option<Written<'_>> {
        let exact = self.texts.iter().find(|segment| segment.generated.contains(&generated));
        if let Some(segment) = exact {
            let start = segment.written_at(generated);
            return Some(self.written(segment, start..start));
        }
        if let Some(block) = innermost(&self.blocks, &(generated..generated)) {
            return Some(self.written(block, block.written.start..block.written.start));
        }
        let nearest = self.texts.iter().min_by_key(|segment| distance(&segment.generated, generated))?;
        let start = nearest.written_at(generated);
        Some(self.written(nearest, start..start))
    }

    /// The bytes an editor wrote for a range of the generated file; for a range over more than one run of words,
    /// the innermost block around it.
    #[must_use]
    pub fn written_for(&self, generated: &Range<usize>) -> Option<Written<'_>> {
        let within = |segment: &&Segment| covers(&segment.generated, generated) && !segment.generated.is_empty();
        if let Some(segment) = self.texts.iter().find(within) {
            let range = segment.written_at(generated.start)..segment.written_at(generated.end);
            return Some(self.written(segment, range));
        }
        match innermost(&self.blocks, generated) {
            Some(block) => Some(self.written(block, block.written.clone())),
            None => self.written_at(generated.start),
        }
    }

    /// The byte of the generated file that stands for a byte of `file`: exact within words, else the nearest words.
    #[must_use]
    pub fn generated_at(&self, file: &str, written: usize) -> Option<usize> {
        let file = self.files.iter().position(|name| name == file)?;
        let segments = self.texts.iter().filter(|segment| segment.file == file && !segment.written.is_empty());
        let nearest = segments.min_by_key(|segment| distance(&segment.written, written))?;
        Some(nearest.generated_at(written))
    }

    fn written<'a>(&'a self, segment: &Segment, range: Range<usize>) -> Written<'a> {
        Written { file: &self.files[segment.file], range }
    }
}

impl Segment {
    fn is_letter_for_letter(&self) -> bool {
        self.generated.len() == self.written.len()
    }

    fn goes_on_in(&self, next: &Segment) -> bool {
        self.file == next.file
            && self.generated.end == next.generated.start
            && self.written.end == next.written.start
            && self.is_letter_for_letter()
            && next.is_letter_for_letter()
    }

    fn written_at(&self, generated: usize) -> usize {
        translate(&self.generated, &self.written, generated)
    }

    fn generated_at(&self, written: usize) -> usize {
        translate(&self.written, &self.generated, written)
    }
}

fn translate(from: &Range<usize>, to: &Range<usize>, byte: usize) -> usize {
    match byte {
        _ if byte >= from.end => to.end,
        _ if from.len() == to.len() => to.start + byte.saturating_sub(from.start),
        _ => to.start,
    }
}

fn covers(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

fn innermost<'a>(blocks: &'a [Segment], range: &Range<usize>) -> Option<&'a Segment> {
    let around = blocks.iter().filter(|block| covers(&block.generated, range));
    around.min_by_key(|block| block.generated.len())
}

/// How far a byte is from a range; a byte inside is at 0, its very end counts as 1 so that the next run wins it.
fn distance(range: &Range<usize>, byte: usize) -> usize {
    if byte < range.start { range.start - byte } else { (byte + 1).saturating_sub(range.end) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map() -> SideMap {
        let mut map = SideMap::default();
        let file = map.file("a.md");
        map.text(file, 10..15, 0..5); // `Words`
        map.text(file, 15..17, 5..6); // `\.` for `.`
        map.text(file, 17..20, 6..9); // ` on`
        map.block(file, 4..22, 0..9);
        map
    }

    #[test]
    fn words_answer_to_the_byte() {
        let map = map();
        assert_eq!(map.written_at(12).unwrap().range.start, 2);
        assert_eq!(map.written_at(16).unwrap().range.start, 5);
        assert_eq!(map.written_at(18).unwrap().range.start, 7);
        assert_eq!(map.generated_at("a.md", 5), Some(15));
        assert_eq!(map.generated_at("a.md", 8), Some(19));
        assert_eq!(map.generated_at("b.md", 8), None);
    }

    #[test]
    fn a_call_answers_with_its_block() {
        assert_eq!(map().written_for(&(4..22)).unwrap().range, 0..9);
        assert_eq!(map().written_at(5).unwrap().range.start, 0);
    }

    #[test]
    fn a_byte_after_the_last_words_answers_with_their_end() {
        assert_eq!(map().generated_at("a.md", 400), Some(20));
    }
}
