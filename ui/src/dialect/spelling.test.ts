import { history, undo } from "@codemirror/commands";
import { EditorState, type TransactionSpec } from "@codemirror/state";
import { expect, test } from "vitest";
import { acceptHere, doubtAt, doubtFrom, doubtsOf, replaceDoubt, setDoubts, spelling } from "./spelling";

/** A text whose doubtful words stand between `‹…›`. */
function read(marked: string): EditorState {
  const doubts = [...marked.matchAll(/‹(.*?)›/g)].map((found, number) => {
    const from = found.index - 2 * number;
    return { word: found[1]!, from, to: from + found[1]!.length };
  });
  const state = EditorState.create({ doc: marked.replace(/[‹›]/g, ""), extensions: [history(), spelling] });
  return state.update({ effects: setDoubts.of(doubts) }).state;
}

function show(state: EditorState): string {
  let text = state.doc.toString();
  for (const { from, to } of doubtsOf(state).toReversed())
    text = `${text.slice(0, from)}‹${text.slice(from, to)}›${text.slice(to)}`;
  return text;
}

const after = (marked: string, change: TransactionSpec): string => show(read(marked).update(change).state);

test.each([
  ["a word before moves the mark", "a ‹wrod› b", { from: 0, insert: "not " }, "not a ‹wrod› b"],
  ["a letter in it takes the mark off", "a ‹wrod› b", { from: 4, insert: "x" }, "a wrxod b"],
  ["a letter after it does", "a ‹wrod› b", { from: 6, insert: "s" }, "a wrods b"],
  ["a letter before it does", "a ‹wrod› b", { from: 2, insert: "s" }, "a swrod b"],
  ["a stop after it does not", "a ‹wrod› b", { from: 6, insert: "." }, "a ‹wrod›. b"],
  ["a word that is taken out takes its mark along", "a ‹wrod› ‹tow›", { from: 2, to: 7 }, "a ‹tow›"],
])("%s", (_name, before, changes, expected) => expect(after(before, { changes })).toBe(expected));

test("a word is found from either end of it", () => {
  const state = read("a ‹wrod› b");
  expect([1, 2, 4, 6, 7].map((at) => doubtAt(state, at)?.word ?? null)).toEqual([
    null,
    "wrod",
    "wrod",
    "wrod",
    null,
  ]);
});

test("going from word to word goes on at the other end", () => {
  let state = read("‹won› two ‹tree›");
  const go = (direction: 1 | -1): string => {
    const doubt = doubtFrom(state, direction)!;
    state = state.update({ selection: { anchor: doubt.from, head: doubt.to } }).state;
    return doubt.word;
  };
  expect([go(1), go(1), go(1), go(-1), go(-1)]).toEqual(["won", "tree", "won", "tree", "won"]);
  expect(doubtFrom(read("all right"), 1)).toBeNull();
});

test("one undo takes a replacement back", () => {
  let state = read("a ‹wrod› b");
  state = state.update({ changes: { from: 8, insert: "c" }, userEvent: "input.type" }).state;
  state = state.update(replaceDoubt(doubtsOf(state)[0]!, "word")).state;
  expect(show(state)).toBe("a word bc");
  undo({ state, dispatch: (transaction) => (state = transaction.state) });
  expect(state.doc.toString()).toBe("a wrod bc");
});

test.each([
  ["---\ntitle: x\n---\nt", '---\ntitle: x\naccepted-words: ["Bega"]\n---\nt'],
  ["---\naccepted-words: [Timiș]\n---\n", '---\naccepted-words: [Timiș, "Bega"]\n---\n'],
  ["---\naccepted-words: []\n---\n", '---\naccepted-words: ["Bega"]\n---\n'],
  ["---\naccepted-words:\n  - x\n---\n", null],
  ["no front matter", null],
])("a word is accepted in the front matter of %j", (before, expected) => {
  const state = EditorState.create({ doc: before });
  const change = acceptHere(state.doc, "Bega");
  expect(change === null ? null : state.update(change).state.doc.toString()).toBe(expected);
});
