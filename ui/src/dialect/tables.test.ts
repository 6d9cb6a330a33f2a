import { EditorState, type StateCommand } from "@codemirror/state";
import { undo } from "@codemirror/commands";
import { EditorView, runScopeHandlers } from "@codemirror/view";
import { expect, test } from "vitest";
import { newSession } from "./session";
import { addColumn, addRow, align, removeColumn, removeRow, tidied, tidy, toCell } from "./tableEdits";
import { emptyTable, tableAt, tableOfCells } from "./tables";

/** A text with `|` nowhere for a cursor: `‹…›` is what is selected, `‸` the cursor. */
function read(marked: string): EditorState {
  const at = marked.indexOf("‸");
  if (at >= 0) return EditorState.create({ doc: marked.replace("‸", ""), selection: { anchor: at } });
  const [from, to] = [marked.indexOf("‹"), marked.indexOf("›") - 1];
  return EditorState.create({ doc: marked.replace(/[‹›]/g, ""), selection: { anchor: from, head: to } });
}

function show(state: EditorState): string {
  const { from, to } = state.selection.main;
  const text = state.doc.toString();
  if (from === to) return `${text.slice(0, from)}‸${text.slice(from)}`;
  return `${text.slice(0, from)}‹${text.slice(from, to)}›${text.slice(to)}`;
}

function check(before: string, command: StateCommand, after: string, does = true): void {
  let state = read(before);
  expect(command({ state, dispatch: (transaction) => (state = transaction.state) })).toBe(does);
  expect(show(state)).toBe(after);
}

const TABLE = "| a | b‸ |\n|---|--:|\n| c | d |";

test("Tab goes to the next cell and over the line of dashes", () =>
  check(TABLE, toCell(1), "| a | b |\n|---|--:|\n| ‹c› | d |"));
test("Shift Tab goes back, and stays in the first cell", () => {
  check(TABLE, toCell(-1), "| ‹a› | b |\n|---|--:|\n| c | d |");
  check("| ‸a | b |\n|---|---|", toCell(-1), "| ‸a | b |\n|---|---|");
});
test("behind the last cell a new row begins", () =>
  check(
    "| a | b |\n|---|--:|\n| c | d‸ |\n\nx",
    toCell(1),
    "| a   |   b |\n| --- | --: |\n| c   |   d |\n| ‸    |     |\n\nx",
  ));
test("a row that is short gets its cells", () =>
  check("| a | b |\n|---|---|\n| ‸c |", toCell(1), "| a   | b   |\n| --- | --- |\n| c   | ‸    |"));
test("outside of a table Tab is not taken", () => {
  check("a ‸b", toCell(1), "a ‸b", false);
  check("a | b‸\nc | d", toCell(1), "a | b‸\nc | d", false);
  check("```\n| a‸ |\n|---|\n```", toCell(1), "```\n| a‸ |\n|---|\n```", false);
  check("| a | b‸ |\n|---|", toCell(1), "| a | b‸ |\n|---|", false);
});
test("rows are added below and above, and the header stays on top", () => {
  const below = "| a   |   b |\n| --- | --: |\n| ‸    |     |\n| c   |   d |";
  check(TABLE, addRow(1), below);
  check(TABLE, addRow(-1), below);
});
test("a row goes, the header does not", () => {
  check("| a | b |\n|---|---|\n| c | d‸ |", removeRow, "| a   | ‹b›   |\n| --- | --- |");
  check(TABLE, removeRow, TABLE);
});
test("columns are added and taken out, and the last one stays", () => {
  check(TABLE, addColumn(1), "| a   |   b | ‸    |\n| --- | --: | --- |\n| c   |   d |     |");
  check(TABLE, addColumn(-1), "| a   | ‸    |   b |\n| --- | --- | --: |\n| c   |     |   d |");
  check(TABLE, removeColumn, "| ‹a›   |\n| --- |\n| c   |");
  check("| a‸ |\n|---|", removeColumn, "| a‸ |\n|---|");
});
test("a column is aligned, and asked again it is not", () => {
  check("| aaaa‸ |\n|---|\n| b |", align("center"), "| ‹aaaa› |\n| :--: |\n|  b   |");
  check("| a‸ |\n|--:|", align("right"), "| ‹a›   |\n| --- |");
});
test("the pipes stand under each other, in a callout and with letters of every width", () => {
  check(
    "> [!facts] F\n> |Oraș‸|n|\n> |--|-:|\n> |București|1|",
    tidy,
    "> [!facts] F\n> | ‹Oraș›      |   n |\n> | --------- | --: |\n> | București |   1 |",
  );
  check("|東京‸|\n|-|\n|abcd|", tidy, "| ‹東京› |\n| ---- |\n| abcd |");
});
test("a pipe that is meant as itself and a cell too many stay", () =>
  check(
    "|a \\| b‸|c|\n|-|-|\n|d|e|f|",
    tidy,
    "| ‹a \\| b› | c   |\n| ------ | --- |\n| d      | e   | f   |",
  ));
test("tidying twice changes nothing", () => {
  const state = read("|a‸|bb\n|-|:-:\nc|d|");
  const first = tidied(state.doc, 0);
  const text = state.update({ changes: first }).state.doc;
  expect(text.toString()).toBe("| a   | bb  |\n| --- | :-: |\n| c   |  d  |");
  expect(tidied(text, 0)).toEqual([]);
});

test("an empty table has the size that was asked for", () => {
  expect(emptyTable(2, 1, (column) => `C ${column}`)).toBe("| C 1 | C 2 |\n| --- | --- |\n|     |     |");
});
test("cells of a spreadsheet become a table, figures at their last digit", () => {
  expect(tableOfCells("City\tShare\r\nA|B\t40 %\r\nC\t1,200\r\n")).toBe(
    "| City | Share |\n| ---- | ----: |\n| A\\|B |  40 % |\n| C    | 1,200 |",
  );
  expect(tableOfCells("one line of words")).toBeNull();
  expect(tableOfCells("a\tb\nc")).toBeNull();
  expect(tableOfCells("\tAn indented paragraph.")).toBeNull();
});

/** An editor with its keys. */
function editor(marked: string): EditorView {
  const at = marked.indexOf("‸");
  const view = new EditorView({ state: newSession(marked.replace("‸", ""), () => {}) });
  view.dispatch({ selection: { anchor: at } });
  return view;
}
const press = (view: EditorView, key: string): boolean =>
  runScopeHandlers(view, new KeyboardEvent("keydown", { key }), "editor");

test("Escape lets Tab out of the table until something is done in it", () => {
  const view = editor("| ‸a | b |\n|---|---|\n| c | d |\n");
  expect(press(view, "Tab")).toBe(true);
  expect(press(view, "Escape")).toBe(true);
  expect(press(view, "Tab")).toBe(false);
  view.dispatch({ selection: { anchor: 2 } });
  expect(press(view, "Tab")).toBe(true);
});

test("a table that was changed is put in order when the cursor leaves it, and one undo takes that back", () => {
  const view = editor("| a‸ | b |\n|---|---|\n\nafter");
  const text = (): string => view.state.doc.toString();
  view.dispatch({ changes: { from: 3, insert: "bcd" }, selection: { anchor: 6 }, userEvent: "input.type" });
  view.dispatch({ selection: { anchor: 2 } });
  expect(text()).toBe("| abcd | b |\n|---|---|\n\nafter");
  view.dispatch({ selection: { anchor: view.state.doc.length } });
  expect(text()).toBe("| abcd | b   |\n| ---- | --- |\n\nafter");
  undo(view);
  expect(text()).toBe("| abcd | b |\n|---|---|\n\nafter");
  view.dispatch({ selection: { anchor: 2 } });
  view.dispatch({ selection: { anchor: view.state.doc.length } });
  expect(text()).toBe("| abcd | b |\n|---|---|\n\nafter");
});

test("a row that was typed comes into line when the cursor goes to another one, and the cursor stays with its words", () => {
  const view = editor("| a   | b   |\n| --- | --- |\n| c‸   | d   |\n| e   | f   |\n\nafter");
  const text = (): string => view.state.doc.toString();
  const typed = "| a   | b   |\n| --- | --- |\n| cities   | d   |\n| e   | f   |\n\nafter";
  const at = view.state.selection.main.head;
  view.dispatch({
    changes: { from: at, insert: "ities" },
    selection: { anchor: at + 5 },
    userEvent: "input.type",
  });
  expect(text()).toBe(typed);
  view.dispatch({ selection: { anchor: text().indexOf("f") } });
  expect(text()).toBe("| a      | b   |\n| ------ | --- |\n| cities | d   |\n| e      | f   |\n\nafter");
  expect(view.state.selection.main.head).toBe(text().indexOf("f"));
  undo(view);
  expect(text()).toBe(typed);
});

test("a table that was only looked at stays as it is", () => {
  const view = editor("|a‸|b|\n|-|-|\n\nafter");
  view.dispatch({ selection: { anchor: view.state.doc.length } });
  expect(view.state.doc.toString()).toBe("|a|b|\n|-|-|\n\nafter");
  expect(tableAt(view.state.doc, 0)?.alignments).toEqual(["none", "none"]);
});
