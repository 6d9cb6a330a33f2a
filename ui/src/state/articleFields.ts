// What the front matter of an article says, as a form has it, and the one change that makes it say what the form does.
import { ChangeSet, type ChangeSpec, type Text } from "@codemirror/state";
import { frontMatterLines } from "../dialect/glance";
import { dropField, field, type Key, KEYS, list, setField, setList } from "../dialect/head";

/** The fields with many texts; each other one is one text. */
const LISTS = ["authors", "accepted-words"] as const;
type ListKey = (typeof LISTS)[number];
export type TextKey = Exclude<Key, ListKey>;
/** The pictures of an article. */
export type PictureKey = "picture" | "signature";

export interface ArticleFields extends Record<TextKey, string> {
  authors: string[];
  /** With commas between them. */
  "accepted-words": string;
  /** Whether the opener's picture is to stand without a credit: then preflight asks for none. */
  uncredited: boolean;
}

/** As the desk reads an article that does not say. */
const USUAL: Partial<Record<TextKey, string>> = { kind: "department", columns: "3" };
/** What says something about a picture goes with it. */
const OF_PICTURE: Partial<Record<TextKey, PictureKey>> = {
  "picture-alt": "picture",
  "picture-credit": "picture",
  "signature-alt": "signature",
};
const MOST_PAGES = 500;
const CREDIT = "picture-credit";

const isList = (key: Key): key is ListKey => LISTS.some((one) => one === key);
const TEXTS = KEYS.filter((key): key is TextKey => !isList(key));

/** The fields as they are written. */
export function fieldsOf(doc: Text): ArticleFields {
  const texts = Object.fromEntries(
    TEXTS.map((key) => [key, field(doc, key)?.value || (USUAL[key] ?? "")]),
  ) as Record<TextKey, string>;
  return {
    ...texts,
    authors: [...list(doc, "authors").items],
    "accepted-words": list(doc, "accepted-words").items.join(", "),
    uncredited: field(doc, CREDIT)?.value === "",
  };
}

/** The fields that a form cannot change, because of the way they are written. */
export function untouchable(doc: Text): Set<Key> {
  const one = (key: TextKey): boolean => field(doc, key)?.plain !== false;
  // What has a comma of its own cannot stand in a row with commas.
  const row = (key: ListKey): boolean =>
    list(doc, key).plain && (key === "authors" || !list(doc, key).items.some((item) => item.includes(",")));
  return new Set(KEYS.filter((key) => !(isList(key) ? row(key) : one(key))));
}

/** The fields as they would be written: nobody wants a space around a name, nor a line without one. */
export function tidied(fields: ArticleFields): ArticleFields {
  const texts = Object.fromEntries(
    TEXTS.map((key) => {
      const picture = OF_PICTURE[key];
      return [key, picture !== undefined && fields[picture] === "" ? "" : fields[key].trim()];
    }),
  ) as Record<TextKey, string>;
  return {
    ...texts,
    authors: named(fields.authors),
    "accepted-words": named(fields["accepted-words"].split(",")).join(", "),
    uncredited: fields.uncredited && texts[CREDIT] === "" && fields.picture !== "",
  };
}

const named = (texts: readonly string[]): string[] =>
  texts.map((text) => text.trim()).filter((text) => text !== "");

/** The fields that say something else now. */
export function changedKeys(before: ArticleFields, after: ArticleFields): Key[] {
  const [old, now] = [tidied(before), tidied(after)];
  return KEYS.filter(
    (key) =>
      JSON.stringify(old[key]) !== JSON.stringify(now[key]) ||
      (key === CREDIT && old.uncredited !== now.uncredited),
  );
}

/** The first field that no article can have so. */
export function faulty(before: ArticleFields, after: ArticleFields): "title" | "budget" | null {
  const changed = changedKeys(before, after);
  const { title, budget } = tidied(after);
  if (changed.includes("title") && title === "") return "title";
  const whole = /^\d{1,3}$/.test(budget) && Number(budget) >= 1 && Number(budget) <= MOST_PAGES;
  return changed.includes("budget") && budget !== "" && !whole ? "budget" : null;
}

/** The change of a text from some fields to others; null where one of them cannot be changed by a form. */
export function changesOf(doc: Text, before: ArticleFields, after: ArticleFields): ChangeSet | null {
  const [fields, fixed] = [tidied(after), untouchable(doc)];
  let all = ChangeSet.empty(doc.length);
  for (const key of changedKeys(before, after)) {
    if (fixed.has(key)) {
      // What was said of a picture that goes may stay; it is the writer's to read.
      if (fields[key] === "") continue;
      return null;
    }
    const text = all.apply(doc);
    const change = changeOf(text, key, fields);
    if (change === null) return null;
    all = all.compose(ChangeSet.of(change, text.length));
  }
  return all;
}

function changeOf(doc: Text, key: Key, fields: ArticleFields): ChangeSpec | null {
  if (isList(key)) {
    const items = key === "authors" ? fields.authors : named(fields[key].split(","));
    return items.length === 0 ? dropField(doc, key) : setList(doc, key, items);
  }
  // Empty it says that nobody is to be named; without it nobody has said so.
  const stays = fields[key] !== "" || (key === CREDIT && fields.uncredited);
  return stays ? setField(doc, key, fields[key]) : dropField(doc, key);
}

/** The change that takes another one back; null where the fields, or what it wrote, are not as it left them. */
export function takenBack(change: ChangeSet, before: Text, now: Text): ChangeSpec | null {
  const after = change.apply(before);
  const back: { from: number; to: number; insert: Text }[] = [];
  change.invert(before).iterChanges((from, to, _fromB, _toB, insert) => back.push({ from, to, insert }));
  // A front matter that was begun has an empty line behind it.
  const end = Math.max(headEnd(after), back.at(-1)?.to ?? 0);
  const same = end <= now.length && now.slice(0, end).eq(after.slice(0, end));
  return same && headEnd(now) === headEnd(after) ? back : null;
}

/** Where the front matter ends; where there is none, the first line. */
const headEnd = (doc: Text): number => doc.line(Math.max(1, frontMatterLines(doc))).to;
