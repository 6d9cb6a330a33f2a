import { ChangeSet, type ChangeSpec, Text } from "@codemirror/state";
import { expect, test } from "vitest";
import { dropField, field, isReadable, list, setField, setList } from "./head";

const doc = (text: string): Text => Text.of(text.split("\n"));

function changed(text: string, change: (doc: Text) => ChangeSpec | null): string {
  const before = doc(text);
  const made = change(before);
  return (made === null ? before : ChangeSet.of(made, before.length).apply(before)).toString();
}

const check = (text: string, key: string, value: string, expected: string): void =>
  expect(changed(text, (before) => setField(before, key, value))).toBe(expected);
const checkList = (text: string, items: readonly string[], expected: string): void =>
  expect(changed(text, (before) => setList(before, "authors", items))).toBe(expected);
const checkDrop = (text: string, key: string, expected: string): void =>
  expect(changed(text, (before) => dropField(before, key))).toBe(expected);

test("a field is read without its quotes", () => {
  expect(field(doc('---\ntitle: "Say: \\"no\\""\n---'), "title")?.value).toBe('Say: "no"');
  expect(field(doc("---\ntitle: 'it''s'\n---"), "title")?.value).toBe("it's");
  expect(field(doc("title: not in front matter"), "title")).toBeNull();
});

test("only the value changes", () =>
  check("---\ntitle: Old\nkind: letter\n---\nx", "title", "New", "---\ntitle: New\nkind: letter\n---\nx"));
test("an empty field gets its space", () =>
  check("---\ntitle:\n---", "title", "New", "---\ntitle: New\n---"));
test("an emptied field keeps no space", () => check("---\ntitle: A\n---", "title", "", "---\ntitle:\n---"));
test("a missing field is added at the end", () =>
  check("---\ntitle: A\n---\n", "budget", "6", "---\ntitle: A\nbudget: 6\n---\n"));
test("a missing field gets its place behind the one it belongs to", () => {
  check(
    "---\npicture: a.svg\n# why\nbudget: 2\nmine: x\n---",
    "picture-alt",
    "A",
    "---\npicture: a.svg\npicture-alt: A\n# why\nbudget: 2\nmine: x\n---",
  );
  check(
    "---\nstandfirst: >\n  one\n\n  two\n\nmine: x\n---",
    "budget",
    "2",
    "---\nstandfirst: >\n  one\n\n  two\nbudget: 2\n\nmine: x\n---",
  );
  check("---\nbudget: 2\n---", "title", "A", "---\ntitle: A\nbudget: 2\n---");
});
test("a comment stays behind its value", () => {
  check(
    "---\nkind: feature   # letter, feature\n---",
    "kind",
    "letter",
    "---\nkind: letter   # letter, feature\n---",
  );
  check("---\ntitle: # of the page\n---", "title", "A", "---\ntitle: A # of the page\n---");
  check("---\ntitle: 'a # b' # c\n---", "title", "A", "---\ntitle: A # c\n---");
});
test("a field whose name is in quotes is that field", () =>
  check('---\n"title" : A\n---', "title", "B", '---\n"title" : B\n---'));
test("a text without front matter gets one, behind the mark of its bytes", () => {
  check("Text.", "title", "A", "---\ntitle: A\n---\n\nText.");
  check("\n\nText.", "title", "A", "---\ntitle: A\n---\n\n\nText.");
  check("\ufeffText.", "title", "A", "\ufeff---\ntitle: A\n---\n\nText.");
  check("\ufeff---\ntitle: A\n---", "title", "B", "\ufeff---\ntitle: B\n---");
});
test.each(["---\ntitle: A\n\nText.", "---", "\ufeff---\ntitle: A", "---\r\ntitle: A\r"])(
  "a front matter that nobody closed stays untouched: %j",
  (text) => {
    expect(isReadable(doc(text))).toBe(false);
    expect(field(doc(text), "title")?.plain).toBe(false);
    check(text, "title", "B", text);
    check(text, "budget", "2", text);
    checkList(text, ["New"], text);
    checkDrop(text, "title", text);
  },
);
test("a carriage return stays at the end of its line", () =>
  check("---\r\ntitle: A\r\nkind:\r\n---\r", "title", "B", "---\r\ntitle: B\r\nkind:\r\n---\r"));
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
test.each([
  "standfirst: >\n  two\n  lines",
  "standfirst: two\n\n  paragraphs",
  "authors: [A, B]",
  "authors: [A,\n]",
  "title: *anchor",
  'title: "a\\tb"',
  "title: 'a' b",
  "title: a: b",
  "title: - a",
  "  title: A",
  "{title: A}",
  "- title: A",
])("what is more than one plain value stays untouched: %s", (line) => {
  const text = `---\n${line}\n---`;
  check(text, /\w+/.exec(line)![0], "New", text);
});
test("what stays untouched can be read all the same", () => {
  expect(field(doc("---\nstandfirst: >-\n  two\n  lines\n---"), "standfirst")?.value).toBe("two lines");
  expect(field(doc("---\n{title: A}\n---"), "title")?.plain).toBe(false);
  expect(list(doc("---\nauthors: [A,\n  B]\n---"), "authors")).toEqual({ items: ["[A, B]"], plain: false });
});

test.each([
  ["authors: [The editors]", ["The editors"]],
  ["authors: [ Ana, \"Pop, Ion\",'D''Arc' , ]  # who", ["Ana", "Pop, Ion", "D'Arc"]],
  ["authors: []", []],
  ["authors:", []],
  ["authors: Ana, of Arad", ["Ana, of Arad"]],
  ['authors:\n  - Ana\n  - "Pop: Ion"', ["Ana", "Pop: Ion"]],
  ["authors:\n- Ana\n- Ion", ["Ana", "Ion"]],
])("a list is read: %s", (line, items) =>
  expect(list(doc(`---\n${line}\n---`), "authors")).toEqual({ items, plain: true }),
);
test.each([
  "authors: [A, [B]]",
  "authors: [A, , B]",
  "authors: [a: b]",
  "authors: [A, *b]",
  "authors: &all [A]",
  "authors:\n  - name: A",
  "authors:\n  - A # why\n  - B",
  "authors:\n  - A\n    and B",
  "authors:\n  - A\n\n  - B",
  "authors:\n  - - A",
  "authors:\n  A",
  "authors: >\n  - A",
])("a list of anything else stays untouched: %s", (line) => {
  const text = `---\n${line}\n---`;
  expect(list(doc(text), "authors").plain).toBe(false);
  checkList(text, ["New"], text);
  checkDrop(text, "authors", text);
});

test("a list is written as it was", () => {
  checkList("---\nauthors: [A]  # who\n---", ["A", "B, C"], '---\nauthors: [A, "B, C"]  # who\n---');
  checkList("---\nauthors: A\nkind: x\n---", ["A", "B"], "---\nauthors: [A, B]\nkind: x\n---");
  checkList("---\nauthors:\n---", ["A"], "---\nauthors: [A]\n---");
  checkList("---\ntitle: A\n---", ["A"], "---\ntitle: A\nauthors: [A]\n---");
  checkList(
    "---\nauthors: # who\n    - A\n    - B\nkind: x\n---",
    ["C: D", "A, B", "E"],
    '---\nauthors: # who\n    - "C: D"\n    - A, B\n    - E\nkind: x\n---',
  );
});
test.each([
  "a[b]",
  "{a",
  "no",
  "12:30",
  'say "x"',
  "back\\slash",
  "a, b",
  "007",
  "D'Arc",
  "# a",
  "- a",
  "Șerban",
])("an item comes back as it was written: %s", (item) => {
  const text = changed("---\n---", (before) => setList(before, "authors", ["x", item, "y"]));
  expect(list(doc(text), "authors").items).toEqual(["x", item, "y"]);
});

test("a field goes with its lines, and its comment stays", () => {
  checkDrop("---\ntitle: A\nbudget: 2\n---\nx", "budget", "---\ntitle: A\n---\nx");
  checkDrop("---\nauthors:\n  - A\n  - B\n---", "authors", "---\n---");
  checkDrop("---\nbudget: 2 # pages\n---", "budget", "---\nbudget: # pages\n---");
  checkDrop("---\nauthors: # who\n  - A\n---", "authors", "---\nauthors: # who\n---");
  checkDrop("---\ntitle: A\n---", "budget", "---\ntitle: A\n---");
});
