import { expect, test } from "vitest";
import { FakePlatform } from "../platform/fake/platform";
import { Importing } from "./importing.svelte";
import { Jobs } from "./jobs.svelte";
import { Notices } from "./notices.svelte";

test.each([
  ["import-stopped", "stopped", "stopped; nothing was written", undefined],
  ["no-addresses", "failed", "it ended", "it ended"],
])("an import that ended with %s is told as %s", async (code, outcome, detail, said) => {
  const platform = new FakePlatform();
  const jobs = new Jobs();
  const importing = new Importing(platform, jobs, new Notices(), () => Promise.resolve());
  platform.failNext.work = { code, message: "it ended", hint: null, place: null };
  await importing.take(new File(["email\n"], "list.csv"));
  expect(jobs.list[0]).toMatchObject({ outcome, detail });
  expect(importing.failure?.message).toBe(said);
  expect([importing.running, importing.stopped]).toEqual([false, code === "import-stopped"]);
  importing.begin();
  expect(importing.stopped).toBe(false);
});
