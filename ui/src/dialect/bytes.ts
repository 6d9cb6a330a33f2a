// The desk counts bytes of the file; the editor counts UTF-16 units of lines joined by one unit each. These two
// functions are the only place where one becomes the other.
import type { Text } from "@codemirror/state";

function bytesOf(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (unit >= 0xd800 && unit < 0xdc00) {
      bytes += 4;
      i++;
    } else bytes += 3;
  }
  return bytes;
}

/** The byte of the file at `offset`; `lineBreak` is how the file ends its lines. */
export function byteAt(doc: Text, offset: number, lineBreak: string): number {
  let bytes = 0;
  const target = doc.lineAt(offset);
  // Asked for no lines, `iterLines` gives one empty one.
  const before = target.number > 1 ? doc.iterLines(1, target.number) : [];
  for (const line of before) bytes += bytesOf(line) + lineBreak.length;
  return bytes + bytesOf(target.text.slice(0, offset - target.from));
}

/** The offset at `byte` of the file, never inside a character; past the end, the end. */
export function offsetAt(doc: Text, byte: number, lineBreak: string): number {
  let left = byte;
  let offset = 0;
  for (const line of doc.iterLines()) {
    const bytes = bytesOf(line);
    if (left <= bytes) return offset + unitsIn(line, left);
    left -= bytes + lineBreak.length;
    offset += line.length + 1;
    if (left < 0) return Math.min(offset - 1, doc.length);
  }
  return doc.length;
}

/** The same for many bytes at once, in their order, in one walk over the text. */
export function offsetsAt(doc: Text, bytes: readonly number[], lineBreak: string): number[] {
  const found: number[] = [];
  let [start, offset] = [0, 0];
  for (const line of doc.iterLines()) {
    const length = bytesOf(line);
    while (found.length < bytes.length && bytes[found.length]! - start <= length)
      found.push(offset + unitsIn(line, Math.max(0, bytes[found.length]! - start)));
    if (found.length === bytes.length) return found;
    start += length + lineBreak.length;
    offset += line.length + 1;
  }
  while (found.length < bytes.length) found.push(doc.length);
  return found;
}

function unitsIn(line: string, bytes: number): number {
  let seen = 0;
  let units = 0;
  for (const character of line) {
    seen += bytesOf(character);
    if (seen > bytes) return units;
    units += character.length;
  }
  return units;
}

/**
 * The line break to give a text back with, so that saving changes nothing but what was typed. Mixed breaks keep their
 * carriage returns as characters of the line.
 */
export function lineBreakOf(text: string): "\n" | "\r\n" | undefined {
  if (!text.includes("\r")) return undefined;
  const mixed = /(^|[^\r])\n|\r(?!\n)/.test(text);
  return mixed ? "\n" : "\r\n";
}
