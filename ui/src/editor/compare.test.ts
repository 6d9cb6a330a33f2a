// Of two texts side by side, a line that is new as a whole is not underlined word for word as well.
import { getChunks, MergeView } from "@codemirror/merge";
import { describe, expect, it } from "vitest";
import { wholeLines, withoutLastBreak } from "./compare";

function marked(left: string, right: string): readonly [string[], string[]] {
  const merge = new MergeView({ a: { doc: left }, b: { doc: right } });
  const linesOf = ({ state }: typeof merge.a): string[] => {
    const lines: string[] = [];
    wholeLines(state).between(0, state.doc.length, (from) => void lines.push(state.doc.lineAt(from).text));
    return lines;
  };
  expect(getChunks(merge.a.state)?.chunks.length).toBeGreaterThan(0);
  const both = [linesOf(merge.a), linesOf(merge.b)] as const;
  merge.destroy();
  return both;
}

describe("a line that differs as a whole", () => {
  it("is marked where it came", () => {
    expect(marked("One.\n\nTwo.\n", "One.\n\nNew, and long.\n\nTwo.\n")).toEqual([[], ["New, and long."]]);
  });

  it("is marked where it went", () => {
    expect(marked("One.\nGone.", "One.")).toEqual([["Gone."], []]);
  });

  it("is not one in which a word differs", () => {
    expect(marked("A house at night, and a lamp.", "A house at noon, and a lamp.")).toEqual([[], []]);
  });
});

it("leaves out the last break where both texts have one, and tells it where one has none", () => {
  expect(withoutLastBreak("One.\n", "One.\n\nTwo.\n")).toEqual(["One.", "One.\n\nTwo."]);
  expect(withoutLastBreak("One.", "One.\n")).toEqual(["One.", "One.\n"]);
});
