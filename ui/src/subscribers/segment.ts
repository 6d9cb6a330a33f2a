// A segment as rows that are chosen rather than written: `country = "RO" and tag = "press"`. The text is what counts:
// rows are read from it and written back to it, and a text that says more than rows can is left as it is.

export const FIELDS = [
  "country",
  "language",
  "city",
  "tag",
  "organisation",
  "status",
  "email",
  "name",
  "first_name",
] as const;
export const ASKS = ["is", "is-not", "contains", "contains-not", "empty", "not-empty"] as const;

export type Field = (typeof FIELDS)[number];
export type Ask = (typeof ASKS)[number];

export interface Row {
  readonly field: Field;
  readonly ask: Ask;
  /** One value, or several where any of them will do. */
  readonly values: readonly string[];
}

export interface Rows {
  /** Whether every row has to hold; otherwise one is enough. */
  readonly all: boolean;
  readonly rows: readonly Row[];
}

type Token = { readonly kind: "word" | "text" | "sign"; readonly value: string };

const TOKEN = /\s*(?:"((?:[^"\\]|\\.)*)"|(!=|[=(),])|([\p{L}\p{N}_@.+-]+))/uy;

/** The words of an expression; nothing when it has others than rows know. */
function tokens(text: string): Token[] | null {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const match = TOKEN.exec(text);
    if (match === null) return null;
    const [, quoted, sign, word] = match;
    if (quoted !== undefined) found.push({ kind: "text", value: quoted.replace(/\\(.)/gs, "$1") });
    else found.push(sign !== undefined ? { kind: "sign", value: sign } : { kind: "word", value: word! });
  }
  return found;
}

class Reader {
  #at = 0;
  readonly #tokens: readonly Token[];

  constructor(all: readonly Token[]) {
    this.#tokens = all;
  }

  get done(): boolean {
    return this.#at === this.#tokens.length;
  }

  /** Takes a word or a sign, if it stands here. */
  take(value: string): boolean {
    const here = this.#tokens[this.#at];
    if (here === undefined || here.kind === "text" || here.value.toLowerCase() !== value) return false;
    this.#at += 1;
    return true;
  }

  value(): string | null {
    const here = this.#tokens[this.#at];
    if (here === undefined || here.kind === "sign") return null;
    this.#at += 1;
    return here.value;
  }

  field(): Field | null {
    const here = this.#tokens[this.#at];
    if (here?.kind !== "word") return null;
    const name = here.value.toLowerCase().replaceAll("-", "_");
    const field = FIELDS.find((one) => one === name) ?? null;
    if (field !== null) this.#at += 1;
    return field;
  }
}

function row(reader: Reader): Row | null {
  const field = reader.field();
  if (field === null) return null;
  const one = (ask: Ask): Row | null => {
    const value = reader.value();
    return value === null ? null : { field, ask, values: [value] };
  };
  if (reader.take("=")) return one("is");
  if (reader.take("!=")) return one("is-not");
  if (reader.take("is")) {
    const not = reader.take("not");
    return reader.take("empty") ? { field, ask: not ? "not-empty" : "empty", values: [] } : null;
  }
  const not = reader.take("not");
  if (reader.take("contains")) return one(not ? "contains-not" : "contains");
  if (!reader.take("in") || !reader.take("(")) return null;
  const values: string[] = [];
  do {
    const value = reader.value();
    if (value === null) return null;
    values.push(value);
  } while (reader.take(","));
  return reader.take(")") ? { field, ask: not ? "is-not" : "is", values } : null;
}

/** The rows that an expression comes to; nothing where it says more than rows can. */
export function rowsOf(expression: string): Rows | null {
  if (expression.trim() === "") return { all: true, rows: [] };
  const reader = new Reader(tokens(expression) ?? []);
  const rows: Row[] = [];
  let joined: "and" | "or" | null = null;
  for (;;) {
    const next = row(reader);
    if (next === null) return null;
    rows.push(next);
    if (reader.done) return { all: joined !== "or", rows };
    const word = reader.take("and") ? "and" : reader.take("or") ? "or" : null;
    if (word === null || (joined !== null && joined !== word)) return null;
    joined = word;
  }
}

const quoted = (text: string): string => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;

function written({ field, ask, values }: Row): string {
  const [value = ""] = values;
  const list = `(${values.map(quoted).join(", ")})`;
  switch (ask) {
    case "is":
      return values.length > 1 ? `${field} in ${list}` : `${field} = ${quoted(value)}`;
    case "is-not":
      return values.length > 1 ? `${field} not in ${list}` : `${field} != ${quoted(value)}`;
    case "contains":
      return `${field} contains ${quoted(value)}`;
    case "contains-not":
      return `${field} not contains ${quoted(value)}`;
    case "empty":
      return `${field} is empty`;
    case "not-empty":
      return `${field} is not empty`;
  }
}

/** Whether a row asks for something already. */
export const isWhole = ({ ask, values }: Row): boolean =>
  ask === "empty" || ask === "not-empty" || values.some((value) => value.trim() !== "");

/** The expression that rows come to; unfinished rows are left out. */
export const expressionOf = ({ all, rows }: Rows): string =>
  rows
    .filter(isWhole)
    .map(written)
    .join(all ? " and " : " or ");
