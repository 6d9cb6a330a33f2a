// One editor state for an article: the dialect, the keys, undo, search, and the front matter folded away.
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { codeFolding, foldEffect, foldedRanges, unfoldEffect } from "@codemirror/language";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import {
  EditorState,
  type Extension,
  type StateCommand,
  type Text,
  type TransactionSpec,
} from "@codemirror/state";
import {
  drawSelection,
  dropCursor,
  EditorView,
  highlightSpecialChars,
  keymap,
  rectangularSelection,
  type ViewUpdate,
} from "@codemirror/view";
import { words } from "../words";
import { blocks } from "./blocks";
import { lineBreakOf } from "./bytes";
import { frontMatterLines } from "./glance";
import { dialect } from "./language";
import { marks } from "./marks";
import { searchPanel } from "./searchPanel";
import { tableKeys } from "./tableKeys";
import { spelling } from "./spelling";

export function newSession(text: string, listener: (update: ViewUpdate) => void): EditorState {
  const lineBreak = lineBreakOf(text);
  const session = EditorState.create({
    doc: text,
    extensions: [
      lineBreak === undefined ? [] : EditorState.lineSeparator.of(lineBreak),
      writing,
      EditorView.updateListener.of(listener),
    ],
  });
  const front = frontMatter(session.doc);
  return front === null
    ? session
    : session.update({ effects: foldEffect.of(front), selection: { anchor: bodyStart(session.doc) } }).state;
}

/** How the writer likes to write, in every text. */
export const manner = {
  /** The line that is written stays in the middle. */
  typewriter: false,
};

const inTheMiddle = EditorState.transactionExtender.of((transaction) =>
  manner.typewriter && (transaction.docChanged || transaction.selection !== undefined)
    ? { effects: EditorView.scrollIntoView(transaction.newSelection.main.head, { y: "center" }) }
    : null,
);

const writing: Extension = [
  history(),
  drawSelection(),
  dropCursor(),
  inTheMiddle,
  rectangularSelection(),
  highlightSpecialChars(),
  EditorState.allowMultipleSelections.of(true),
  EditorView.lineWrapping,
  // Where only text is in sight, nothing else in the scroller tells that keys can reach it.
  EditorView.contentAttributes.of({ tabindex: "0" }),
  dialect(),
  blocks,
  marks,
  spelling,
  search({ top: true, createPanel: searchPanel }),
  highlightSelectionMatches({ minSelectionLength: 3 }),
  codeFolding({
    preparePlaceholder: (state, range) =>
      state.doc.lineAt(range.to).number - state.doc.lineAt(range.from).number + 1,
    placeholderDOM: (_view, onclick, lines: number) => {
      const button = document.createElement("button");
      button.className = "md-fold";
      button.textContent = words.editor.frontMatter(lines);
      button.title = words.editor.unfold;
      button.onclick = onclick;
      return button;
    },
  }),
  // Outside of a table Tab stays what it is everywhere: the way to the next control.
  tableKeys,
  keymap.of([
    ...defaultKeymap.filter((binding) => binding.key !== "Mod-/"),
    ...historyKeymap,
    ...searchKeymap,
  ]),
];

/** The front matter with its fences; nothing when there is none. */
function frontMatter(doc: Text): { from: number; to: number } | null {
  const lines = frontMatterLines(doc);
  return lines === 0 ? null : { from: 0, to: doc.line(lines).to };
}

/** What was folded at the start of a text. */
function foldedFront(state: EditorState): { from: number; to: number } | null {
  let folded: { from: number; to: number } | null = null;
  foldedRanges(state).between(0, 0, (from, to) => {
    if (from === 0) folded = { from, to };
  });
  return folded;
}

/** Folds the whole of the front matter again, where a change from outside reached across the end of its fold. */
export function refold(state: EditorState): TransactionSpec | null {
  const [folded, front] = [foldedFront(state), frontMatter(state.doc)];
  if (folded === null || front === null || folded.to === front.to) return null;
  return { effects: [unfoldEffect.of(folded), foldEffect.of(front)] };
}

/** Folds away the first front matter of a text; what was folded tells its lines anew. */
export function foldAnew(state: EditorState, first: boolean): TransactionSpec | null {
  const [folded, front] = [foldedFront(state), frontMatter(state.doc)];
  if (front === null || (folded === null && !first)) return null;
  return { effects: [...(folded === null ? [] : [unfoldEffect.of(folded)]), foldEffect.of(front)] };
}

/** The start of the first line of text. */
function bodyStart(doc: Text): number {
  let number = frontMatterLines(doc) + 1;
  while (number < doc.lines && doc.line(number).text.trim() === "") number += 1;
  return number > doc.lines ? doc.length : doc.line(number).from;
}

/** Folds the front matter away, or shows it and puts the cursor into it. */
export const toggleFrontMatter: StateCommand = ({ state, dispatch }) => {
  const front = frontMatter(state.doc);
  if (front === null) return false;
  let folded: { from: number; to: number } | null = null;
  foldedRanges(state).between(front.from, front.to, (from, to) => {
    folded = { from, to };
  });
  const shown = state.doc.lines > 1 ? state.doc.line(2).from : 0;
  dispatch(
    folded === null
      ? state.update({ effects: foldEffect.of(front), selection: { anchor: bodyStart(state.doc) } })
      : state.update({
          effects: unfoldEffect.of(folded),
          selection: { anchor: shown },
          scrollIntoView: true,
        }),
  );
  return true;
};
