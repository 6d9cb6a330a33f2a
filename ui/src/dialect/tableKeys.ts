// Tab in a table goes from cell to cell, and nobody is caught there: after Escape, Tab is again the way to the next
// control, until the cursor moves or something is typed. A table that was changed has its pipes put under each other
// when the cursor leaves the row.
import { isolateHistory } from "@codemirror/commands";
import {
  type EditorState,
  type Extension,
  type StateCommand,
  StateEffect,
  StateField,
  Transaction,
} from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { words } from "../words";
import { addRow, tidied, toCell } from "./tableEdits";
import { tableAt } from "./tables";

const setFree = StateEffect.define<null>();
const left = StateEffect.define<null>();

/** Whether Escape was pressed, and nothing since. */
const free = StateField.define<boolean>({
  create: () => false,
  update: (was, { effects, docChanged, selection }) =>
    effects.some((effect) => effect.is(setFree)) || (was && !docChanged && selection === undefined),
});

/** Where a row of a table was changed that was not left yet. */
const touched = StateField.define<number | null>({
  create: () => null,
  update(was, transaction) {
    if (transaction.effects.some((effect) => effect.is(left))) return null;
    const { docChanged, state } = transaction;
    if (!docChanged) return was;
    const { head } = state.selection.main;
    const typed = transaction.isUserEvent("input") || transaction.isUserEvent("delete");
    if (typed && tableAt(state.doc, head) !== null) return head;
    return was === null ? null : transaction.changes.mapPos(was);
  },
});

const leaving = EditorView.updateListener.of(({ state, view, selectionSet, docChanged }) => {
  const row = state.field(touched);
  if (row === null || !(selectionSet || docChanged)) return;
  const { doc, selection } = state;
  if (row <= doc.length && doc.lineAt(row).number === doc.lineAt(selection.main.head).number) return;
  view.dispatch({
    changes: row <= doc.length ? tidied(doc, row) : [],
    effects: left.of(null),
    annotations: [Transaction.userEvent.of("format.table"), isolateHistory.of("full")],
  });
});

const inTable = ({ doc, selection }: EditorState): boolean => tableAt(doc, selection.main.head) !== null;

/** Lets the next Tab go out of the table, to the next control. */
export const letTabOut: StateCommand = ({ state, dispatch }) => {
  if (!inTable(state) || state.field(free, false) !== false) return false;
  dispatch(state.update({ effects: [setFree.of(null), EditorView.announce.of(words.tables.free)] }));
  return true;
};

const tab =
  (by: 1 | -1) =>
  (view: EditorView): boolean =>
    !view.state.field(free) && toCell(by)(view);

export const tableKeys: Extension = [
  free,
  touched,
  leaving,
  keymap.of([
    { key: "Tab", run: tab(1), shift: tab(-1) },
    { key: "Escape", run: letTabOut },
    { key: "Alt-Enter", run: addRow(1), shift: addRow(-1) },
  ]),
];
