// Two texts side by side: what differs is coloured by line, and underlined word for word.
import { getChunks, MergeView } from "@codemirror/merge";
import { EditorState, type Extension, RangeSetBuilder } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view";
import { dialect } from "../dialect/language";
import "./compare.css";

/** One of the two, and what it is called to those who cannot see on which side it stands. */
export interface Side {
  readonly doc: string;
  readonly label: string;
}

/** Shows two texts in an element; what comes back takes them away again. */
export function compare(host: HTMLElement, left: Side, right: Side): () => void {
  const [a, b] = withoutLastBreak(left.doc, right.doc);
  const merge = new MergeView({
    parent: host,
    a: { doc: a, extensions: sideOf(left) },
    b: { doc: b, extensions: sideOf(right) },
    collapseUnchanged: { margin: 2 },
  });
  return () => merge.destroy();
}

/** The empty line that both files end with is no line of a text: what one lacks at its end would stand below it. */
export function withoutLastBreak(left: string, right: string): readonly [string, string] {
  const both = left.endsWith("\n") && right.endsWith("\n");
  return both ? [left.slice(0, -1), right.slice(0, -1)] : [left, right];
}

const sideOf = ({ label }: Side): Extension => [
  dialect(),
  EditorView.lineWrapping,
  EditorState.readOnly.of(true),
  EditorView.editable.of(false),
  EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
  EditorView.decorations.of(({ state }) => wholeLines(state)),
];

const whole = Decoration.line({ class: "cm-wholeLine" });

/** The lines of which every word differs: a colour says so where there is one. */
export function wholeLines(state: EditorState): DecorationSet {
  const found = getChunks(state);
  const builder = new RangeSetBuilder<Decoration>();
  for (const chunk of found?.chunks ?? []) {
    const onLeft = found?.side === "a";
    const start = onLeft ? chunk.fromA : chunk.fromB;
    for (const change of chunk.changes) {
      const from = start + (onLeft ? change.fromA : change.fromB);
      const to = Math.min(start + (onLeft ? change.toA : change.toB), state.doc.length);
      for (let at = from; at <= to;) {
        const line = state.doc.lineAt(at);
        if (line.from >= from && line.to <= to && line.length > 0) builder.add(line.from, line.from, whole);
        at = line.to + 1;
      }
    }
  }
  return builder.finish();
}
