// What was found in a text and where it stops fitting, marked in it. The marks move with the words until the next
// layout says where they are now.
import {
  type Extension,
  type Range,
  StateEffect,
  StateField,
  type Text,
  type Transaction,
} from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view";

export interface Marks {
  /** Where the text begins that is over the article's budget. */
  readonly overset: number | null;
  readonly findings: readonly { readonly severity: string; readonly from: number; readonly to: number }[];
}

/** Replaces all marks. */
export const setMarks = StateEffect.define<Marks>();

const overset = Decoration.mark({ class: "md-overset", inclusiveEnd: true });
const finding = (severity: string): Decoration =>
  Decoration.mark({ class: `md-finding md-finding-${severity}` });

export const marks: Extension = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(shown, transaction) {
    const given = newest(transaction);
    return given === undefined ? shown.map(transaction.changes) : draw(given, transaction.newDoc);
  },
  provide: (field) => EditorView.decorations.from(field),
});

function newest(transaction: Transaction): Marks | undefined {
  return transaction.effects.findLast((effect) => effect.is(setMarks))?.value;
}

function draw(given: Marks, doc: Text): DecorationSet {
  const end = doc.length;
  const ranges: Range<Decoration>[] = [];
  if (given.overset !== null && given.overset < end) ranges.push(overset.range(given.overset, end));
  for (const { severity, from, to } of given.findings) {
    if (from >= end) continue;
    // A finding about a whole block is marked on its first line: more would only be in the way of reading.
    const last = Math.min(to, doc.lineAt(from).to);
    if (from < last) ranges.push(finding(severity).range(from, last));
  }
  return Decoration.set(ranges, true);
}
