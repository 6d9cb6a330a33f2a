// A made-up issue for tests and for working on the window in a browser.
import type { FindingView } from "../bindings/FindingView";

export interface FakeArticle {
  readonly slug: string;
  readonly title: string;
  readonly section: string;
  readonly language: string;
  readonly budget: number;
  readonly text: string;
}

const paragraph =
  "Every city that wants to be clever begins by being curious. Before the first camera is bought, before the first dashboard glows in a control room, somebody has to walk the building and count what is there.";

function article(
  slug: string,
  title: string,
  section: string,
  budget: number,
  paragraphs: number,
  language = "en",
): FakeArticle {
  const front = `---\ntitle: ${title}\nkind: feature\nsection: ${section}\nstandfirst: An audit is the least photogenic project a mayor can announce.\nauthors:\n  - Editorial staff\nlanguage: ${language}\nbudget: ${budget}\n---\n`;
  const parts = [
    "## The walk comes first",
    paragraph,
    "> [!pullquote]\n> The cheapest sensor is the one a city already owns.",
    "Auditing saves investments already made. It finds the meters **nobody reads**, the *fibre* nobody lit and [the data](https://example.org) that three departments bought three times, TK each for its own.",
    '![A street seen from above](media/street.jpg "The street at noon"){.wide credit="Staff"}',
    "> [!facts] Four pillars\n> Academia, community engagement, city stakeholders, private companies.",
    "## What an audit counts",
    "| What | Share |\n| --- | ---: |\n| Meters | 40 % |\n| Cables | 60 % |",
    "```chart\ntype: bar\ntitle: Experts by years\n---\nYears,Share\n15 and more,74\n```",
    "### Saved, not spent",
    ...Array.from({ length: paragraphs }, () => paragraph),
  ];
  return { slug, title, section, language, budget, text: `${front}\n${parts.join("\n\n")}\n` };
}

export const articles: readonly FakeArticle[] = [
  article("letter", "Editor’s letter", "Letter", 1, 2),
  article("audit", "Know the city before you wire it", "Feature", 6, 34),
  article("standards", "Eight standards, one law", "Feature", 4, 20),
  article("first-step", "Who pays for the first step", "Money", 4, 19),
  article("orasul", "Orașul, citit din nou", "Feature", 3, 9, "ro"),
  article("numbers", "Ten years, counted", "Numbers", 2, 7),
  article("awards", "Awards", "Listing", 1, 2),
];

/** What the fake desk finds in the texts as they are. */
export function found(texts: ReadonlyMap<string, string>): FindingView[] {
  const all = [...texts].flatMap(([slug, text]) => [
    ...each(text, "### Saved, not spent").map((at) => skipped(slug, text, at)),
    ...each(text, "TK each").map((at) => mark(slug, text, at)),
    ...each(text, "email").map((at) => hint(slug, text, at)),
  ]);
  return [...all, ...general];
}

const bytes = (text: string): number => new TextEncoder().encode(text).length;

function each(text: string, words: string): number[] {
  const at = text.indexOf(words);
  return at < 0 ? [] : [at];
}

function placed(slug: string, text: string, at: number, length: number) {
  const file = `issues/2026-q4/articles/${slug}.md`;
  const line = text.slice(0, at).split("\n").length;
  const byte = bytes(text.slice(0, at));
  return { place: `${file}:${line}:1`, slug, byte, end: byte + length };
}

function skipped(slug: string, text: string, at: number): FindingView {
  const place = placed(slug, text, at, 4);
  const label = "write `## ` for `### `";
  const file = `issues/2026-q4/articles/${slug}.md`;
  return {
    code: "skipped-heading",
    severity: "warning",
    message: "a heading of level 3 with none of level 2 before it",
    hint: null,
    ...place,
    fix: { label, file, slug, start: place.byte, end: place.byte + 4, replacement: "## " },
  };
}

function mark(slug: string, text: string, at: number): FindingView {
  return {
    code: "editors-mark",
    severity: "warning",
    message: "`TK` is still in the text",
    hint: "write what is to come, or take the mark out",
    ...placed(slug, text, at, 2),
    fix: null,
  };
}

function hint(slug: string, text: string, at: number): FindingView {
  const place = placed(slug, text, at, 5);
  const file = `issues/2026-q4/articles/${slug}.md`;
  return {
    code: "house-style",
    severity: "note",
    message: "`email`: the house writes `e-mail`",
    hint: null,
    ...place,
    fix: {
      label: "write `e-mail`",
      file,
      slug,
      start: place.byte,
      end: place.byte + 5,
      replacement: "e-mail",
    },
  };
}

const general: readonly FindingView[] = [
  {
    code: "missing-media",
    severity: "error",
    message: "picture not found: `media/street.jpg`",
    hint: "`media/Street.jpg` exists; the names differ in case",
    place: "issues/2026-q4/issue.toml:9:1",
    slug: null,
    byte: null,
    end: null,
    fix: null,
  },
  {
    code: "page-sum",
    severity: "note",
    message: "28 pages are four fewer than the budget",
    hint: null,
    place: "issues/2026-q4/issue.toml",
    slug: null,
    byte: null,
    end: null,
    fix: null,
  },
];
