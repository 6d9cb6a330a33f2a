import { expect, test } from "vitest";
import { FakePlatform } from "../platform/fake/platform";
import { Exporting } from "./exporting.svelte";
import { Jobs } from "./jobs.svelte";
import { soon } from "../tests.soon";

const kinds = (exporting: Exporting): string[] => [...exporting.targets.values()].map(({ kind }) => kind);
/** Each target is written when somebody opens the door for it. */
function behindADoor(platform: FakePlatform): () => void {
  let open = (): void => {};
  platform.writing = () => new Promise((resolve) => (open = resolve));
  return () => open();
}

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
  const next = behindADoor(platform);
  const exporting = new Exporting(platform, new Jobs());
  const run = exporting.run("2026-q4", ["screen", "print"]);
  await exporting.run("2026-q4", ["booklet"]);
  expect(kinds(exporting)).toEqual(["writing", "waiting"]);
  next();
  await soon(() => expect(kinds(exporting)).toEqual(["written", "writing"]));
  next();
  await run;
  expect(kinds(exporting)).toEqual(["written", "written"]);
  expect(exporting.running).toBe(false);
});

test("what was finished before a cancel stays, the rest is not written", async () => {
  const platform = new FakePlatform();
  const next = behindADoor(platform);
  const exporting = new Exporting(platform, new Jobs());
  const run = exporting.run("2026-q4", ["screen", "print", "booklet"]);
  await exporting.stop();
  expect(exporting.stopping).toBe(true);
  next();
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
