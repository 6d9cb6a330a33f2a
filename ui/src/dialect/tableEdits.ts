// What is done to the table under the cursor: each is one change, so one undo takes it back. Whatever changes the shape
// of a table writes it anew with its pipes under each other; going from cell to cell changes nothing.
import { type ChangeSpec, type Line, type StateCommand, Text, type TransactionSpec } from "@codemirror/state";
import { type Alignment, type CellAt, cellAt, type Table, tableAt, written } from "./tables";

interface Shape {
  readonly rows: readonly (readonly string[])[];
  readonly alignments: readonly Alignment[];
  /** Where the cursor goes. */
  readonly at: CellAt;
}

/** A command on the table under the cursor; elsewhere it does nothing and lets the key be what it is. */
function onTable(change: (table: Table, at: CellAt) => Shape | null): StateCommand {
  return ({ state, dispatch }) => {
    const { head } = state.selection.main;
    const table = tableAt(state.doc, head);
    if (table === null) return false;
    const shape = change(table, cellAt(table, state.doc, head));
    if (shape !== null) dispatch(state.update(rewritten(table, shape)));
    return true;
  };
}

function rewritten(table: Table, { rows, alignments, at }: Shape): TransactionSpec {
  const text = written({ prefix: table.prefix, rows, alignments });
  const insert = Text.of(text.split("\n"));
  const made = tableAt(insert, 0);
  const cell = made?.cells[Math.min(at.row, rows.length - 1)]?.[Math.min(at.column, alignments.length - 1)];
  return {
    changes: { from: table.from, to: table.to, insert },
    selection: { anchor: table.from + (cell?.from ?? 0), head: table.from + (cell?.to ?? 0) },
    scrollIntoView: true,
    userEvent: "input.table",
  };
}

/** The next cell, or the one before; behind the last one a new row begins. */
export function toCell(by: 1 | -1): StateCommand {
  return ({ state, dispatch }) => {
    const { head } = state.selection.main;
    const table = tableAt(state.doc, head);
    if (table === null) return false;
    const at = cellAt(table, state.doc, head);
    const columns = table.alignments.length;
    const next = at.row * columns + at.column + by;
    if (next < 0) return true;
    if (next >= table.rows.length * columns) return addRow(1)({ state, dispatch });
    const cell = table.cells[Math.floor(next / columns)]?.[next % columns];
    // A row that is short gets its cells when somebody goes to one.
    if (cell === undefined) {
      const to = { row: Math.floor(next / columns), column: next % columns };
      dispatch(state.update(rewritten(table, { ...table, at: to })));
    } else {
      dispatch(
        state.update({
          selection: { anchor: cell.from, head: cell.to },
          scrollIntoView: true,
          userEvent: "select",
        }),
      );
    }
    return true;
  };
}

const spliced = <T>(list: readonly T[], at: number, remove: number, ...added: T[]): T[] =>
  list.toSpliced(at, remove, ...added);

/** A row below the cursor's, or above it; nothing stands above the header. */
export function addRow(by: 1 | -1): StateCommand {
  return onTable(({ rows, alignments }, { row }) => {
    const at = Math.max(1, by > 0 ? row + 1 : row);
    const empty = Array<string>(alignments.length).fill("");
    return { rows: spliced(rows, at, 0, empty), alignments, at: { row: at, column: 0 } };
  });
}

/** Takes the cursor's row out; the header stays. */
export const removeRow: StateCommand = onTable(({ rows, alignments }, { row, column }) =>
  row === 0
    ? null
    : { rows: spliced(rows, row, 1), alignments, at: { row: Math.min(row, rows.length - 2), column } },
);

/** A column behind the cursor's, or before it. */
export function addColumn(by: 1 | -1): StateCommand {
  return onTable(({ rows, alignments }, { row, column }) => {
    const at = by > 0 ? column + 1 : column;
    return {
      rows: rows.map((cells) => spliced(cells, at, 0, "")),
      alignments: spliced(alignments, at, 0, "none"),
      at: { row, column: at },
    };
  });
}

/** Takes the cursor's column out; one stays. */
export const removeColumn: StateCommand = onTable(({ rows, alignments }, { row, column }) =>
  alignments.length === 1
    ? null
    : {
        rows: rows.map((cells) => spliced(cells, column, 1)),
        alignments: spliced(alignments, column, 1),
        at: { row, column: Math.min(column, alignments.length - 2) },
      },
);

/** Sets the cursor's column to the left, the middle or the right; asked for again, as the language goes. */
export function align(alignment: Exclude<Alignment, "none">): StateCommand {
  return onTable(({ rows, alignments }, at) => {
    const now = alignments[at.column] === alignment ? "none" : alignment;
    return { rows, alignments: spliced(alignments, at.column, 1, now), at };
  });
}

/** Puts the pipes under each other. */
export const tidy: StateCommand = onTable((table, at) => ({ ...table, at }));

/** The changes that put the pipes of a table under each other; none where they are. */
export function tidied(doc: Text, at: number): readonly ChangeSpec[] {
  const table = tableAt(doc, at);
  if (table === null) return [];
  return written(table)
    .split("\n")
    .flatMap((line, index) => respaced(doc.line(table.firstLine + index), line));
}

/**
 * What makes one line of another. Where they differ in spaces alone, spaces alone are changed, so that the cursor and
 * whatever else stands in the line stay with their words.
 */
function respaced({ from, to, text }: Line, line: string): readonly ChangeSpec[] {
  if (text === line) return [];
  const [old, made] = [text.split(/([ \t]+)/), line.split(/([ \t]+)/)];
  const words = (parts: readonly string[]): string => parts.filter((_, index) => index % 2 === 0).join(" ");
  if (words(old) !== words(made)) return [{ from, to, insert: line }];
  let at = from;
  return old.flatMap((part, index) => {
    const start = at;
    at += part.length;
    return part === made[index] ? [] : [{ from: start, to: at, insert: made[index]! }];
  });
}
