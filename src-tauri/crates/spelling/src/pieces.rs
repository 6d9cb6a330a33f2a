//! Running text put together from the pieces it was written in, and the way back to them.

use std::ops::Range;

/// Running text and where each of its pieces was written.
#[derive(Debug, Default)]
pub(crate) struct Run {
    text: String,
    pieces: Vec<Piece>,
}

#[derive(Debug)]
struct Piece {
    /// Bytes of the run.
    range: Range<usize>,
    /// Bytes of the file.
    written: Range<usize>,
}

impl Run {
    /// The words without marks.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Adds words that were written somewhere.
    pub(crate) fn push(&mut self, words: &str, written: Range<usize>) {
        let start = self.text.len();
        self.text.push_str(words);
        self.pieces.push(Piece { range: start..self.text.len(), written });
    }

    /// Adds a sign that was written nowhere: a space between lines, or what stands for code.
    pub(crate) fn part(&mut self, sign: char) {
        self.text.push(sign);
    }

    /// Where a range of the run was written. A piece that was written otherwise than it reads, such as `&eacute;`, is
    /// taken whole.
    pub(crate) fn written(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let first = self.piece_at(range.start)?;
        let last = self.piece_at(range.end.checked_sub(1)?)?;
        let start = if first.is_exact() {
            first.written.start + (range.start - first.range.start)
        } else {
            first.written.start
        };
        let end = if last.is_exact() { last.written.start + (range.end - last.range.start) } else { last.written.end };
        (start < end).then_some(start..end)
    }

    fn piece_at(&self, byte: usize) -> Option<&Piece> {
        let after = self.pieces.partition_point(|piece| piece.range.end <= byte);
        self.pieces.get(after).filter(|piece| piece.range.contains(&byte))
    }
}

impl Piece {
    fn is_exact(&self) -> bool {
        self.range.len() == self.written.len()
    }
}
