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
import { Decoration, type DecorationSet, EditorView, hoverTooltip } from "@codemirror/view";

export interface Marks {
  /** Where the text begins that is over the article's budget. */
  readonly overset: number | null;
  readonly findings: readonly Found[];
}

/** A finding at its place. */
export interface Found {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
  readonly from: number;
  readonly to: number;
  /** What puts it right, where that needs no judgement. */
  readonly fix: { readonly label: string; readonly run: () => void } | null;
}

/** Replaces all marks. */
export const setMarks = StateEffect.define<Marks>();

const overset = Decoration.mark({ class: "md-overset", inclusiveEnd: true });
const finding = (found: Found): Decoration =>
  Decoration.mark({ class: `md-finding md-finding-${found.severity} md-${found.code}`, found });

const shown = StateField.define<DecorationSet>({
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
  for (const found of given.findings) {
    const { from, to } = found;
    if (from >= end) continue;
    // A finding about a whole block is marked on its first line: more would only be in the way of reading.
    const last = Math.min(to, doc.lineAt(from).to);
    if (from < last) ranges.push(finding(found).range(from, last));
  }
  return Decoration.set(ranges, true);
}

/** Under the pointer a mark says what was found, and puts it right at a click. */
const told: Extension = hoverTooltip((view, at, side) => {
  let under: { from: number; to: number; found: Found } | null = null;
  view.state.field(shown).between(at, at, (from, to, { spec }) => {
    const { found } = spec as { found?: Found };
    const inside = (from < at || side >= 0) && (at < to || side <= 0);
    if (found !== undefined && inside && found.fix !== null) under = { from, to, found };
  });
  if (under === null) return null;
  const { from, to, found } = under as { from: number; to: number; found: Found };
  return { pos: from, end: to, create: () => ({ dom: card(found) }) };
});

function card({ message, fix }: Found): HTMLElement {
  const dom = document.createElement("div");
  dom.className = "md-card";
  const said = document.createElement("p");
  said.textContent = message.replaceAll("`", "");
  dom.append(said);
  if (fix !== null) {
    const button = document.createElement("button");
    button.className = "button";
    const label = fix.label.replaceAll("`", "");
    button.textContent = label.charAt(0).toUpperCase() + label.slice(1);
    button.onclick = fix.run;
    dom.append(button);
  }
  return dom;
}

export const marks: Extension = [shown, told];
