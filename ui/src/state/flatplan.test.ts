import { expect, test } from "vitest";
import { FakePlatform } from "../platform/fake/platform";
import { Desk } from "./desk.svelte";
import { mayMove, reordered } from "./flatplan.svelte";
import { soon } from "../tests.soon";

async function open(): Promise<{ desk: Desk; platform: FakePlatform }> {
  const platform = new FakePlatform();
  const desk = new Desk(platform, null);
  await desk.open();
  await soon(() => expect(desk.pages.busy).toBe(false));
  await desk.flatplan.load("2026-q4");
  return { desk, platform };
}

const names = (desk: Desk): string[] => desk.flatplan.plan!.entries.map(({ kind, slug }) => slug ?? kind);

test("a move shows at once, is written, and is laid out again", async () => {
  const { desk, platform } = await open();
  const moving = desk.flatplan.move(4, 5);
  expect(names(desk).slice(4, 6)).toEqual(["standards", "audit"]);
  expect(await moving).toBe(true);
  expect(platform.order.slice(4, 6)).toEqual(["standards", "audit"]);
  await soon(() => expect(desk.ranges.get("standards")!.first).toBe(desk.ranges.get("audit")!.first - 4));
  expect(desk.flatplan.said).toMatch(/^Know the city before you wire it moved, now pages \d+ to \d+$/);
});

test("moves are taken back one by one, the last first", async () => {
  const { desk, platform } = await open();
  const before = platform.order;
  await desk.flatplan.move(4, 7);
  await desk.flatplan.move(3, 4);
  await desk.flatplan.undo();
  await desk.flatplan.undo();
  expect(platform.order).toEqual(before);
  expect(desk.flatplan.canUndo).toBe(false);
});

test("covers keep their places, and nothing goes before or behind them", async () => {
  const { desk, platform } = await open();
  const { entries } = desk.flatplan.plan!;
  const last = entries.length - 1;
  expect([mayMove(entries, 0, 1), mayMove(entries, 1, 0), mayMove(entries, last - 1, last)]).toEqual([
    false,
    false,
    false,
  ]);
  expect(await desk.flatplan.move(1, 0)).toBe(false);
  expect(desk.flatplan.said).toBe("Ad: World Smart Cities Organization cannot go further");
  expect(platform.orderRevision).toBe(1);
});

test("an order that somebody else changed is not written over, and the board goes back", async () => {
  const { desk, platform } = await open();
  platform.orderRevision += 1;
  const before = names(desk);
  expect(await desk.flatplan.move(4, 5)).toBe(false);
  expect(names(desk)).toEqual(before);
  expect(desk.flatplan.failure?.code).toBe("changed-outside");
});

test("pages are counted through after a move", async () => {
  const { desk } = await open();
  const moved = reordered(desk.flatplan.plan!.entries, 4, 5);
  for (const [at, entry] of moved.entries()) {
    const next = moved[at + 1];
    if (next !== undefined) expect(next.first).toBe(entry.first! + entry.pages);
  }
});

test("an advertisement that the board shows already does not take a second entry with it", async () => {
  const { desk } = await open();
  const before = desk.flatplan.plan!;
  // The answer to a question that was asked before, from the file as it is now.
  desk.flatplan.plan = { ...before, entries: before.entries.toSpliced(1, 1), revision: "2" };
  desk.flatplan.went("2026-q4", { at: 1, revision: "2" }, "taken out");
  expect(names(desk)).toEqual(before.entries.toSpliced(1, 1).map(({ kind, slug }) => slug ?? kind));
  expect([desk.flatplan.at, desk.flatplan.said]).toEqual([1, "taken out"]);
});

test("an entry is moved by a command, and the keys go with it as far as it may go", async () => {
  const { desk } = await open();
  desk.flatplan.at = 4;
  await desk.flatplan.step(1);
  expect([names(desk)[5], desk.flatplan.at]).toEqual(["audit", 5]);
  desk.flatplan.at = 1;
  await desk.flatplan.step(-1);
  expect(desk.flatplan.at).toBe(1);
});
