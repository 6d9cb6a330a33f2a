// The fields on top of an article, read and changed line by line. What is more than a text or a list of texts stays for
// the raw text: a form never rewrites what it does not understand.
import { type ChangeSpec, Text } from "@codemirror/state";
import { frontMatterLines } from "./glance";
import { readList, readScalar, withoutComment, writeList, writeScalar } from "./scalars";

/** The fields of an article in the order that they are written in; one that is added gets its place by it. */
export const KEYS = [
  "title",
  "kind",
  "section",
  "standfirst",
  "authors",
  "language",
  "picture",
  "picture-alt",
  "picture-credit",
  "signature",
  "signature-alt",
  "columns",
  "budget",
  "summary",
  "accepted-words",
] as const;
export type Key = (typeof KEYS)[number];

export interface Field {
  readonly key: string;
  readonly value: string;
  /** Whether the form may change it. */
  readonly plain: boolean;
  /** Where the value stands; the same place twice when the field is empty. */
  readonly from: number;
  readonly to: number;
}

/** The lines of a field. */
interface Entry {
  readonly key: string;
  readonly first: number;
  readonly last: number;
  /** What stands behind its colon, without a comment. */
  readonly raw: string;
  readonly from: number;
  readonly to: number;
  readonly commented: boolean;
}

const OPENS = /^\ufeff?---\s*$/;
const BEGINS = /^(?![-?] |-$|[#{[\s]).+?:(\s|$)/;
const KEY = /^(["']?)([\w-]+)\1\s*:([ \t]*)(.*?)\s*$/;
const BETWEEN = /^\s*$|^#/;
const ITEM = /^(\s*)- +(.*?)\s*$/;

/** Whether the front matter is a list of fields, of which a form can change some. */
export const isReadable = (doc: Text): boolean => entries(doc) !== null;

/** The field with this key, or nothing when the front matter does not have it. */
export function field(doc: Text, key: string): Field | null {
  const all = entries(doc);
  if (all === null) return { key, value: "", plain: false, from: 0, to: 0 };
  const found = all.find((entry) => entry.key === key);
  if (found === undefined) return null;
  const value = found.first === found.last ? readScalar(found.raw) : null;
  return {
    key,
    value: value ?? written(doc, found),
    plain: value !== null,
    from: found.from,
    to: found.to,
  };
}

/** The texts of a field that can have many; one text as it is written, where that is not understood. */
export function list(doc: Text, key: string): { readonly items: readonly string[]; readonly plain: boolean } {
  const all = entries(doc);
  const found = all?.find((entry) => entry.key === key);
  if (found === undefined) return { items: [], plain: all !== null };
  const items = itemsOf(doc, found);
  return { items: items ?? [written(doc, found)], plain: items !== null };
}

/** The change that gives a field a value; nothing when the form may not touch it. */
export function setField(doc: Text, key: string, value: string): ChangeSpec | null {
  const found = field(doc, key);
  if (found === null) return added(doc, key, writeScalar(value));
  return found.plain ? replaced(doc, found, writeScalar(value)) : null;
}

/** The same for a list. One that has a line for each of its texts keeps its way. */
export function setList(doc: Text, key: string, items: readonly string[]): ChangeSpec | null {
  const found = entries(doc)?.find((entry) => entry.key === key);
  if (found === undefined) return added(doc, key, writeList(items));
  if (itemsOf(doc, found) === null) return null;
  if (found.first === found.last) return replaced(doc, found, writeList(items));
  const { from, text } = doc.line(found.first + 1);
  const [, indent] = ITEM.exec(text)!;
  const insert = Text.of(items.map((item) => `${indent}- ${writeScalar(item)}`));
  return { from, to: endOf(doc, found.last), insert };
}

/** The change that takes a field out with its lines; of one with a comment the line stays. */
export function dropField(doc: Text, key: string): ChangeSpec | null {
  const all = entries(doc);
  if (all === null) return null;
  const found = all.find((entry) => entry.key === key);
  if (found === undefined) return [];
  const { first, last } = found;
  if (itemsOf(doc, found) === null) return null;
  if (!found.commented) return { from: doc.line(first).from, to: doc.line(last + 1).from };
  return first === last ? replaced(doc, found, "") : { from: doc.line(first).to, to: doc.line(last).to };
}

/** The fields in their order; null where the front matter is no list of them, or never ends. */
function entries(doc: Text): Entry[] | null {
  const found: Entry[] = [];
  const end = frontMatterLines(doc);
  // One that never ends has no place for a field, and is no place for another front matter.
  if (end === 0 && OPENS.test(doc.line(1).text)) return null;
  for (let number = 2; number < end; number++) {
    const { text, from } = doc.line(number);
    if (BETWEEN.test(text)) continue;
    const before = found.at(-1);
    if (BEGINS.test(text)) found.push(entryAt(text, from, number));
    else if (before === undefined) return null;
    else found[found.length - 1] = { ...before, last: number };
  }
  return found;
}

function entryAt(text: string, start: number, number: number): Entry {
  const [, quote = "", key = "", space = "", value = ""] = KEY.exec(text) ?? [];
  const raw = withoutComment(value);
  const commented = raw !== value;
  const colon = start + text.indexOf(":", key.length + 2 * quote.length) + 1;
  const behind = colon + space.length;
  // What is not there yet goes before the comment with its space, and otherwise takes the place of the space.
  const [from, to] = raw !== "" ? [behind, behind + raw.length] : [colon, commented ? colon : behind];
  return { key, first: number, last: number, raw, from, to, commented };
}

/** The texts of a field, or null where they are written in another way than a form does. */
function itemsOf(doc: Text, { raw, first, last }: Entry): string[] | null {
  if (first === last) return readList(raw);
  if (raw !== "") return null;
  const items: string[] = [];
  const indent = ITEM.exec(doc.line(first + 1).text)?.[1];
  for (let number = first + 1; number <= last; number++) {
    const item = ITEM.exec(doc.line(number).text);
    const text = item === null || item[1] !== indent ? null : readScalar(item[2]!);
    if (text === null || text === "") return null;
    items.push(text);
  }
  return items;
}

/** All that is written in a field, on one line and without the sign of a text of many lines. */
function written(doc: Text, { raw, first, last }: Entry): string {
  const below = Array.from(doc.iterLines(first + 1, last + 1), (line) => line.trim());
  return [raw.replace(/^[|>][-+\d]*$/, ""), ...below].join(" ").trim();
}

function replaced(doc: Text, { from, to }: { from: number; to: number }, value: string): ChangeSpec {
  const line = doc.lineAt(from);
  const before = line.text.slice(0, from - line.from);
  if (value === "") return { from: line.from + before.trimEnd().length, to };
  return { from, to, insert: (before.endsWith(":") ? " " : "") + value };
}

/** A field that is not there yet: behind the last one that is written before it. Where there is no front matter, one. */
function added(doc: Text, key: string, value: string): ChangeSpec | null {
  const line = `${key}: ${value}`.trimEnd();
  const all = entries(doc);
  if (all === null) return null;
  if (frontMatterLines(doc) === 0) return begun(doc, line);
  const before = all.filter((entry) => rank(entry.key) < rank(key));
  const last = before.toSorted((one, other) => rank(one.key) - rank(other.key)).at(-1);
  const number = last === undefined ? 2 : last.last + 1;
  return { from: doc.line(number).from, insert: Text.of([line, ""]) };
}

function begun(doc: Text, line: string): ChangeSpec {
  const first = doc.line(1).text;
  const rest = first.replace(/^\ufeff/, "").trim() === "" ? [""] : ["", ""];
  return { from: first.startsWith("\ufeff") ? 1 : 0, insert: Text.of(["---", line, "---", ...rest]) };
}

/** A field that no article has comes last, and is no place to go by. */
const rank = (key: string): number => {
  const at = KEYS.findIndex((known) => known === key);
  return at < 0 ? KEYS.length : at;
};

const endOf = (doc: Text, line: number): number => doc.line(line).from + doc.line(line).text.trimEnd().length;
