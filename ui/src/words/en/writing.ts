// What the window says about work on words: search, tables, house style.
import { counter } from "../count";

const count = counter("en");
const places = (n: number): string => count(n, "place", "places");

export const writing = {
  searching: {
    region: "Find in the whole issue",
    words: "Find in the whole issue",
    replacement: "Replace with",
    inText: "Find in this text",
    find: "Find",
    next: "Next place",
    previous: "Previous place",
    noneHere: "not found",
    placeOf: (at: number, of: number, more: boolean) =>
      `${at === 0 ? "" : `${at} of `}${of.toLocaleString("en")}${more ? "+" : ""}`,
    replaceEvery: "Replace all",
    showReplacement: "Replace, too",
    matchCase: "Match case",
    wholeWords: "Whole words",
    expression: "Regular expression",
    close: "Close the search",
    empty: "Find words in every article, edition and in the issue’s settings",
    emptyHint: "Unsaved text counts. Enter goes to the list, Enter there to the place in its text.",
    none: "Not in this issue",
    noneHint:
      "Neither in its articles nor in its editions or settings. Try fewer letters, or another spelling.",
    failed: "Nothing can be found like this",
    count: (hits: number, files: number) => `${places(hits)} in ${count(files, "text", "texts")}`,
    capped: (shown: number, hits: number) =>
      `The first ${shown.toLocaleString("en")} of ${hits.toLocaleString("en")} places; narrow the search to see the others`,
    edition: (name: string) => `Edition ${name}`,
    settings: "Cover, contents, colophon",
    inSettings: (field: string, line: number) =>
      `This is “${field}” in issue.toml, line ${line}. That file has no editor here; replacing changes it.`,
    replaceIt: "Replace it",
    line: (n: number) => `line ${n}`,
    address: "part of an address",
    include: (line: number) => `Replace in line ${line}`,
    replaceOne: (line: number) => `Replace this one, line ${line}`,
    replaceThis: "Replace",
    replaceHere: (title: string) => `Replace in ${title}`,
    replaceAll: (n: number) => `Replace ${n.toLocaleString("en")}`,
    replaced: (n: number, files: number) => `${places(n)} in ${count(files, "text", "texts")} replaced`,
    undo: "Undo",
    undoHint: "Undo takes all of it back; Ctrl+Z in a text takes back that text’s part.",
    takenBack: (files: number) => `Replacement taken back in ${count(files, "text", "texts")}`,
    changedSince: (names: string) => `Changed since and left alone: ${names}`,
    changedHint: "The article’s earlier versions hold the text as it was.",
    keys: "`↑` `↓` move, `Enter` opens, `Escape` closes",
    keysReplacing:
      "`↑` `↓` move, `Enter` opens, `Space` leaves one out, `Shift+Enter` replaces one, `Ctrl+Z` takes back",
  },
  tables: {
    picker: "Size of the table",
    size: (columns: number, rows: number) =>
      `${count(columns, "column", "columns")}, ${count(rows, "row", "rows")}`,
    heading: (column: number) => `Column ${column}`,
    free: "Tab now leaves the table",
  },
};
