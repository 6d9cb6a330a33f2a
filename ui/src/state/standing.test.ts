import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakePlatform } from "../platform/fake/platform";
import { Desk } from "./desk.svelte";
import type { Send } from "./run.svelte";
import { standingOf, wayOf } from "./standing";

const send: Send = {
  edition: "2026-q4/launch",
  segment: "",
  rehearse: false,
  people: 412,
  resume: false,
  again: null,
  at: null,
};
let platform: FakePlatform;
let desk: Desk;

beforeEach(async () => {
  vi.useFakeTimers();
  vi.setSystemTime("2026-11-23T08:00:00");
  platform = new FakePlatform();
  platform.mail.delay = 100;
  desk = new Desk(platform, null);
  await desk.newsletter.load("2026-q4");
});
afterEach(() => vi.useRealTimers());

const standing = () => standingOf(desk.newsletter.line!, desk.sending, desk.deliveries.of("2026-q4/launch"));

test("the list hears what becomes of a send, from its beginning to its end", async () => {
  expect([standing(), wayOf(standing())]).toEqual([null, "send"]);
  desk.sending.now(send);
  await vi.advanceTimersByTimeAsync(50);
  expect(standing()).toEqual({ state: "running", startsAt: null });
  expect(wayOf(standing())).toBe("look");
  expect(desk.newsletter.line?.state).toBe("running");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(standing()).toEqual({ state: "finished", startsAt: null });
  expect(wayOf(standing())).toBe("report");
  expect(desk.deliveries.of(send.edition)?.audience).toBe(412);
});

test("a send that waits for its hour is scheduled and not under way, and sent after it", async () => {
  desk.sending.now({ ...send, at: "2026-11-23T09:00" });
  await vi.advanceTimersByTimeAsync(50);
  expect(standing()).toEqual({ state: "scheduled", startsAt: "2026-11-23T09:00" });
  expect(wayOf(standing())).toBe("scheduled");
  expect([desk.jobs.running.length, desk.jobs.waiting.length]).toEqual([0, 1]);
  await vi.advanceTimersByTimeAsync(3_602_000);
  expect(standing()).toEqual({ state: "finished", startsAt: null });
  expect(desk.jobs.open).toEqual([]);
});

test("one that is paused is counted wherever somebody works, and no rehearsal is", async () => {
  for (const rehearse of [true, false]) {
    desk.sending.now({ ...send, rehearse });
    await vi.advanceTimersByTimeAsync(150);
    void desk.sending.active!.pause();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(desk.deliveries.paused.length).toBe(rehearse ? 0 : 1);
  }
  expect(standing()).toEqual({ state: "paused", startsAt: null });
  expect(wayOf(standing())).toBe("goOn");
  expect(desk.deliveries.chosen).toBe(null);
});

test("what was begun and is not under way in this window is unfinished", async () => {
  desk.sending.now(send);
  await vi.advanceTimersByTimeAsync(50);
  desk.sending.runs = [];
  expect(standing()).toEqual({ state: "unfinished", startsAt: null });
  expect(wayOf(standing())).toBe("goOn");
});

test("a send that was set for an hour is told of in the next window, and goes on when somebody says so", async () => {
  desk.sending.now(send);
  await vi.advanceTimersByTimeAsync(2_000);
  const mailing = { ...platform.mail.mailings[0]!, state: "running", startsAt: "2026-12-01T09:00:00Z" };
  const paused = { ...mailing, id: 7, edition: "2026-q4/reminder", state: "paused" };
  const elsewhere = { ...mailing, id: 8, edition: "1999-q1/launch" };
  platform.mail.mailings = [paused, elsewhere, mailing];
  const next = new Desk(platform, null);
  await next.open();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(next.jobs.list).toEqual([]);
  expect(next.notices.list.map(({ message }) => message)).toEqual([
    expect.stringMatching(/^“Launch” is set for 1 Dec/),
  ]);
  const wait = next.notices.list[0]!.action!.run;
  next.sending.toOutbox({ ...send, edition: "2026-q4/reminder" }, 60);
  wait();
  expect(next.sending.runOf("2026-q4/launch", false)).not.toBeNull();
});
