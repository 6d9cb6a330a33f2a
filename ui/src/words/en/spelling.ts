// What the window says about spelling, in English.
import { counter } from "../count";

const count = counter("en");

export const spelling = {
  menu: (word: string) => `Spelling of “${word}”`,
  noSuggestions: "No word is near it",
  add: "Add to the dictionary",
  leave: "Leave it in this text",
  added: (word: string) => `“${word}” is one of the magazine’s own words now.`,
  takeOut: "Take it out",
  left: (word: string) => `“${word}” is left as it is in this text.`,
  cannotLeave: "This text’s front matter has no room for it: write `accepted-words: [ … ]` there yourself.",
  replaced: (word: string, by: string) => `“${word}” replaced by “${by}”`,
  none: "No doubtful word in this text",
  notHere: "No doubtful word under the cursor",
  at: (word: string) => `Doubtful: ${word}`,
  place: (word: string, at: number, of: number) => `${word}, place ${at} of ${of}`,
  switchedOn: "Spelling is checked",
  switchedOff: "Spelling is not checked",
  doubts: (n: number) => count(n, "doubtful word", "doubtful words"),
  noDictionary: (language: string) => `No dictionary for “${language}”`,
  noDictionaryHint:
    "Words in this language are not checked. Put a Hunspell dictionary into assets/dictionaries.",
  badDictionary: (language: string) => `Dictionary for “${language}” cannot be read`,
  panel: "Spelling",
  panels: "What the panel shows",
  issueHead: (n: number) => `${count(n, "doubtful word", "doubtful words")} in this issue`,
  times: (n: number) => (n === 1 ? "once" : `${n.toLocaleString("en")} times`),
  line: (article: string, line: number) => `${article}, line ${line}`,
  reread: "Look again",
  reading: "Reading the issue…",
  noneInIssue: "Every word of this issue is in a dictionary.",
  add1: (word: string) => `Add to the dictionary: “${word}”`,
  addShort: "Add to the dictionary",
  meant: "Did you mean:",
  replaceAll: (word: string, by: string) => `Show every “${word}” as “${by}”, to replace it`,
  setting: "Spelling",
  settings: { on: "Mark doubtful words", off: "Mark nothing" },
};
