import { expect, test } from "vitest";
import type { EntryView } from "../platform/bindings/EntryView";
import { boardOf, cellOf, clipped, columnsOf, pairsIn, roomFor, tintsOf, widthFor } from "./board";

const entry = (slug: string, first: number, pages: number): EntryView => ({
  kind: "article",
  slug,
  title: slug,
  section: "",
  first,
  pages,
  budget: null,
});

test("pages lie in pairs as they are bound: the first alone on the right", () => {
  const cells = [1, 2, 3, 4, 7, 8].map((number) => cellOf(number, 4));
  expect(cells).toEqual([
    { row: 0, column: 1 },
    { row: 0, column: 2 },
    { row: 0, column: 3 },
    { row: 0, column: 4 },
    { row: 0, column: 7 },
    { row: 1, column: 0 },
  ]);
});

test("a page keeps its key when its entry moves, so its picture goes with it", () => {
  const [a, b] = [entry("a", 1, 2), entry("b", 3, 1)];
  const before = boardOf([a, b], []);
  const after = boardOf(
    [
      { ...b, first: 1 },
      { ...a, first: 2 },
    ],
    [],
  );
  expect(after.map(({ key }) => key).toSorted()).toEqual(before.map(({ key }) => key).toSorted());
  expect(after.map(({ number }) => number)).toEqual([1, 2, 3]);
});

test("entries of the same name have keys of their own", () => {
  const ad = { ...entry("", 1, 1), kind: "ad", slug: null, title: "WSCO" };
  const keys = boardOf([ad, { ...ad, first: 2 }], []).map(({ key }) => key);
  expect(new Set(keys).size).toBe(2);
});

test("small ads that share a page are there to be moved, on the page of the first of them", () => {
  const ad = (title: string, pages: number) => ({ ...entry("", 1, pages), kind: "ad", slug: null, title });
  const board = boardOf([ad("A", 1), ad("B", 0), ad("C", 0), entry("text", 2, 2)], []);
  expect(board.map(({ guests }) => guests.map(({ at, entry: { title } }) => `${at} ${title}`))).toEqual([
    ["1 B", "2 C"],
    [],
    [],
  ]);
});

test("as many pairs a row as find room, and never none", () => {
  expect([100, 222, 444, 445].map((room) => pairsIn(room, 100, 22))).toEqual([1, 1, 2, 2]);
});

test("pages are as wide as lets all of them be seen at once, and never too small to be told apart", () => {
  const wide = (width: number, height: number, pages: number): number =>
    widthFor({ width, height }, pages, 22, 1.33);
  expect(wide(1850, 950, 32)).toBeGreaterThan(wide(1210, 680, 32));
  expect(wide(1210, 680, 200)).toBe(80);
  const rows = Math.ceil(33 / (pairsIn(1210, wide(1210, 680, 32), 22) * 2));
  expect(rows * (wide(1210, 680, 32) * 1.33 + 46)).toBeLessThanOrEqual(680);
});

test("a common issue is in sight at once in a window of 1280 by 800, with nothing behind its last column", () => {
  const room = { width: 1148, height: 632 };
  const wide = widthFor(room, 32, 16, 4 / 3);
  const pairs = pairsIn(room.width, wide, 16);
  expect(Math.ceil(33 / (pairs * 2)) * (wide * (4 / 3) + 46)).toBeLessThanOrEqual(room.height);
  expect(columnsOf(2, 90, 16)).toBe("90px 90px 16px 90px 90px");
  const taken = columnsOf(pairs, wide, 16)
    .match(/\d+/g)!
    .reduce((sum, column) => sum + Number(column), 0);
  expect(taken).toBeLessThanOrEqual(room.width);
});

test("facing pages share their width by what their names need", () => {
  expect(roomFor(300, 0, 90)).toBe(180);
  expect(roomFor(150, 50, 90)).toBe(120);
  expect(roomFor(50, 150, 90)).toBe(50);
  expect([roomFor(120, 150, 90), roomFor(150, 120, 90)]).toEqual([85, 85]);
});

test("a name ends behind a word, on as many lines as there are", () => {
  const check = (name: string, room: number, shown: string): void =>
    expect(clipped(name, room, 2, (text) => text.length)).toBe(shown);
  check("Who pays for the first step", 14, "Who pays for the first step");
  check("Know the city before you wire it", 14, "Know the city before you…");
  check("Where to meet, what to bring", 10, "Where to meet…");
  check("Ad: World Smart Cities Organization", 11, "Ad: World Smart…");
  check("Unterschriftensammlungen", 10, "Unterschriftensammlungen");
  check("Unterschriftensammlungen of a town", 10, "Unterschriftensammlungen…");
});

test("an article keeps its colour where it is moved to, unless it comes to lie beside its like", () => {
  const check = (order: string, tints: string, before = new Map<string, number>()): typeof before => {
    const found = tintsOf(
      [...order].map((slug) => entry(slug, 1, 1)),
      before,
    );
    expect([...order].map((slug) => found.get(slug)).join("")).toBe(tints);
    return new Map(found);
  };
  const before = check("abcdefgh", "01234501");
  check("acbdefgh", "02134501", before);
  check("agbcdefh", "02123451", before);
  check("abcxdefgh", "012434501", before);
});
