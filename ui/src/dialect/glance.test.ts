import { Text } from "@codemirror/state";
import { expect, test } from "vitest";
import { glanceAt } from "./glance";

const glance = (text: string): ReturnType<typeof glanceAt> => glanceAt(Text.of(text.split("\n")));

test.each([
  ["front matter is not counted", "---\ntitle: Five words that do not count\n---\n\nTwo words\n", 2],
  ["nor are marks, targets and attributes", '![A street](media/x.jpg "Noon"){.wide credit="N"}\n', 2],
  ["nor is a callout's name", "> [!pullquote]\n> A cheap sensor.\n", 3],
  ["nor are charts", "```chart\ntype: bar\n---\na,1\n```\nAfter it\n", 2],
  ["nor are comments", "One <!-- not these words --> two\n", 2],
  ["a word may have marks inside", "It’s 1,860 state-of-the-art *words*\n", 4],
])("words: %s", (_, text, words) => expect(glance(text).words).toBe(words));

test("headings are found with their level and place, but not in fences", () => {
  const found = glance("# One\n```\n# no\n```\n### Two *three* {#id}\n#no\n").headings;
  expect(found).toEqual([
    { level: 1, text: "One", from: 0 },
    { level: 3, text: "Two three", from: 19 },
  ]);
});
