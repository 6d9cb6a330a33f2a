import { Text } from "@codemirror/state";
import { expect, test } from "vitest";
import { glanceAt } from "./glance";

const glance = (text: string): ReturnType<typeof glanceAt> => glanceAt(Text.of(text.split("\n")));

test.each([
  ["front matter is not counted", "---\ntitle: Five words that do not count\n---\n\nTwo words\n", 2],
  ["nor are marks, targets and attributes", "[Two words](https://example.org){.button}\n", 2],
  [
    "a picture's caption is, what it shows is not",
    '![A street](media/x.jpg "Noon, (late)"){.wide credit="N"}\n',
    2,
  ],
  ["a picture alone has no words", "![A street in the rain](media/x.jpg)\n", 0],
  ["nor is a callout's name", "> [!pullquote]\n> A cheap sensor.\n", 3],
  ["nor are charts", "```chart\ntype: bar\n---\na,1\n```\nAfter it\n", 2],
  ["nor are comments", "One <!-- not these words --> two\n", 2],
  [
    "nor are a list's numbers and a footnote's name",
    "1. One street,[^walk] at 08:00 – early\n\n[^walk]: On foot.\n",
    7,
  ],
  ["a cell ends a word", "|City|Lamps|\n|---|:-:|\n", 2],
  ["a word may have marks inside", "It’s 1,860 state-of-the-art *words*\n", 4],
])("words: %s", (_, text, words) => expect(glance(text).words).toBe(words));

test("headings are found with their level and place, but not in fences", () => {
  const found = glance("# One\n```\n# no\n```\n### Two *three* {#id}\n#no\n").headings;
  expect(found).toEqual([
    { level: 1, text: "One", from: 0 },
    { level: 3, text: "Two three", from: 19 },
  ]);
});
