// What the window keeps of how its writer likes it, and where in each publication they were. It lies on this computer,
// where a crash, another version or a curious person may have left anything: each part that makes no sense becomes what
// it is at first, and the others stay.
import type { Question } from "../platform/ahead";
import { words } from "../words";
import { type Step, STEPS } from "./steps.svelte";

export type Zoom = "spread" | "page" | number;
export type Theme = "system" | "light" | "dark" | "contrast";

/** The two faces of an issue: its text beside its pages, and the flatplan. */
export type IssuePlace = "pages" | "flatplan";

/** What the room below the top bar shows. */
export type Place = IssuePlace | "newsletter" | "subscribers" | "deliveries" | "settings";

export const PLACES: readonly Place[] = [
  "pages",
  "flatplan",
  "newsletter",
  "subscribers",
  "deliveries",
  "settings",
];
/** Percent of the window's own size; the pages have a zoom of their own. */
export const WINDOW_ZOOMS = [80, 90, 100, 110, 125, 150, 175, 200] as const;

/** How the writer likes the window, whichever publication is open. */
export interface Liking {
  theme: Theme;
  windowZoom: number;
  zoom: Zoom;
  follow: boolean;
  sideWidth: number;
  /** Nothing until somebody moved the edge of the pages: then it goes by the window. */
  pagesShare: number | null;
  previewShare: number;
  preflight: boolean;
  grid: boolean;
  trim: boolean;
  /** Whether the line that is written stays in the middle. */
  typewriter: boolean;
  /** Whether doubtful words are marked. */
  spelling: boolean;
  /** What the panel below the text shows. */
  panel: "findings" | "words";
  /** What the last export was for. */
  targets: readonly string[];
  /** Seconds in which a send can be taken back. */
  outbox: number;
  /** What the window speaks. */
  language: string;
  /** Whether the first steps stand beside the work, and which of them are done. */
  stepsShown: boolean;
  steps: readonly Step[];
  /** Where a test of an edition goes. */
  testTo: string;
}

/** Where the writer was in a publication. */
export interface Bookmark {
  place: Place;
  issuePlace: IssuePlace;
  issue: string | null;
  article: string | null;
  edition: string | null;
  /** The first page of the spread in view. */
  page: number;
  /** Where the cursor stood in each text, by `issue/slug`, in UTF-16 units from its start; the last used comes last. */
  carets: Readonly<Record<string, number>>;
}

export const firstBookmark = (): Bookmark => ({
  place: "pages",
  issuePlace: "pages",
  issue: null,
  article: null,
  edition: null,
  page: 1,
  carets: {},
});

export const firstLiking = (): Liking => ({
  theme: "system",
  windowZoom: 100,
  zoom: "spread",
  follow: true,
  sideWidth: 252,
  pagesShare: null,
  previewShare: 0.56,
  preflight: false,
  grid: false,
  trim: false,
  typewriter: false,
  spelling: true,
  panel: "findings",
  targets: ["screen"],
  outbox: 60,
  language: words.locale,
  stepsShown: false,
  steps: [],
  testTo: "",
});

/** So many publications are remembered, and so many cursors in each. */
const MOST_PUBLICATIONS = 8;
const MOST_CARETS = 60;

type Sense = (value: unknown) => boolean;
type Senses<T> = { [K in keyof T]: Sense };

const isTruth: Sense = (value) => typeof value === "boolean";
const isText: Sense = (value) => typeof value === "string";
const isTextOrNone: Sense = (value) => value === null || typeof value === "string";
const isOneOf =
  (known: readonly unknown[]): Sense =>
  (value) =>
    known.includes(value);
const isBetween =
  (least: number, most: number): Sense =>
  (value) =>
    typeof value === "number" && value >= least && value <= most;
const areAll =
  (sense: Sense): Sense =>
  (value) =>
    Array.isArray(value) && value.every(sense);

const LIKING: Senses<Liking> = {
  theme: isOneOf(["system", "light", "dark", "contrast"]),
  windowZoom: isOneOf(WINDOW_ZOOMS),
  zoom: (value) => value === "spread" || value === "page" || isBetween(10, 400)(value),
  follow: isTruth,
  sideWidth: isBetween(200, 420),
  pagesShare: (value) => value === null || isBetween(0.15, 0.85)(value),
  previewShare: isBetween(0.15, 0.85),
  preflight: isTruth,
  grid: isTruth,
  trim: isTruth,
  typewriter: isTruth,
  spelling: isTruth,
  panel: isOneOf(["findings", "words"]),
  targets: areAll(isText),
  outbox: isBetween(1, 600),
  language: isText,
  stepsShown: isTruth,
  steps: areAll(isOneOf(STEPS)),
  testTo: isText,
};

const isCarets: Sense = (value) =>
  isRecord(value) && Object.values(value).every(isBetween(0, Number.MAX_SAFE_INTEGER));

const BOOKMARK: Senses<Bookmark> = {
  place: isOneOf(PLACES),
  issuePlace: isOneOf(["pages", "flatplan"]),
  issue: isTextOrNone,
  article: isTextOrNone,
  edition: isTextOrNone,
  page: (value) => Number.isInteger(value) && isBetween(1, 100_000)(value),
  carets: isCarets,
};

/** Everything that is kept, as it lies on this computer. */
export interface Note {
  readonly liking: Liking;
  /** By the publication's folder; the last one used comes last. */
  readonly bookmarks: Readonly<Record<string, Bookmark>>;
}

export const emptyNote = (): Note => ({ liking: firstLiking(), bookmarks: {} });

/** Reads what was kept; answers nothing where it is no note at all. */
export function readNote(text: string): Note | null {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(found)) return null;
  const bookmarks = isRecord(found["bookmarks"]) ? Object.entries(found["bookmarks"]) : [];
  return {
    liking: healed(found, firstLiking(), LIKING),
    bookmarks: Object.fromEntries(
      bookmarks
        .slice(-MOST_PUBLICATIONS)
        .map(([folder, bookmark]) => [folder, healed(bookmark, firstBookmark(), BOOKMARK)]),
    ),
  };
}

/** What a window asks first when it opens where the last one was left; a note that leads astray costs a question. */
export function firstQuestions(kept: string | null): Question[] {
  const last = Object.values(readNote(kept ?? "")?.bookmarks ?? {}).at(-1);
  const questions: Question[] = [["publication", {}]];
  if (last === undefined || last.issue === null) return questions;
  const { issue, article } = last;
  questions.push(["issue", { issue }], ["lastSeen", { issue }]);
  if (article !== null) questions.push(["readArticle", { issue, slug: article }]);
  return questions;
}

export const writeNote = ({ liking, bookmarks }: Note): string => JSON.stringify({ ...liking, bookmarks });

/** The record with this entry as the one used last. */
export function withLast<T>(record: Readonly<Record<string, T>>, name: string, value: T): Record<string, T> {
  const others = Object.entries(record).filter(([other]) => other !== name);
  return Object.fromEntries([...others, [name, value]]);
}

export function withCaret(carets: Bookmark["carets"], text: string, caret: number): Bookmark["carets"] {
  return Object.fromEntries(Object.entries(withLast(carets, text, caret)).slice(-MOST_CARETS));
}

function healed<T extends object>(found: unknown, first: T, senses: Senses<T>): T {
  if (!isRecord(found)) return first;
  for (const name of Object.keys(first) as (keyof T & string)[]) {
    const value = found[name];
    if (value !== undefined && senses[name](value)) first[name] = value as T[typeof name];
  }
  return first;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
