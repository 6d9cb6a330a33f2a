// Doubtful words, marked in the text. The marks move with the words; a word that is written on loses its own until the
// desk has looked again, and the word that is being written has none at all.
import { isolateHistory } from "@codemirror/commands";
import {
  type EditorState,
  type Extension,
  RangeSetBuilder,
  StateEffect,
  StateField,
  type Text,
  type Transaction,
  type TransactionSpec,
} from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { frontMatterLines } from "./glance";

/** A doubtful word and where it stands. */
export interface Doubt {
  readonly word: string;
  readonly from: number;
  readonly to: number;
}

interface Doubts {
  readonly all: readonly Doubt[];
  /** Where the word is that is being written. */
  readonly writing: number | null;
}

/** Replaces all doubtful words; they stand in the order of the text. */
export const setDoubts = StateEffect.define<readonly Doubt[]>();

const field = StateField.define<Doubts>({
  create: () => ({ all: [], writing: null }),
  update(before, transaction) {
    const given = transaction.effects.findLast((effect) => effect.is(setDoubts))?.value;
    const all = given ?? (transaction.docChanged ? moved(before.all, transaction) : before.all);
    const writing = writingAt(before.writing, transaction);
    return all === before.all && writing === before.writing ? before : { all, writing };
  },
});

/** The doubts after a change: those that it does not touch, where they are now. */
function moved(doubts: readonly Doubt[], { changes, startState, newDoc }: Transaction): readonly Doubt[] {
  const kept: Doubt[] = [];
  for (const doubt of doubts) {
    // A letter beside the word makes another word of it.
    if (changes.touchesRange(doubt.from, doubt.to)) {
      const from = changes.mapPos(doubt.from, 1);
      const to = changes.mapPos(doubt.to, -1);
      const same = startState.doc.sliceString(doubt.from, doubt.to) === newDoc.sliceString(from, to);
      if (!same || isLetter(newDoc, from - 1) || isLetter(newDoc, to)) continue;
      kept.push({ word: doubt.word, from, to });
    } else {
      kept.push({
        word: doubt.word,
        from: changes.mapPos(doubt.from, 1),
        to: changes.mapPos(doubt.to, -1),
      });
    }
  }
  return kept;
}

function isLetter(doc: Text, at: number): boolean {
  return at >= 0 && at < doc.length && /[\p{L}\p{M}\p{N}'’-]/u.test(doc.sliceString(at, at + 1));
}

function writingAt(before: number | null, transaction: Transaction): number | null {
  const { head } = transaction.newSelection.main;
  if (transaction.docChanged) {
    return transaction.isUserEvent("input.type") || transaction.isUserEvent("delete") ? head : null;
  }
  return transaction.selection === undefined || head === before ? before : null;
}

const mark = Decoration.mark({ class: "md-doubt" });

/** Marks what is in sight and a little around it. */
const shown = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = draw(view);
    }

    update(update: ViewUpdate): void {
      const changed = update.startState.field(field) !== update.state.field(field);
      if (changed || update.viewportChanged || update.docChanged) this.decorations = draw(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

function draw(view: EditorView): DecorationSet {
  const { all, writing } = view.state.field(field);
  const marks = new RangeSetBuilder<Decoration>();
  const { from, to } = view.viewport;
  for (let at = firstFrom(all, from); at < all.length && all[at]!.from < to; at++) {
    const doubt = all[at]!;
    if (writing === null || writing < doubt.from || writing > doubt.to) marks.add(doubt.from, doubt.to, mark);
  }
  return marks.finish();
}

/** The number of the first doubt that ends at or after an offset. */
function firstFrom(all: readonly Doubt[], offset: number): number {
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (all[middle]!.to < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

export const spelling: Extension = [field, shown];

export const doubtsOf = (state: EditorState): readonly Doubt[] => state.field(field, false)?.all ?? [];

/** The doubtful word at an offset, its ends included. */
export function doubtAt(state: EditorState, offset: number): Doubt | null {
  const all = doubtsOf(state);
  const doubt = all[firstFrom(all, offset)];
  return doubt !== undefined && doubt.from <= offset ? doubt : null;
}

/** The next or previous doubtful word from the cursor; past either end it goes on at the other. */
export function doubtFrom(state: EditorState, direction: 1 | -1): Doubt | null {
  const all = doubtsOf(state);
  const { from, to } = state.selection.main;
  if (direction > 0) return all.find((doubt) => doubt.from >= to && doubt.to > from) ?? all[0] ?? null;
  return all.findLast((doubt) => doubt.to <= from) ?? all.at(-1) ?? null;
}

/** Writes another word in a doubtful one's place: one change, so that one undo takes it back. */
export function replaceDoubt({ from, to }: Doubt, word: string): TransactionSpec {
  return {
    changes: { from, to, insert: word },
    selection: { anchor: from + word.length },
    annotations: isolateHistory.of("full"),
    userEvent: "input.spelling",
  };
}

const KEY = "accepted-words";

/** Accepts a word in this text alone, in its front matter; nothing when there is none that can be written in. */
export function acceptHere(doc: Text, word: string): TransactionSpec | null {
  const last = frontMatterLines(doc);
  if (last === 0 || /["\\\n]/.test(word)) return null;
  const made = { annotations: isolateHistory.of("full"), userEvent: "input.spelling" } as const;
  for (let number = 2; number < last; number++) {
    const line = doc.line(number);
    if (!line.text.startsWith(`${KEY}:`)) continue;
    const list = /^[\w-]+:\s*\[(.*)\]\s*$/.exec(line.text);
    if (list === null) return null;
    const at = line.from + line.text.lastIndexOf("]");
    return { ...made, changes: { from: at, insert: `${list[1]!.trim() === "" ? "" : ", "}"${word}"` } };
  }
  return { ...made, changes: { from: doc.line(last).from, insert: `${KEY}: ["${word}"]\n` } };
}
