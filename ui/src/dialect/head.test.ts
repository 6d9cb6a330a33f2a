import { ChangeSet, Text } from "@codemirror/state";
import { expect, test } from "vitest";
import { field, setField } from "./head";

const doc = (text: string): Text => Text.of(text.split("\n"));

function check(text: string, key: string, value: string, expected: string): void {
  const before = doc(text);
  const change = setField(before, key, value);
  const after = change === null ? before : ChangeSet.of(change, before.length).apply(before);
  expect(after.toString()).toBe(expected);
}

test("a field is read without its quotes", () => {
  expect(field(doc('---\ntitle: "Say: \\"no\\""\n---'), "title")?.value).toBe('Say: "no"');
  expect(field(doc("---\ntitle: 'it''s'\n---"), "title")?.value).toBe("it's");
  expect(field(doc("title: not in front matter"), "title")).toBeNull();
});

test("only the value changes", () =>
  check("---\ntitle: Old\nkind: letter\n---\nx", "title", "New", "---\ntitle: New\nkind: letter\n---\nx"));
test("an empty field gets its space", () =>
  check("---\ntitle:\n---", "title", "New", "---\ntitle: New\n---"));
test("a missing field is added at the end", () =>
  check("---\ntitle: A\n---\n", "budget", "6", "---\ntitle: A\nbudget: 6\n---\n"));
test.each([
  ["a: b", '"a: b"'],
  ["no", '"no"'],
  ["12:30", '"12:30"'],
  ["# one", '"# one"'],
  ['say "x"', '"say \\"x\\""'],
  ["Orașul, citit din nou", "Orașul, citit din nou"],
])("what YAML would misread is put in quotes: %s", (value, written) =>
  check("---\ntitle: A\n---", "title", value, `---\ntitle: ${written}\n---`),
);
test.each(["standfirst: >\n  two\n  lines", "authors: [A, B]", "title: *anchor", "title: A # why"])(
  "what is more than one plain value stays untouched: %s",
  (line) => {
    const text = `---\n${line}\n---`;
    check(text, line.split(":")[0]!, "New", text);
  },
);
