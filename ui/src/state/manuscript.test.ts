import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { foldedRanges } from "@codemirror/language";
import { FakePlatform } from "../platform/fake/platform";
import { Manuscript, type Watcher } from "./manuscript.svelte";

const ISSUE = "2026-q4";
const SLUG = "audit";
const watcher: Watcher = { changed: () => {}, moved: () => {}, saved: () => {} };
let platform: FakePlatform;

beforeEach(() => {
  vi.useFakeTimers();
  platform = new FakePlatform();
});
afterEach(() => vi.useRealTimers());

async function open(text?: string): Promise<Manuscript> {
  if (text !== undefined) platform.changeOutside(SLUG, text);
  const shelf = {
    read: () => platform.call("readArticle", { issue: ISSUE, slug: SLUG }),
    save: (text: string, revision: string) =>
      platform.call("saveArticle", { issue: ISSUE, slug: SLUG, text, revision }),
  };
  return new Manuscript(shelf, watcher, ISSUE, SLUG, await shelf.read());
}

const type = (manuscript: Manuscript, insert: string): void =>
  manuscript.apply({ changes: { from: manuscript.session.doc.length, insert } });
const onDisk = (): string => platform.texts.get(SLUG)!;

test("what was typed is on disk within a second of the last key", async () => {
  const manuscript = await open("text");
  type(manuscript, " more");
  expect(manuscript.save.kind).toBe("changed");
  await vi.advanceTimersByTimeAsync(1000);
  expect(manuscript.save.kind).toBe("saved");
  expect(onDisk()).toBe("text more");
});

test("somebody who never pauses is saved too", async () => {
  const manuscript = await open("");
  for (let key = 0; key < 20; key++) {
    type(manuscript, "x");
    await vi.advanceTimersByTimeAsync(200);
  }
  expect(onDisk().length).toBeGreaterThan(10);
});

test("what is typed during a save is saved after it", async () => {
  const manuscript = await open("a");
  type(manuscript, "b");
  const saving = manuscript.flush();
  type(manuscript, "c");
  await saving;
  expect(manuscript.save.kind).toBe("changed");
  await vi.advanceTimersByTimeAsync(1000);
  expect(onDisk()).toBe("abc");
});

test("a file with Windows line breaks keeps them", async () => {
  const manuscript = await open("one\r\ntwo\r\n");
  type(manuscript, "three");
  await manuscript.flush();
  expect(onDisk()).toBe("one\r\ntwo\r\nthree");
});

test("a save that failed says so and is tried again", async () => {
  const manuscript = await open("a");
  platform.failNext.saveArticle = { code: "disk-full", message: "the disk is full", hint: null, place: null };
  type(manuscript, "b");
  expect(await manuscript.flush()).toBe(false);
  expect(manuscript.save).toMatchObject({ kind: "failed", failure: { code: "disk-full" } });
  await vi.advanceTimersByTimeAsync(6000);
  expect(manuscript.save.kind).toBe("saved");
  expect(onDisk()).toBe("ab");
});

test("undoing back to the text on disk is saved without writing", async () => {
  const manuscript = await open("a");
  type(manuscript, "b");
  manuscript.apply({ changes: { from: 1, to: 2 } });
  await manuscript.flush();
  expect(manuscript.save.kind).toBe("saved");
  expect(platform.calls.filter(({ method }) => method === "saveArticle")).toHaveLength(0);
});

async function conflict(): Promise<Manuscript> {
  const manuscript = await open("base");
  platform.changeOutside(SLUG, "theirs");
  type(manuscript, " mine");
  await manuscript.flush();
  expect(manuscript.save).toMatchObject({ kind: "conflict", theirs: { text: "theirs" } });
  return manuscript;
}

test("a file changed outside is not written over", async () => {
  const manuscript = await conflict();
  type(manuscript, " and more");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(onDisk()).toBe("theirs");
  expect(manuscript.text).toBe("base mine and more");
});

test("keeping mine writes it", async () => {
  const manuscript = await conflict();
  await manuscript.keepMine();
  expect(manuscript.save.kind).toBe("saved");
  expect(onDisk()).toBe("base mine");
});

test("taking theirs shows it and writes nothing", async () => {
  const manuscript = await conflict();
  manuscript.takeTheirs();
  await vi.advanceTimersByTimeAsync(2000);
  expect(manuscript.text).toBe("theirs");
  expect(manuscript.save.kind).toBe("saved");
  expect(onDisk()).toBe("theirs");
});

test("a change outside to the very text in the editor is no conflict", async () => {
  const manuscript = await open("base");
  type(manuscript, " same");
  platform.changeOutside(SLUG, "base same");
  await manuscript.flush();
  expect(manuscript.save.kind).toBe("saved");
});

test("an untouched article takes a change from outside when it is opened again", async () => {
  const manuscript = await open("base");
  platform.changeOutside(SLUG, "theirs");
  await manuscript.refresh();
  expect(manuscript.text).toBe("theirs");
});

test("a change from outside that reaches from the head into the text leaves all of the head folded", async () => {
  const manuscript = await open("---\ntitle: One lamp\n---\n\nThe lamp is on.\n");
  const text = "---\ntitle: One light\nkind: letter\n---\n\nThe light is on.\n";
  platform.changeOutside(SLUG, text);
  await manuscript.refresh();
  expect(manuscript.text).toBe(text);
  const folded: number[][] = [];
  foldedRanges(manuscript.session).between(0, text.length, (from, to) => void folded.push([from, to]));
  expect(folded).toEqual([[0, text.indexOf("\n\n")]]);
});
