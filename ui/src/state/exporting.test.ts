import { expect, test, vi } from "vitest";
import { FakePlatform } from "../platform/fake/platform";
import { Exporting } from "./exporting.svelte";
import { Jobs } from "./jobs.svelte";

const kinds = (exporting: Exporting): string[] => [...exporting.targets.values()].map(({ kind }) => kind);
const refused = {
  code: "pdf-refused",
  message: "a picture has no text alternative",
  hint: null,
  place: null,
};

test("a target that is refused does not keep the others from being written", async () => {
  const platform = new FakePlatform();
  platform.refused.set("accessible", refused);
  const exporting = new Exporting(platform, new Jobs());
  await exporting.run("2026-q4", ["screen", "accessible", "booklet"]);
  expect(kinds(exporting)).toEqual(["written", "failed", "written"]);
  expect(exporting.outcome?.stopped).toBe(false);
});

test("each target waits, is written and is done, and a second export waits for the first", async () => {
  const platform = new FakePlatform();
  platform.delay = 120;
  const exporting = new Exporting(platform, new Jobs());
  const run = exporting.run("2026-q4", ["screen", "print"]);
  await exporting.run("2026-q4", ["booklet"]);
  await vi.waitFor(() => expect(kinds(exporting)).toEqual(["written", "writing"]));
  await run;
  expect(kinds(exporting)).toEqual(["written", "written"]);
  expect(exporting.running).toBe(false);
});

test("what was finished before a cancel stays, the rest is not written", async () => {
  const platform = new FakePlatform();
  platform.delay = 10;
  const exporting = new Exporting(platform, new Jobs());
  const run = exporting.run("2026-q4", ["screen", "print", "booklet"]);
  await exporting.stop();
  expect(exporting.stopping).toBe(true);
  await run;
  expect(kinds(exporting)).toEqual(["written", "stopped", "stopped"]);
  expect(exporting.outcome?.stopped).toBe(true);
});

test("an issue that cannot be laid out is said, and nothing looks written", async () => {
  const platform = new FakePlatform();
  platform.failNext.export = { ...refused, code: "engine-killed" };
  const exporting = new Exporting(platform, new Jobs());
  await exporting.run("2026-q4", ["screen"]);
  expect(exporting.failure?.code).toBe("engine-killed");
  expect(kinds(exporting)).toEqual(["stopped"]);
});
