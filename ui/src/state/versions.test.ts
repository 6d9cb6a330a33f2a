import { undo } from "@codemirror/commands";
import { expect, test } from "vitest";
import { FakePlatform } from "../platform/fake/platform";
import { soon } from "../tests.soon";
import { Desk } from "./desk.svelte";

const kept = {
  name: "20261122T083000Z.md",
  at: "2026-11-22T08:30:00Z",
  text: "---\ntitle: Once\n---\nAs it was.\n",
};

test("an earlier version comes back as one change, and goes with one undo", async () => {
  const platform = new FakePlatform();
  platform.versions = [kept];
  const desk = new Desk(platform, null);
  await desk.open();
  const manuscript = desk.manuscript!;
  const now = manuscript.text;
  await desk.versions.open(manuscript);
  expect(desk.versions.shown?.text).toBe(kept.text);
  desk.versions.restore();
  expect(manuscript.text).toBe(kept.text);
  expect(desk.versions.manuscript).toBeNull();
  manuscript.run(undo);
  expect(manuscript.text).toBe(now);
});

test("what a window was writing when it ended is told once", async () => {
  const platform = new FakePlatform();
  platform.versions = [kept];
  platform.interruption = { issue: "2026-q4", slug: "audit", at: kept.at };
  const desk = new Desk(platform, null);
  await desk.open();
  await soon(() => expect(desk.notices.list).toHaveLength(1));
  const [notice] = desk.notices.list;
  expect(notice?.message).toContain("Know the city before you wire it");
  await soon(() => expect(platform.interruption).toBeNull());
  notice!.action!.run();
  await soon(() => expect(desk.versions.shown?.text).toBe(kept.text));
  expect(desk.manuscript?.slug).toBe("audit");
});

test("a window that closes in peace leaves nothing to be told", async () => {
  const platform = new FakePlatform();
  const desk = new Desk(platform, null);
  await desk.open();
  expect(await platform.finish()).toBe(true);
  expect(platform.calls.at(-1)?.method).toBe("setDown");
});

test("a version that is gone is said, and the text stays", async () => {
  const platform = new FakePlatform();
  platform.versions = [kept];
  platform.failNext.readVersion = { code: "no-version", message: "gone", hint: null, place: null };
  const desk = new Desk(platform, null);
  await desk.open();
  const before = desk.manuscript!.text;
  await desk.versions.open(desk.manuscript!);
  expect(desk.versions.failure?.message).toBe("gone");
  desk.versions.restore();
  expect(desk.manuscript!.text).toBe(before);
});
