//! Answers about what came back, about notes and about saved segments.

use mailing::{Filter, HistoryEntry, PersonDelivery, Record, ReturnFilter, ReturnKind, ReturnRecord, ReturnUndone};

use crate::rpc::{CopyView, HistoryView, NoteView, ReturnLine, ReturnRows, SegmentView, number, whole};
use crate::{Class, Desk, Failure};

/// So much of what came back is asked for at a time.
const ON_A_PAGE: usize = 100;

impl Desk {
    pub(super) fn segment_views(&self) -> Result<Vec<SegmentView>, Failure> {
        let view = |saved: mailing::SavedSegment| {
            // Kept by an older program, it may not be understood: it is listed all the same, to be put right.
            let segment = self.segment(&saved.expression).ok();
            let count = |segment| self.count(&Filter { segment, ..Filter::default() });
            let people = segment.map(count).transpose()?.map(whole);
            Ok(SegmentView { name: saved.name, expression: saved.expression, people })
        };
        self.segments()?.into_iter().map(view).collect()
    }

    pub(super) fn return_rows(&self, kind: Option<&str>, before: Option<u32>) -> Result<ReturnRows, Failure> {
        let named = |word: &str| {
            ReturnKind::named(word)
                .ok_or_else(|| Failure::new(Class::Usage, "no-kind", format!("nothing that comes back is a `{word}`")))
        };
        let kinds = kind.map(named).transpose()?.into_iter().collect();
        let before = before.map(i64::from);
        let found = self.returns(&ReturnFilter { kinds, before, limit: ON_A_PAGE + 1, ..ReturnFilter::default() })?;
        let more = found.len() > ON_A_PAGE;
        Ok(ReturnRows { returns: found.into_iter().take(ON_A_PAGE).map(line).collect(), more })
    }

    pub(super) fn take_back(&self, id: i64) -> Result<String, Failure> {
        let word = match self.undo_return(id)? {
            ReturnUndone::Done { active: true } => "mailable",
            ReturnUndone::Done { active: false } => "still-suppressed",
            ReturnUndone::Before | ReturnUndone::Unknown => "before",
        };
        Ok(word.to_owned())
    }
}

fn line(found: ReturnRecord) -> ReturnLine {
    ReturnLine {
        id: number(found.id),
        kind: found.kind.word().to_owned(),
        source: found.source,
        known_by: found.known_by,
        guessed: found.guessed,
        address: found.address,
        edition: found.edition,
        happened: found.happened.to_string(),
        words: found.words,
        suppressed: found.suppressed,
        undone: found.undone.map(|at| at.to_string()),
    }
}

pub(super) fn notes(known: &Record) -> Vec<NoteView> {
    known.notes.iter().map(|note| NoteView { at: note.at.to_string(), text: note.text.clone() }).collect()
}

pub(super) fn history(known: &Record) -> Vec<HistoryView> {
    let view = |entry: &HistoryEntry| HistoryView {
        at: entry.at.to_string(),
        source: entry.source.clone(),
        field: entry.field.clone(),
        before: entry.before.clone(),
        after: entry.after.clone(),
    };
    known.history.iter().rev().map(view).collect()
}

pub(super) fn copies(known: &Record) -> Vec<CopyView> {
    let view = |copy: &PersonDelivery| CopyView {
        edition: copy.edition.clone(),
        rehearsal: copy.rehearsal,
        state: copy.state.clone(),
        changed: copy.changed.to_string(),
    };
    known.deliveries.iter().rev().map(view).collect()
}
