import { history, undo } from "@codemirror/commands";
import { EditorSelection, EditorState, type StateCommand } from "@codemirror/state";
import { expect, test } from "vitest";
import { footnote, heading, insertBlock, nextMark, quote, replaceByBlock, wrap } from "./edits";

/** A text with its selection between brackets `‹…›`, or one `|` for a cursor. */
function read(marked: string): EditorState {
  const cursor = marked.indexOf("|");
  if (cursor >= 0) {
    return EditorState.create({ doc: marked.replace("|", ""), selection: { anchor: cursor } });
  }
  const from = marked.indexOf("‹");
  const to = marked.indexOf("›") - 1;
  return EditorState.create({ doc: marked.replace(/[‹›]/g, ""), selection: EditorSelection.range(from, to) });
}

function show(state: EditorState): string {
  const { from, to } = state.selection.main;
  const text = state.doc.toString();
  if (from === to) return `${text.slice(0, from)}|${text.slice(from)}`;
  return `${text.slice(0, from)}‹${text.slice(from, to)}›${text.slice(to)}`;
}

function check(before: string, command: StateCommand, after: string): void {
  let state = read(before);
  command({ state, dispatch: (transaction) => (state = transaction.state) });
  expect(show(state)).toBe(after);
}

test("bold goes around the selection", () => check("a ‹b› c", wrap("**"), "a **‹b›** c"));
test("and comes off again", () => check("a **‹b›** c", wrap("**"), "a ‹b› c"));
test("italics inside bold leave the bold alone", () => check("**‹b›**", wrap("*"), "***‹b›***"));
test("a line becomes a heading", () => check("walk|", heading, "## walk|"));
test("then one of the next level", () => check("## walk|", heading, "### walk|"));
test("then text again", () => check("### walk|", heading, "walk|"));
test("lines are quoted", () => check("‹a\nb›", quote(null), "> a\n> b|\n"));
test("a pull quote stands alone", () =>
  check("above\nsay|\n\nbelow", quote("[!pullquote]"), "above\n\n> [!pullquote]\n> say|\n\nbelow"));
test("an empty pull quote waits to be written", () =>
  check("|", quote("[!pullquote]"), "> [!pullquote]\n> ‹Text›\n"));
test("a block goes below the line, apart from it", () =>
  check("a|b\nc", insertBlock("| T |", "T"), "ab\n\n| ‹T› |\n\nc"));
test("a block with nothing to type over leaves the cursor behind it", () =>
  check("a|\nc", insertBlock("![b](c)", ""), "a\n\n![b](c)|\n\nc"));
test("a block takes the place of what is selected, and one undo brings that back", () => {
  const before = { doc: "one two three\nfour", selection: EditorSelection.range(4, 7) };
  let state = EditorState.create({ ...before, extensions: [history()] });
  const run = (command: StateCommand): boolean =>
    command({ state, dispatch: (transaction) => (state = transaction.state) });
  run(replaceByBlock("[T]"));
  expect(show(state)).toBe("one  three\n\n[T]|\n\nfour");
  run(undo);
  expect(show(state)).toBe("one ‹two› three\nfour");
});
test("a footnote is marked here and written at the end", () =>
  check("Walk|.\n", footnote, "Walk[^1].\n\n[^1]: |\n"));
test("the next one joins it", () =>
  check("A[^1] b|.\n\n[^1]: One.\n", footnote, "A[^1] b[^2].\n\n[^1]: One.\n[^2]: |\n"));
test("the next mark of the editors is chosen", () => check("|a TK b", nextMark, "a ‹TK› b"));
test("and after the last one the first", () => check("<!-- who? --> TK|", nextMark, "‹<!-- who? -->› TK"));
