import { Text } from "@codemirror/state";
import { expect, test } from "vitest";
import { byteAt, lineBreakOf, offsetAt, offsetsAt } from "./bytes";

const encoder = new TextEncoder();

function check(file: string): void {
  const lineBreak = lineBreakOf(file) ?? "\n";
  const doc = Text.of(file.split(lineBreak));
  expect(doc.sliceString(0, doc.length, lineBreak), "saving gives the file back").toBe(file);
  const known: { readonly byte: number; readonly offset: number }[] = [];
  for (let offset = 0; offset <= doc.length; offset++) {
    const before = doc.sliceString(0, offset, lineBreak);
    if (/[\ud800-\udbff]$/.test(before)) continue;
    const byte = encoder.encode(before).length;
    expect(byteAt(doc, offset, lineBreak), `byte of ${offset}`).toBe(byte);
    expect(offsetAt(doc, byte, lineBreak), `offset of ${byte}`).toBe(offset);
    known.push({ byte, offset });
  }
  const bytes = known.map(({ byte }) => byte);
  expect(offsetsAt(doc, bytes, lineBreak)).toEqual(known.map(({ offset }) => offset));
}

test.each([
  ["empty", ""],
  ["plain", "one\ntwo\n"],
  ["Romanian and signs of four bytes", "Orașul — 🏙️ citit\n\n€500 din nou"],
  ["Windows line breaks", "one\r\nș two\r\n\r\nthree"],
  ["mixed line breaks", "one\r\ntwo\nthree\rfour"],
  ["a byte order mark", "\ufeff---\ntitle: x\n---\n"],
])("bytes and offsets agree: %s", (_, file) => check(file));

test("a byte inside a character means the character", () => {
  expect(offsetAt(Text.of(["a🏙b"]), 3, "\n")).toBe(1);
  expect(offsetAt(Text.of(["ab"]), 99, "\n")).toBe(2);
});
