import { beforeEach, expect, test } from "vitest";
import { FakePlatform } from "../platform/fake/platform";
import { WINDOW_KEY } from "../words";
import { type Bookmark, firstBookmark, firstLiking, firstQuestions, readNote, writeNote } from "./kept";
import { Desk } from "./desk.svelte";
import { usualPagesShare, Viewing } from "./viewing.svelte";
import { soon } from "../tests.soon";

beforeEach(() => localStorage.clear());

const stored = (note: unknown): Viewing => {
  localStorage.setItem(WINDOW_KEY, JSON.stringify(note));
  return new Viewing(localStorage);
};

test("what makes no sense becomes what it was at first, and the rest stays", () => {
  const nonsense = {
    theme: "plaid",
    windowZoom: 1_000,
    zoom: -3,
    sideWidth: 0,
    pagesShare: null,
    previewShare: "wide",
    steps: ["fly"],
    targets: [1],
    outbox: Number.MAX_VALUE,
    grid: true,
    language: "ro",
  };
  const { kept } = stored(nonsense);
  const first = new Viewing(null).kept;
  expect({ ...kept }).toEqual({ ...first, grid: true, language: "ro" });
});

test("a note that is no note is set aside, and the window begins anew", () => {
  localStorage.setItem(WINDOW_KEY, "{ broken");
  expect(new Viewing(localStorage).kept.theme).toBe("system");
  expect(localStorage.getItem(`${WINDOW_KEY}.broken`)).toBe("{ broken");
  expect(localStorage.getItem(WINDOW_KEY)).toBeNull();
});

test("each publication is opened where it was left", () => {
  const first = new Viewing(localStorage);
  first.enter("/kerb");
  first.keep({ issue: "2027-q1", article: "bollards", place: "flatplan", theme: "dark" });
  first.keepCaret("2027-q1", "bollards", 120);
  first.enter("/city");
  expect(first.kept).toMatchObject({ issue: null, place: "pages", carets: {}, theme: "dark" });
  first.keep({ issue: "2026-q4" });
  const next = new Viewing(localStorage);
  next.enter("/kerb");
  expect(next.kept).toMatchObject({ issue: "2027-q1", article: "bollards", place: "flatplan" });
  expect(next.caretOf("2027-q1", "bollards")).toBe(120);
  next.enter("/city");
  expect(next.kept).toMatchObject({ issue: "2026-q4", place: "pages" });
});

test("a bookmark that makes no sense is healed by itself", () => {
  const viewing = stored({
    bookmarks: { "/kerb": { place: "moon", page: 0, issue: "2027-q1", carets: [1] } },
  });
  viewing.enter("/kerb");
  expect(viewing.kept).toMatchObject({ place: "pages", page: 1, issue: "2027-q1", carets: {} });
});

test("neither publications nor cursors pile up", () => {
  const viewing = new Viewing(localStorage);
  for (let number = 0; number < 20; number += 1) {
    viewing.enter(`/publication-${number}`);
    viewing.keep({ issue: "2027-q1" });
  }
  for (let text = 0; text < 80; text += 1) viewing.keepCaret("2027-q1", `text-${text}`, text + 1);
  const { bookmarks } = readNote(localStorage.getItem(WINDOW_KEY)!)!;
  expect(Object.keys(bookmarks)).toHaveLength(8);
  expect(Object.keys(bookmarks["/publication-19"]!.carets)).toHaveLength(60);
  expect(viewing.caretOf("2027-q1", "text-79")).toBe(80);
});

test("the next window opens with the cursor where it was", async () => {
  const platform = new FakePlatform();
  const first = new Desk(platform, localStorage);
  await first.open();
  await first.openArticle("standards");
  const at = first.manuscript!.text.indexOf("Every city");
  first.jumpTo(at);
  await platform.finish();
  const next = new Desk(platform, localStorage);
  await next.open();
  expect(next.manuscript!.slug).toBe("standards");
  expect(next.manuscript!.session.selection.main.head).toBe(at);
});

test("the window is larger after Ctrl and +, up to twice", () => {
  const viewing = new Viewing(localStorage);
  for (let press = 0; press < 9; press += 1) viewing.zoomWindowBy(1);
  expect(new Viewing(localStorage).kept.windowZoom).toBe(200);
  viewing.zoomWindowBy(-1);
  expect(viewing.kept.windowZoom).toBe(175);
});

test("each change is told at once to whoever keeps it beyond a crash", () => {
  const platform = new FakePlatform();
  const { viewing } = new Desk(platform, localStorage);
  viewing.zoomWindowBy(1);
  expect(readNote(platform.noted!)!.liking.windowZoom).toBe(110);
  viewing.zoomWindowBy(1);
  expect(platform.noted).toBe(localStorage.getItem(WINDOW_KEY));
});

test("a second start opens its article in the window that is there, and another publication anew", async () => {
  const platform = new FakePlatform();
  const desk = new Desk(platform, localStorage);
  await desk.open();
  desk.viewing.go("subscribers");
  platform.wanted = { folder: null, text: { issue: "2026-q4", name: "standards", edition: false } };
  platform.hear();
  await soon(() => expect(desk.manuscript?.slug).toBe("standards"));
  expect(desk.viewing.room).toBe("issues");

  platform.wanted = { folder: "/kerb", text: { issue: "2027-q1", name: "bollards", edition: false } };
  platform.hear();
  await soon(() => expect(platform.calls.at(-1)).toMatchObject({ method: "openPublication" }));
  const next = new Viewing(localStorage);
  next.enter("/kerb");
  expect(next.kept).toMatchObject({ issue: "2027-q1", article: "bollards" });
});

test("what the first start asked for is opened, wherever the writer was", async () => {
  const platform = new FakePlatform();
  platform.wanted = { folder: null, text: { issue: "2026-q4", name: "standards", edition: false } };
  const desk = new Desk(platform, localStorage);
  await desk.open();
  expect(desk.manuscript?.slug).toBe("standards");
});

test("a window asks first for what was open last", () => {
  const liking = firstLiking();
  const bookmark = (issue: string | null, article: string | null): Bookmark => ({
    ...firstBookmark(),
    issue,
    article,
  });
  const bookmarks = { "/old": bookmark("2025-q1", "letter"), "/new": bookmark("2026-q4", "audit") };
  expect(firstQuestions(writeNote({ liking, bookmarks }))).toEqual([
    ["publication", {}],
    ["issue", { issue: "2026-q4" }],
    ["lastSeen", { issue: "2026-q4" }],
    ["readArticle", { issue: "2026-q4", slug: "audit" }],
  ]);
  expect(firstQuestions(null)).toEqual([["publication", {}]]);
  expect(firstQuestions("{ torn")).toEqual([["publication", {}]]);
});

test("the pages get more of a wide room, until somebody decides it", () => {
  expect([1200, 1836].map(usualPagesShare)).toEqual([0.46, 0.54]);
  expect(new Viewing(null).kept.pagesShare).toBeNull();
  expect(stored({ pagesShare: 0.4 }).kept.pagesShare).toBe(0.4);
});
