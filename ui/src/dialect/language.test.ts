import { ensureSyntaxTree } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { expect, test } from "vitest";
import { dialect } from "./language";

/** The nodes of the dialect's own in a text, with their words. */
function nodes(text: string, names: RegExp): string[] {
  const state = EditorState.create({ doc: text, extensions: dialect() });
  const found: string[] = [];
  ensureSyntaxTree(state, text.length, 60_000)!.iterate({
    enter: ({ name, from, to }) => {
      if (names.test(name)) found.push(`${name} ${text.slice(from, to)}`);
    },
  });
  return found;
}

test("a teaser is one thing with the same brackets on both sides, and no link", () => {
  expect(nodes("[[audit]]\n", /Teaser|Link/)).toEqual(["Teaser [[audit]]", "TeaserMark [[", "TeaserMark ]]"]);
  expect(nodes("See [[1]](https://example.org) and [the [audit]](a).", /^Teaser$/)).toEqual([]);
  expect(nodes("`[[audit]]` and \\[[audit]]", /^Teaser$/)).toEqual([]);
});
