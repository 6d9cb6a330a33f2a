// The fields on top of an article, read and changed line by line. What is more than one plain value on one line stays
// for the raw text: the form never rewrites what it does not understand.
import type { ChangeSpec, Text } from "@codemirror/state";
import { frontMatterLines } from "./glance";

export interface Field {
  readonly key: string;
  readonly value: string;
  /** Whether the form may change it. */
  readonly plain: boolean;
  /** Where the value stands; the same place twice when the field is empty. */
  readonly from: number;
  readonly to: number;
}

/** The field with this key, or nothing when the front matter does not have it. */
export function field(doc: Text, key: string): Field | null {
  const last = frontMatterLines(doc);
  for (let number = 2; number < last; number++) {
    const line = doc.line(number);
    const match = /^([\w-]+):(\s*)(.*?)\s*$/.exec(line.text);
    if (!match || match[1] !== key) continue;
    const from = line.from + key.length + 1 + match[2]!.length;
    const raw = match[3]!;
    const goesOn = number + 1 < last && /^(\s+\S|- )/.test(doc.line(number + 1).text);
    return { key, value: unquoted(raw), plain: !goesOn && isPlain(raw), from, to: from + raw.length };
  }
  return null;
}

/** The change that gives a field a value; nothing when the form may not touch it. */
export function setField(doc: Text, key: string, value: string): ChangeSpec | null {
  const last = frontMatterLines(doc);
  if (last === 0) return null;
  const found = field(doc, key);
  if (found === null) return { from: doc.line(last).from, insert: `${key}: ${quoted(value)}\n` };
  if (!found.plain) return null;
  const space = found.from === doc.lineAt(found.from).from + key.length + 1 ? " " : "";
  return { from: found.from, to: found.to, insert: space + quoted(value) };
}

function isPlain(raw: string): boolean {
  if (/^"(?:[^"\\]|\\["\\])*"$/.test(raw) || /^'(?:[^']|'')*'$/.test(raw)) return true;
  return !/^[|>[{&*!"'%@`#]/.test(raw) && !/\s#|:\s/.test(raw);
}

function unquoted(raw: string): string {
  if (raw.length >= 2 && raw.startsWith('"') && raw.endsWith('"'))
    return raw.slice(1, -1).replace(/\\(["\\])/g, "$1");
  if (raw.length >= 2 && raw.startsWith("'") && raw.endsWith("'"))
    return raw.slice(1, -1).replace(/''/g, "'");
  return raw;
}

/** YAML reads some plain words as something else (`no`, `12:30`, `a: b`): those are put in quotes. */
function quoted(value: string): string {
  if (value === "" || /^\d+$/.test(value)) return value;
  const safe = /^[\p{L}][^:#"'\\\n]*$/u.test(value) && !/^(true|false|yes|no|on|off|null|y|n)$/i.test(value);
  if (safe && value === value.trim()) return value;
  return `"${value.replace(/\s*\n\s*/g, " ").replace(/(["\\])/g, "\\$1")}"`;
}
