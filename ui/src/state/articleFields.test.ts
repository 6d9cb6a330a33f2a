import { Text } from "@codemirror/state";
import { expect, test } from "vitest";
import { KEYS } from "../dialect/head";
import { type ArticleFields, changesOf, faulty, fieldsOf, takenBack, untouchable } from "./articleFields";

const doc = (text: string): Text => Text.of(text.split("\n"));

const WHOLE = `---
title: A light in one window
kind: letter
section: Letter
standfirst: "One: two"
authors: [The editors, "Pop, Ana"]
language: ro
picture: media/letter.svg
picture-alt: A tall dark house at night.
picture-credit: The art desk
signature: media/hand.svg
signature-alt: Ana Pop
columns: 2
budget: 1
summary: Ten years.
accepted-words:
  - fibră
  - e-mail
---

Text.`;

/** The text after a form was changed. */
function after(text: string, change: (fields: ArticleFields) => void): string {
  const before = doc(text);
  const read = fieldsOf(before);
  const fields = structuredClone(read);
  change(fields);
  const changes = changesOf(before, read, fields);
  return changes === null ? "untouched" : changes.apply(before).toString();
}

test("every field that the desk knows is read", () => {
  expect(fieldsOf(doc(WHOLE))).toEqual({
    title: "A light in one window",
    kind: "letter",
    section: "Letter",
    standfirst: "One: two",
    authors: ["The editors", "Pop, Ana"],
    language: "ro",
    picture: "media/letter.svg",
    "picture-alt": "A tall dark house at night.",
    "picture-credit": "The art desk",
    signature: "media/hand.svg",
    "signature-alt": "Ana Pop",
    columns: "2",
    budget: "1",
    summary: "Ten years.",
    "accepted-words": "fibră, e-mail",
    uncredited: false,
  });
  expect(untouchable(doc(WHOLE)).size).toBe(0);
});

test("a form that was not changed changes nothing", () => expect(after(WHOLE, () => {})).toBe(WHOLE));

test.each([
  ["title", "title: A light in one window", 'title: "No: \\"light\\""', 'No: "light"'],
  ["kind", "kind: letter", "kind: feature", "feature"],
  ["section", "section: Letter", "section: Scrisoare", "Scrisoare"],
  ["standfirst", 'standfirst: "One: two"', 'standfirst: "# three"', " # three "],
  ["language", "language: ro", "language: en-GB", "en-GB"],
  ["picture", "media/letter.svg", "media/other.jpg", "media/other.jpg"],
  ["picture-alt", "A tall dark house at night.", "Ziua.", "Ziua."],
  ["picture-credit", "The art desk", "Ana Pop", "Ana Pop"],
  ["signature", "media/hand.svg", "media/other.svg", "media/other.svg"],
  ["signature-alt", "signature-alt: Ana Pop", "signature-alt: Ion", "Ion"],
  ["columns", "columns: 2", "columns: 4", "4"],
  ["budget", "budget: 1", "budget: 12", "12"],
  ["summary", "Ten years.", '"yes"', "yes"],
  ["accepted-words", "  - e-mail", "  - Ș\n  - no".replace("no", '"no"'), "fibră,Ș , no,"],
] as const)("%s is written where it stands", (key, old, now, value) =>
  expect(after(WHOLE, (fields) => (fields[key] = value))).toBe(WHOLE.replace(old, now)),
);

test("authors come and go, and a comma stays in a name", () => {
  const names = (authors: string): string =>
    WHOLE.replace('authors: [The editors, "Pop, Ana"]\n', authors === "" ? "" : `authors: ${authors}\n`);
  expect(after(WHOLE, ({ authors }) => authors.push(" Ion ", ""))).toBe(
    names('[The editors, "Pop, Ana", Ion]'),
  );
  expect(after(WHOLE, ({ authors }) => authors.splice(0, 1))).toBe(names('["Pop, Ana"]'));
  expect(after(WHOLE, ({ authors }) => authors.splice(0, 2))).toBe(names(""));
  // Two names and one with a comma are not the same.
  expect(
    after("---\ntitle: A\nauthors: [A, B]\n---", (fields) => (fields.authors = ["A,B"])).split("\n")[2],
  ).toBe('authors: ["A,B"]');
});

test("an emptied field goes with its line", () => {
  const without = (line: RegExp): string => WHOLE.replace(line, "");
  expect(after(WHOLE, (fields) => (fields.section = " "))).toBe(without(/section.*\n/));
  expect(after(WHOLE, (fields) => (fields.language = ""))).toBe(without(/language.*\n/));
  expect(after(WHOLE, (fields) => (fields["accepted-words"] = ""))).toBe(
    without(/accepted-words:\n.*\n.*\n/),
  );
});

test("a picture that goes takes along what was said of it", () => {
  expect(after(WHOLE, (fields) => (fields.picture = ""))).toBe(
    WHOLE.replace(/picture: .*\npicture-alt: .*\npicture-credit: .*\n/, ""),
  );
  const folded = WHOLE.replace("A tall dark house at night.", ">\n  A tall house");
  expect(after(folded, (fields) => (fields.picture = ""))).toBe(
    folded.replace(/picture: .*\n/, "").replace(/picture-credit: .*\n/, ""),
  );
});

test("that nobody is to be named is written down, and missing where nobody has said so", () => {
  const line = "picture-credit: The art desk\n";
  const clear = (uncredited: boolean) => (fields: ArticleFields) => {
    fields["picture-credit"] = "";
    fields.uncredited = uncredited;
  };
  expect(after(WHOLE, clear(false))).toBe(WHOLE.replace(line, ""));
  const nobody = WHOLE.replace(line, "picture-credit:\n");
  expect(after(WHOLE, clear(true))).toBe(nobody);
  expect(fieldsOf(doc(nobody)).uncredited).toBe(true);
  expect(fieldsOf(doc(nobody.replace("credit:", 'credit: ""'))).uncredited).toBe(true);
  expect(after(nobody, clear(false))).toBe(WHOLE.replace(line, ""));
  expect(after(WHOLE.replace(line, ""), clear(true))).toBe(nobody);
});

test("what is not written is as the desk takes it, and is not written for that", () => {
  const text = "---\ntitle: A\n---\n";
  expect([fieldsOf(doc(text)).kind, fieldsOf(doc(text)).columns]).toEqual(["department", "3"]);
  expect(after(text, (fields) => (fields.budget = "2"))).toBe("---\ntitle: A\nbudget: 2\n---\n");
  expect(after(text, (fields) => (fields.kind = "letter"))).toBe("---\ntitle: A\nkind: letter\n---\n");
});

test("a text without front matter gets one, with all its fields in their order", () =>
  expect(
    after("Text.", (fields) => {
      fields.budget = "2";
      fields.title = "A";
      fields.authors = ["Ana"];
    }),
  ).toBe("---\ntitle: A\nauthors: [Ana]\nbudget: 2\n---\n\nText."));

test("what a form cannot write stays, whatever the form says of it", () => {
  const text = '---\ntitle: A\nauthors:\n  - name: Ana\naccepted-words: ["a, b"]\nbudget: 2 # at most\n---\n';
  expect([...untouchable(doc(text))]).toEqual(["authors", "accepted-words"]);
  expect(after(text, (fields) => fields.authors.push("Ion"))).toBe("untouched");
  expect(after(text, (fields) => (fields.budget = "3"))).toBe(text.replace("2 #", "3 #"));
  expect(untouchable(doc("---\n{title: A}\n---")).size).toBe(KEYS.length);
});

test.each([
  [{ title: "  " }, "title"],
  [{ budget: "0" }, "budget"],
  [{ budget: "501" }, "budget"],
  [{ budget: "1.5" }, "budget"],
  [{ budget: "many" }, "budget"],
  [{ budget: "" }, null],
  [{ budget: " 500 " }, null],
])("what no article can have is told: %o", (typed, expected) => {
  const read = fieldsOf(doc(WHOLE));
  expect(faulty(read, { ...read, ...typed })).toBe(expected);
});

test("what was wrong before is no reason to keep the rest", () => {
  const read = { ...fieldsOf(doc(WHOLE)), budget: "many" };
  expect(faulty(read, { ...read, section: "New" })).toBeNull();
});

test("a change is taken back while the text above it stands, whatever was written below", () => {
  const before = doc(WHOLE);
  const read = fieldsOf(before);
  const changes = changesOf(before, read, { ...read, title: "New", authors: [], summary: "" })!;
  const now = changes.apply(before).replace(changes.newLength, changes.newLength, doc(" More."));
  const back = takenBack(changes, before, now) as { from: number; to: number; insert: Text }[];
  const undone = back.reduceRight((text, { from, to, insert }) => text.replace(from, to, insert), now);
  expect(undone.toString()).toBe(`${WHOLE} More.`);
  expect(takenBack(changes, before, now.replace(11, 14, doc("Old")))).toBeNull();
  expect(takenBack(changes, before, doc("short"))).toBeNull();
});

test.each([
  ["taken back already by the keys", "budget: 6", "", "", "budget: 6\n"],
  ["followed by a figure", "budget: 6", "1", "budget: 1\n", "budget: 12\n"],
  ["made again by hand", "budget: 6", "", "", "budget: 3\n"],
])("a change that was %s is not taken back once more", (_what, was, typed, written, since) => {
  const text = (line: string): string => `---\ntitle: A\n${line}---\n\nText.`;
  const before = doc(text(`${was}\n`));
  const read = fieldsOf(before);
  const changes = changesOf(before, read, { ...read, budget: typed })!;
  expect(changes.apply(before).toString()).toBe(text(written));
  expect(takenBack(changes, before, doc(text(written)))).not.toBeNull();
  expect(takenBack(changes, before, doc(text(since)))).toBeNull();
});

test("a front matter that was begun is taken back only with the empty line behind it", () => {
  const before = doc("Text.");
  const read = fieldsOf(before);
  const changes = changesOf(before, read, { ...read, title: "A" })!;
  const now = changes.apply(before).toString();
  expect(takenBack(changes, before, doc(`${now} More.`))).not.toBeNull();
  expect(takenBack(changes, before, doc(now.replace("---\n\n", "---\nMore\n")))).toBeNull();
});
