// Ce spune fereastra despre lucrul cu vorbele: căutare, tabele, stilul casei.
import type { writing as en } from "../en/writing";
import { romanian as count } from "./count";

const places = (n: number): string => count(n, "loc", "locuri");
const texts = (n: number): string => count(n, "text", "texte");

export const writing: typeof en = {
  searching: {
    region: "Caută în tot numărul",
    words: "Caută în tot numărul",
    replacement: "Înlocuiește cu",
    inText: "Caută în acest text",
    find: "Caută",
    next: "Locul următor",
    previous: "Locul dinainte",
    noneHere: "nu apare",
    placeOf: (at, of, more) => `${at === 0 ? "" : `${at} din `}${of.toLocaleString("ro")}${more ? "+" : ""}`,
    replaceEvery: "Înlocuiește tot",
    showReplacement: "Și înlocuiește",
    matchCase: "Litere mari și mici",
    wholeWords: "Cuvinte întregi",
    expression: "Expresie regulată",
    close: "Închide căutarea",
    empty: "Caută în toate articolele, edițiile și în setările numărului",
    emptyHint: "Textul nesalvat contează. Enter duce la listă, Enter acolo duce la locul din text.",
    none: "Nu apare în acest număr",
    noneHint:
      "Nici în articole, nici în ediții, nici în setări. Poate cu mai puține litere, sau scris altfel.",
    failed: "Așa nu se poate căuta",
    count: (hits, files) => `${places(hits)} în ${texts(files)}`,
    capped: (shown, hits) =>
      `Primele ${shown.toLocaleString("ro")} din ${hits.toLocaleString("ro")} locuri; restrânge căutarea ca să le vezi pe celelalte`,
    edition: (name) => `Ediția ${name}`,
    settings: "Copertă, cuprins, casetă",
    inSettings: (field, line) =>
      `Este „${field}” din issue.toml, rândul ${line}. Fișierul nu are aici un editor; înlocuirea îl schimbă.`,
    replaceIt: "Înlocuiește",
    line: (n) => `rândul ${n}`,
    address: "parte dintr-o adresă",
    include: (line) => `Înlocuiește în rândul ${line}`,
    replaceOne: (line) => `Înlocuiește doar aici, rândul ${line}`,
    replaceThis: "Înlocuiește",
    replaceHere: (title) => `Înlocuiește în ${title}`,
    replaceAll: (n) => `Înlocuiește ${n.toLocaleString("ro")}`,
    replaced: (n, files) => `S-a înlocuit: ${places(n)} în ${texts(files)}`,
    undo: "Anulează",
    undoHint: "Anularea ia înapoi tot; Ctrl+Z într-un text ia înapoi doar partea lui.",
    takenBack: (files) => `Înlocuirea a fost luată înapoi în ${texts(files)}`,
    changedSince: (names) => `Schimbate între timp și lăsate așa: ${names}`,
    changedHint: "Versiunile anterioare ale articolului păstrează textul dinainte.",
    keys: "`↑` `↓` mută, `Enter` deschide, `Escape` închide",
    keysReplacing:
      "`↑` `↓` mută, `Enter` deschide, `Spațiu` lasă unul afară, `Shift+Enter` înlocuiește unul, `Ctrl+Z` ia înapoi",
  },
  tables: {
    picker: "Mărimea tabelului",
    size: (columns, rows) => `${count(columns, "coloană", "coloane")}, ${count(rows, "rând", "rânduri")}`,
    heading: (column) => `Coloana ${column}`,
    free: "Tab iese acum din tabel",
  },
};
