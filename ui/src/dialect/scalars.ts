// One value of YAML on one line: a text, with quotes or without, or a list of texts in brackets. What is written in
// another way is not read at all, so that nobody writes over it.

/** Words that YAML takes for nothing, or for true and false. */
const NOTHING = /^(~|null|Null|NULL)?$/;
const NO_TEXT = /^(true|false|yes|no|on|off|null|y|n)$/i;

const DOUBLE = String.raw`"(?:[^"\\]|\\["\\])*"`;
const SINGLE = String.raw`'(?:[^']|'')*'`;
const QUOTED = new RegExp(`^(?:${DOUBLE}|${SINGLE})$`);
const ITEM = new RegExp(String.raw`\s*(${DOUBLE}|${SINGLE}|[^\s,[\]{}"'][^,[\]{}]*?)\s*(?:,|$)`, "y");
const BEFORE_COMMENT = new RegExp(`^(${DOUBLE}|${SINGLE}|\\[.*\\])\\s+#`);

/** A value without the comment behind it. */
export function withoutComment(raw: string): string {
  const closed = BEFORE_COMMENT.exec(raw);
  if (closed) return closed[1]!;
  if (/^["'[]/.test(raw)) return raw;
  return /^(.*?)(?:(?:^|\s+)#.*)?$/.exec(raw)![1]!;
}

/** The text that is written so, or null where that takes more than this. */
export function readScalar(raw: string): string | null {
  if (QUOTED.test(raw)) {
    const inner = raw.slice(1, -1);
    return raw.startsWith('"') ? inner.replace(/\\(["\\])/g, "$1") : inner.replace(/''/g, "'");
  }
  if (/^[|>[\]{}&*!"'%@`#,]|^[-?:](\s|$)|\s#|:(\s|$)/.test(raw)) return null;
  return NOTHING.test(raw) ? "" : raw;
}

/** YAML reads some plain words as something else (`no`, `12:30`, `a: b`): those are put in quotes. */
export function writeScalar(value: string): string {
  if (value === "" || /^\d+$/.test(value)) return value;
  const safe = /^[\p{L}][^:#"'\\\p{Cc}]*$/u.test(value) && !NO_TEXT.test(value);
  if (safe && value === value.trim()) return value;
  return `"${value.replace(/\s*\n\s*|\p{Cc}/gu, " ").replace(/(["\\])/g, "\\$1")}"`;
}

/** The texts of `[a, "b, c"]`, of one text without brackets, or null. */
export function readList(raw: string): string[] | null {
  const inner = /^\[(.*)\]$/.exec(raw)?.[1];
  if (inner === undefined) {
    const one = readScalar(raw);
    return one === null ? null : one === "" ? [] : [one];
  }
  const items: string[] = [];
  for (ITEM.lastIndex = 0; inner.slice(ITEM.lastIndex).trim() !== "";) {
    const item = readScalar(ITEM.exec(inner)?.[1] ?? "");
    if (item === null || item === "") return null;
    items.push(item);
  }
  return items;
}

/** `[Ana Pop, "Ion, Radu"]` */
export const writeList = (items: readonly string[]): string => `[${items.map(writeItem).join(", ")}]`;

/** A text as it stands in brackets, where a comma ends it. */
function writeItem(item: string): string {
  const written = writeScalar(item);
  return /^[^"].*[,[\]{}]/.test(written) ? `"${written}"` : written;
}
