import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakePlatform } from "../platform/fake/platform";
import { Jobs } from "./jobs.svelte";
import type { Send } from "./run.svelte";
import { Sending } from "./sending.svelte";

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
  expect(sending.runs[0]?.phase).toMatchObject({ kind: "outbox", left: 1 });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(platform.mail.works).toEqual([{ kind: "send", ...send }]);
  expect(sending.runs[0]?.phase).toMatchObject({ kind: "over", mailing: { state: "finished" } });
});

test("what is taken back is never sent", async () => {
  sending.toOutbox(send, 60);
  await vi.advanceTimersByTimeAsync(30_000);
  sending.active!.takeBack();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(platform.mail.works).toEqual([]);
  expect(sending.runs).toEqual([]);
  expect(jobs.list[0]?.outcome).toBe("stopped");
});

test("a pause ends the run and leaves the rest waiting", async () => {
  platform.mail.delay = 100;
  sending.now({ ...send, rehearse: true });
  await vi.advanceTimersByTimeAsync(150);
  expect(sending.active!.done).toBe(200);
  void sending.active!.pause();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(sending.runs[0]?.phase).toMatchObject({ kind: "over", mailing: { state: "paused" } });
});

test.each([
  [true, "Rehearsed: no reader got anything"],
  [false, "Sent"],
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
  expect(sending.runs[0]?.phase).toMatchObject({ kind: "over", mailing: null, failure });
  expect(jobs.running).toEqual([]);
  sending.now(send);
  await vi.advanceTimersByTimeAsync(10);
  expect(platform.mail.works.length).toBe(1);
});

test("while one waits for its hour others are sent, each with its own dialog", async () => {
  platform.mail.delay = 100;
  vi.setSystemTime("2026-11-23T08:00:00");
  sending.now({ ...send, at: "2026-11-23T09:00" });
  await vi.advanceTimersByTimeAsync(50);
  expect([sending.busy, sending.unfinished.length]).toEqual([false, 1]);
  sending.now({ ...send, edition: "2026-q4/reminder" });
  await vi.advanceTimersByTimeAsync(2_000);
  sending.dialog = "2026-q4/reminder";
  expect(sending.shown?.phase).toMatchObject({ kind: "over", mailing: { state: "finished" } });
  sending.open(send.edition);
  expect(sending.shown?.startsAt).toBe("2026-11-23T09:00");
  await vi.advanceTimersByTimeAsync(3_602_000);
  expect(sending.shown?.phase).toMatchObject({ kind: "over", mailing: { state: "finished" } });
});

test("what left the outbox is stopped from the list of jobs like any other", async () => {
  platform.mail.delay = 100;
  sending.toOutbox(send, 1);
  await vi.advanceTimersByTimeAsync(1_150);
  jobs.open[0]!.cancel!();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(sending.runs[0]?.phase).toMatchObject({ kind: "over", mailing: { state: "paused" } });
});

test("one that waits already is shown and not begun a second time", async () => {
  platform.mail.delay = 100;
  vi.setSystemTime("2026-11-23T08:00:00");
  sending.now({ ...send, at: "2026-11-23T09:00" });
  await vi.advanceTimersByTimeAsync(50);
  const mailing = { ...platform.mail.mailings[0]!, state: "running", startsAt: "2026-11-23T09:00" };
  sending.goOn(mailing);
  expect([sending.runs.length, sending.dialog]).toEqual([1, send.edition]);
});
