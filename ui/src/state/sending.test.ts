import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakePlatform } from "../platform/fake/platform";
import { Jobs } from "./jobs.svelte";
import { type Send, Sending } from "./sending.svelte";

let platform: FakePlatform;
let jobs: Jobs;
let sending: Sending;
const send: Send = {
  edition: "2026-q4/launch",
  segment: "",
  rehearse: false,
  people: 412,
  resume: false,
  again: null,
  at: null,
};

beforeEach(() => {
  vi.useFakeTimers();
  platform = new FakePlatform();
  jobs = new Jobs();
  sending = new Sending(platform, jobs);
});
afterEach(() => vi.useRealTimers());

test("nothing leaves before the minute is over, and then what was confirmed", async () => {
  sending.toOutbox(send, 60);
  await vi.advanceTimersByTimeAsync(59_000);
  expect(platform.mail.works).toEqual([]);
  expect(sending.phase).toMatchObject({ kind: "outbox", left: 1 });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(platform.mail.works).toEqual([{ kind: "send", ...send }]);
  expect(sending.phase).toMatchObject({ kind: "over", mailing: { state: "finished" } });
});

test("what is taken back is never sent", async () => {
  sending.toOutbox(send, 60);
  await vi.advanceTimersByTimeAsync(30_000);
  sending.takeBack();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(platform.mail.works).toEqual([]);
  expect(sending.phase.kind).toBe("idle");
  expect(jobs.list[0]?.outcome).toBe("stopped");
});

test("a pause ends the run and leaves the rest waiting", async () => {
  platform.mail.delay = 100;
  sending.now({ ...send, rehearse: true });
  await vi.advanceTimersByTimeAsync(150);
  expect(sending.done).toBe(200);
  void sending.pause();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(sending.phase).toMatchObject({ kind: "over", mailing: { state: "paused" } });
});

test.each([
  [true, "Rehearsed: no reader got anything"],
  [false, "It is sent"],
])("the list of jobs says at the end whether it was a rehearsal: %s", async (rehearse, said) => {
  sending.now({ ...send, rehearse });
  await vi.advanceTimersByTimeAsync(10);
  expect(jobs.list[0]).toMatchObject({ outcome: "done", detail: said });
});

test("a failure is told in its own words and the next send may begin", async () => {
  const failure = { code: "no-relay", message: "no relay is set up", hint: "set one", place: null };
  platform.failNext.work = failure;
  sending.now(send);
  await vi.advanceTimersByTimeAsync(10);
  expect(sending.phase).toMatchObject({ kind: "over", mailing: null, failure });
  expect(jobs.running).toEqual([]);
  sending.now(send);
  await vi.advanceTimersByTimeAsync(10);
  expect(platform.mail.works.length).toBe(1);
});
