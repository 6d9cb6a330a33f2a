// What the window says about spelling, in Romanian.
import type { spelling as en } from "../en/spelling";
import { romanian as count } from "./count";

export const spelling: typeof en = {
  menu: (word) => `Ortografia cuvântului „${word}”`,
  noSuggestions: "Niciun cuvânt nu îi seamănă",
  add: "Adaugă în dicționarul revistei",
  leave: "Lasă-l în acest text",
  added: (word) => `„${word}” este acum unul dintre cuvintele revistei.`,
  takeOut: "Scoate-l",
  left: (word) => `„${word}” rămâne așa în acest text.`,
  cannotLeave: "În antetul acestui text nu încape: scrie acolo `accepted-words: [ … ]`.",
  replaced: (word, by) => `„${word}” înlocuit cu „${by}”`,
  none: "Niciun cuvânt nesigur în acest text",
  notHere: "Sub cursor nu este un cuvânt nesigur",
  at: (word) => `Nesigur: ${word}`,
  place: (word, at, of) => `${word}, locul ${at} din ${of}`,
  switchedOn: "Ortografia este verificată",
  switchedOff: "Ortografia nu este verificată",
  doubts: (n) => count(n, "cuvânt nesigur", "cuvinte nesigure"),
  noDictionary: (language) => `Niciun dicționar pentru „${language}”`,
  noDictionaryHint:
    "Cuvintele acestei limbi nu sunt verificate. Pune un dicționar Hunspell în assets/dictionaries.",
  badDictionary: (language) => `Dicționarul pentru „${language}” nu poate fi citit`,
  panel: "Ortografie",
  panels: "Ce arată panoul",
  issueHead: (n) => `${count(n, "cuvânt nesigur", "cuvinte nesigure")} în acest număr`,
  times: (n) => `de ${n} ori`,
  line: (article, line) => `${article}, rândul ${line}`,
  reread: "Caută din nou",
  reading: "Se citește numărul…",
  noneInIssue: "Toate cuvintele acestui număr sunt în dicționar.",
  add1: (word) => `Adaugă „${word}” în dicționarul revistei`,
  addShort: "Adaugă în dicționar",
  meant: (words) => `Poate: ${words}?`,
  setting: "Ortografie",
  settings: { on: "Marchează cuvintele nesigure", off: "Nu marca nimic" },
};
