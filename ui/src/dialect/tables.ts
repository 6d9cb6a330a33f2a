// A Markdown table as rows of cells, read from its lines and written back with its pipes under each other. Nothing is
// kept beside the text: a table is what its lines say.
import type { Text } from "@codemirror/state";

export type Alignment = "none" | "left" | "center" | "right";

export interface Table {
  /** The bytes of its lines, from the start of the first to the end of the last. */
  readonly from: number;
  readonly to: number;
  /** What stands before each line: the mark of a quotation, or spaces. */
  readonly prefix: string;
  /** The header first; the line of dashes is none of the rows. */
  readonly rows: readonly (readonly string[])[];
  readonly alignments: readonly Alignment[];
  /** Where each row's cells are, without the spaces around their words. */
  readonly cells: readonly (readonly { readonly from: number; readonly to: number }[])[];
  /** The line of the header. */
  readonly firstLine: number;
}

/** A place in a table: the header is row 0. */
export interface CellAt {
  readonly row: number;
  readonly column: number;
}

const PREFIX = /^(?:[ \t]*>)*[ \t]*/;
const DASHES = /^\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;

const prefixOf = (line: string): string => PREFIX.exec(line)![0];
const quotes = (line: string): string => prefixOf(line).replace(/[ \t]/g, "");
const bodyOf = (line: string): string => line.slice(prefixOf(line).length);

/** The table that a place of the text is in; nothing where there is none, or within a fence of code. */
export function tableAt(doc: Text, at: number): Table | null {
  const here = doc.lineAt(at);
  if (!here.text.includes("|")) return null;
  const belongs = (number: number): boolean => {
    const { text } = doc.line(number);
    return quotes(text) === quotes(here.text) && bodyOf(text).includes("|");
  };
  let first = here.number;
  while (first > 1 && belongs(first - 1)) first -= 1;
  let last = here.number;
  while (last < doc.lines && belongs(last + 1)) last += 1;
  // The line above the dashes is the header; what stands before it is a paragraph.
  let dashes = first + 1;
  while (dashes <= last && !DASHES.test(bodyOf(doc.line(dashes).text))) dashes += 1;
  if (dashes > last || here.number < dashes - 1 || inFence(doc, dashes)) return null;
  return read(doc, dashes - 1, last);
}

function read(doc: Text, first: number, last: number): Table | null {
  const header = cellsOf(doc, first);
  const marks = cellsOf(doc, first + 1).map(({ from, to }) => alignmentOf(doc.sliceString(from, to)));
  if (marks.length !== header.length) return null;
  const cells = [header];
  for (let number = first + 2; number <= last; number++) cells.push(cellsOf(doc, number));
  const rows = cells.map((row) => row.map(({ from, to }) => doc.sliceString(from, to)));
  return {
    from: doc.line(first).from,
    to: doc.line(last).to,
    prefix: prefixOf(doc.line(first).text),
    // A row may be short, and what it has too much is shown nowhere but kept.
    rows: rows.map((row) => [...row, ...Array<string>(Math.max(0, header.length - row.length)).fill("")]),
    alignments: marks,
    cells,
    firstLine: first,
  };
}

/** The cells of a line, without the spaces around their words. */
function cellsOf(doc: Text, number: number): { from: number; to: number }[] {
  const line = doc.line(number);
  const start = prefixOf(line.text).length;
  const pipes: number[] = [];
  for (let at = start; at < line.text.length; at++) {
    if (line.text[at] === "\\") at += 1;
    else if (line.text[at] === "|") pipes.push(at);
  }
  if (pipes[0] !== start) pipes.unshift(start - 1);
  const end = line.text.trimEnd().length;
  if (pipes.at(-1) !== end - 1 || pipes.length === 1) pipes.push(end);
  return pipes.slice(1).map((pipe, index) => {
    const open = pipes[index]! + 1;
    const written = line.text.slice(open, pipe);
    const words = written.trim();
    // An empty cell is where its first word would go: behind one space.
    const lead = words === "" ? Math.min(1, written.length) : written.length - written.trimStart().length;
    const from = line.from + open + lead;
    return { from, to: from + words.length };
  });
}

function alignmentOf(dashes: string): Alignment {
  const [left, right] = [dashes.startsWith(":"), dashes.endsWith(":")];
  return left && right ? "center" : right ? "right" : left ? "left" : "none";
}

/** Whether a line is within a fence of code. */
export function inFence(doc: Text, line: number): boolean {
  let fence: string | null = null;
  for (let number = 1; number < line; number++) {
    const mark: string | undefined = /^(?:[ \t]*>)*[ \t]*(```+|~~~+)/.exec(doc.line(number).text)?.[1];
    if (mark === undefined) continue;
    if (fence === null) fence = mark;
    else if (mark.startsWith(fence)) fence = null;
  }
  return fence !== null;
}

/** The cell that a place of the text is in. */
export function cellAt(table: Table, doc: Text, at: number): CellAt {
  const offset = doc.lineAt(at).number - table.firstLine;
  // From the dashes the way goes on from the header.
  const row = Math.min(table.cells.length - 1, offset === 0 ? 0 : Math.max(0, offset - 1));
  const column = offset === 1 ? 0 : table.cells[row]!.findLastIndex(({ from }) => from <= at);
  return { row, column: Math.min(Math.max(0, column), table.alignments.length - 1) };
}

/** How many columns of a typewriter the words take. */
function widthOf(words: string): number {
  let width = 0;
  for (const letter of words.replace(/\p{M}/gu, "")) {
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\p{Extended_Pictographic}]/u.test(
        letter,
      )
        ? 2
        : 1;
  }
  return width;
}

interface Matrix {
  readonly prefix: string;
  readonly rows: readonly (readonly string[])[];
  readonly alignments: readonly Alignment[];
}

/** The lines of a table with its pipes under each other. */
export function written({ prefix, rows, alignments }: Matrix): string {
  const columns = Math.max(...rows.map(({ length }) => length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(3, ...rows.map((row) => widthOf(row[column] ?? ""))),
  );
  const line = (cells: readonly string[]): string => `${prefix}| ${cells.join(" | ")} |`;
  const [header, ...body] = rows.map((row) =>
    // What a row has too much stays; what it lacks is empty.
    line(
      widths
        .slice(0, Math.max(alignments.length, row.length))
        .map((width, column) => padded(row[column] ?? "", width, alignments[column] ?? "none")),
    ),
  );
  const dashes = line(alignments.map((alignment, column) => dashesOf(alignment, widths[column]!)));
  return [header, dashes, ...body].join("\n");
}

function padded(words: string, width: number, alignment: Alignment): string {
  const free = width - widthOf(words);
  const before = alignment === "right" ? free : alignment === "center" ? Math.floor(free / 2) : 0;
  return " ".repeat(before) + words + " ".repeat(free - before);
}

function dashesOf(alignment: Alignment, width: number): string {
  const [left, right] = [
    alignment === "left" || alignment === "center",
    alignment === "right" || alignment === "center",
  ];
  return `${left ? ":" : "-"}${"-".repeat(width - 2)}${right ? ":" : "-"}`;
}

/** An empty table of so many columns and rows, its header not counted. */
export function emptyTable(columns: number, rows: number, heading: (column: number) => string): string {
  const header = Array.from({ length: columns }, (_, column) => heading(column + 1));
  const body = Array.from({ length: rows }, () => Array<string>(columns).fill(""));
  const alignments = Array<Alignment>(columns).fill("none");
  return written({ prefix: "", rows: [header, ...body], alignments });
}

/** Cells as a spreadsheet hands them out, as a table; nothing when the text is no grid of at least two columns. */
export function tableOfCells(text: string): string | null {
  const lines = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n");
  const rows = lines.map((line) => line.split("\t").map(cellOf));
  const columns = rows[0]?.length ?? 0;
  if (columns < 2 || rows.some(({ length }) => length !== columns)) return null;
  // An indented paragraph has tabs as well, and nothing before them.
  if (rows.every(([first]) => first === "")) return null;
  // A column that holds figures alone stands at their last digits.
  const alignments = Array.from({ length: columns }, (_, column): Alignment => {
    const cells = rows.slice(1).map((row) => row[column]!);
    return cells.some((cell) => cell !== "") && cells.every((cell) => FIGURE.test(cell)) ? "right" : "none";
  });
  return written({ prefix: "", rows, alignments });
}

const FIGURE = /^(?:[-+−]?[\d.,\s\u00a0\u202f]*\d(?:\s?[%‰€$£])?|[€$£]\s?[\d.,\s]*\d|)$/;

const cellOf = (cell: string): string => cell.trim().replace(/\\/g, "\\\\").replace(/\|/g, "\\|");
