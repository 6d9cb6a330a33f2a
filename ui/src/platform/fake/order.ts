// The made-up issue's running order, and the pages that follow from it.
import type { EntryView } from "../bindings/EntryView";
import type { FitView } from "../bindings/FitView";
import type { FlatplanView } from "../bindings/FlatplanView";
import type { PageView } from "../bindings/PageView";
import { articles, type FakeArticle } from "./issue";

export type Texts = ReadonlyMap<string, string>;
/** An article's file name, or what stands on a page of its own; an advertisement as `adName` writes it. */
export type Order = readonly string[];

const WORDS_A_PAGE = 220;
const WORDS_A_LINE = 6;
export const FIRST_ORDER: Order = [
  "cover",
  "ad",
  "contents",
  ...articles.map(({ slug }) => slug),
  "colophon",
  "back-cover",
];

export const wordsOf = (text: string): number => text.split(/\s+/).length;
const pagesFor = (text: string): number => Math.max(1, Math.round(wordsOf(text) / WORDS_A_PAGE));
/** One of those that were made up, or one that was begun since. */
export function articleOf(
  name: string,
  texts: Texts,
): (Omit<FakeArticle, "text" | "budget"> & { budget: number | null }) | undefined {
  const known = articles.find(({ slug }) => slug === name);
  const text = texts.get(name);
  if (known !== undefined || text === undefined) return known;
  const title = /^title: "(.*)"$/m.exec(text)?.[1] ?? name;
  return { slug: name, title, section: "Feature", language: "en", budget: null };
}

const FIRST_AD = { advertiser: "World Smart Cities Organization", size: "full" };

/** An advertisement in the order. */
export const adName = ({ advertiser, size }: { advertiser: string; size: string }): string =>
  `ad ${JSON.stringify({ advertiser, size })}`;

function adOf(name: string): typeof FIRST_AD | null {
  if (name === "ad") return FIRST_AD;
  return name.startsWith("ad {") ? (JSON.parse(name.slice(3)) as typeof FIRST_AD) : null;
}

export function pagesOf(order: Order, texts: Texts): PageView[] {
  const pages: PageView[] = [];
  for (const name of order) {
    const article = articleOf(name, texts);
    const text = texts.get(name) ?? "";
    const count = article === undefined ? 1 : pagesFor(text);
    const size = Math.ceil(text.length / count);
    for (let part = 0; part < count; part++) {
      const number = pages.length + 1;
      const words = text.slice(part * size, (part + 1) * size);
      const hash = JSON.stringify({ number, title: article?.title ?? name, part, text: words });
      pages.push({ number, slug: article?.slug ?? null, hash, width: 595.28, height: 793.7 });
    }
  }
  return pages;
}

export function fitsOf(texts: Texts): FitView[] {
  return articles.map(({ slug, budget }) => {
    const text = texts.get(slug)!;
    const room = budget * WORDS_A_PAGE;
    const over = Math.max(0, wordsOf(text) - room);
    const under = Math.max(0, room - wordsOf(text));
    const lines = (words: number): number => Math.ceil(words / WORDS_A_LINE);
    const overset = over > 0 ? Math.floor((text.length * room) / wordsOf(text)) : null;
    const inLines = { room: lines(room), overLines: lines(over), underLines: lines(under) };
    return { slug, budget, ...inLines, overWords: over, underWords: under, overset };
  });
}

export function planOf(order: Order, texts: Texts, revision: number): FlatplanView {
  const pages = pagesOf(order, texts);
  let next = 1;
  const entries = order.map((name): EntryView => {
    const article = articleOf(name, texts);
    const ad = adOf(name);
    const count = article === undefined ? 1 : pagesFor(texts.get(name)!);
    const first = next;
    next += count;
    return {
      kind: ad !== null ? "ad" : article === undefined ? name : "article",
      slug: article?.slug ?? null,
      title: article?.title ?? ad?.advertiser ?? "",
      section: article?.section ?? ad?.size ?? "",
      first,
      pages: count,
      budget: article?.budget ?? null,
    };
  });
  const missing = (4 - (pages.length % 4)) % 4;
  return {
    revision: `${revision}`,
    entries,
    sum: { pages: pages.length, budget: 32, bindable: missing === 0, sheets: [`${pages.length} = 16 + 8`] },
    openings: missing > 0 ? [{ kind: "blankPages", count: missing }] : [],
  };
}
