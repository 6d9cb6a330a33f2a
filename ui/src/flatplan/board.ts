// Where everything lies on the board: pages in pairs as they are bound, as many pairs a row as find room.
import type { EntryView } from "../platform/bindings/EntryView";
import type { OpeningView } from "../platform/bindings/OpeningView";
import type { PageView } from "../platform/bindings/PageView";

export interface BoardPage {
  /** The same for the same page of the same entry, wherever it is moved to. */
  readonly key: string;
  /** From 1. */
  readonly number: number;
  /** The entry's place in the running order, from 0. */
  readonly at: number;
  readonly entry: EntryView;
  /** Which of its entry's pages it is, from 0. */
  readonly part: number;
  readonly opening: OpeningView | null;
  /** Advertisements that share this page with the one it belongs to. */
  readonly guests: readonly Guest[];
}

export interface Guest {
  /** The entry's place in the running order, from 0. */
  readonly at: number;
  readonly entry: EntryView;
}

/** Every page of the running order. */
export function boardOf(
  entries: readonly EntryView[],
  openings: readonly OpeningView[],
): readonly BoardPage[] {
  const seen = new Map<string, number>();
  const pages: BoardPage[] = [];
  for (const [at, entry] of entries.entries()) {
    const name = `${entry.kind} ${entry.slug ?? entry.title}`;
    const nth = seen.get(name) ?? 0;
    seen.set(name, nth + 1);
    for (let part = 0; part < entry.pages; part++) {
      const number = (entry.first ?? pages.length + 1) + part;
      const opening = openings.find((found) => found.kind !== "blankPages" && found.page === number) ?? null;
      const guests = part === 0 ? guestsOf(entries, at) : [];
      pages.push({ key: `${name} ${nth} ${part}`, number, at, entry, part, opening, guests });
    }
  }
  return pages;
}

/** The entries behind an advertisement that take no page of their own because they stand on its. */
function guestsOf(entries: readonly EntryView[], host: number): readonly Guest[] {
  const guests: Guest[] = [];
  for (let at = host + 1; at < entries.length; at++) {
    const entry = entries[at]!;
    if (entries[host]!.kind !== "ad" || entry.kind !== "ad" || entry.pages > 0) break;
    guests.push({ at, entry });
  }
  return guests;
}

/** Row and column of a page, both from 0; left pages stand in even columns. */
export function cellOf(number: number, pairs: number): { readonly row: number; readonly column: number } {
  const across = pairs * 2;
  return { row: Math.floor(number / across), column: number % across };
}

/** How many pairs of pages of this width find room side by side. */
export const pairsIn = (room: number, pageWidth: number, gap: number): number =>
  Math.max(1, Math.floor((room + gap) / (pageWidth * 2 + gap)));

const WIDEST = 176;
const NARROWEST = 80;

/** The widest page with which all of them are in sight at once, as far as they can still be told apart. */
export function widthFor(
  room: { width: number; height: number },
  pages: number,
  gap: number,
  tall: number,
): number {
  for (let wide = WIDEST; wide > NARROWEST; wide--) {
    const rows = Math.ceil((pages + 1) / (pairsIn(room.width, wide, gap) * 2));
    if (rows * (wide * tall + FOOT) <= room.height) return wide;
  }
  return NARROWEST;
}

/** How many pages are missing to a sum that can be bound. */
export const blanksIn = (openings: readonly OpeningView[]): number =>
  openings.reduce((sum, opening) => sum + (opening.kind === "blankPages" ? opening.count : 0), 0);

/** What stands below a page, its number and a name of two lines, with the room to the next row. */
const FOOT = 70;

/** The columns of the board: two pages, and room before the next pair. Behind the last pair there is none. */
export const columnsOf = (pairs: number, wide: number, gap: number): string =>
  Array<string>(pairs).fill(`${wide}px ${wide}px`).join(` ${gap}px `);

/** CSS pixels between the names of two facing pages. */
const BETWEEN = 10;

/**
 * CSS pixels a line of a page's name may have: two facing pages share their width by what each name needs in one line,
 * and where both need more than half, evenly.
 */
export function roomFor(own: number, facing: number, wide: number): number {
  if (facing === 0) return 2 * wide;
  const both = 2 * wide - BETWEEN;
  return Math.max(Math.min(own, both / 2), both - facing);
}

/**
 * As many words of a name as find room on so many lines of this width, and an ellipsis behind the last of them where
 * others are missing. The first word always stands.
 */
export function clipped(
  name: string,
  room: number,
  lines: number,
  widthOf: (text: string) => number,
): string {
  const words = name.split(" ");
  for (let kept = words.length; kept > 1; kept--) {
    const shown = kept === words.length ? name : cutBehind(words.slice(0, kept));
    if (linesOf(shown, room, widthOf) <= lines) return shown;
  }
  return words.length === 1 ? name : cutBehind(words.slice(0, 1));
}

const cutBehind = (words: readonly string[]): string => `${words.join(" ").replace(/[,;:.–-]+$/, "")}…`;

function linesOf(text: string, room: number, widthOf: (text: string) => number): number {
  let [lines, line] = [1, ""];
  for (const word of text.split(" ")) {
    const longer = `${line} ${word}`.trimStart();
    if (line !== "" && widthOf(longer) > room) [lines, line] = [lines + 1, word];
    else line = longer;
    // A word that is too long by itself goes on in the next line.
    if (line === word) lines += Math.max(0, Math.ceil(widthOf(word) / room) - 1);
  }
  return lines;
}

/** The pictures of the pages as they are laid out now, by the key they have on the board. */
export function hashesOf(
  board: readonly BoardPage[],
  pages: readonly PageView[],
): ReadonlyMap<string, string> {
  const hashes = new Map<string, string>();
  for (const { key, number, entry } of board) {
    const page = pages[number - 1];
    // While a move is on its way to the pages, a page may lie under another entry's number.
    if (page !== undefined && page.slug === entry.slug) hashes.set(key, page.hash);
  }
  return hashes;
}

/** Which way an arrow key leads on the board, in places of the running order. */
export function stepOf(key: string): 1 | -1 | null {
  if (key === "ArrowRight" || key === "ArrowDown") return 1;
  if (key === "ArrowLeft" || key === "ArrowUp") return -1;
  return null;
}

const TINTS = 6;

/**
 * The number of a colour for each article, by its slug: the one it had before, or another where the article in front of
 * it has that one.
 */
export function tintsOf(
  entries: readonly EntryView[],
  before: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const slugs = entries.flatMap(({ slug }) => slug ?? []);
  const tints = new Map<string, number>();
  let last = TINTS - 1;
  for (const [at, slug] of slugs.entries()) {
    const kept = before.get(slug) ?? last;
    const behind = before.get(slugs[at + 1] ?? "");
    const [next, other] = [(last + 1) % TINTS, (last + 2) % TINTS];
    last = kept !== last ? kept : next !== behind ? next : other;
    tints.set(slug, last);
  }
  return tints;
}
