import { expect, test, vi } from "vitest";
import { Latest, Order, Pause } from "./latest";
import { soon } from "../tests.soon";

test("of the jobs that wait only the newest runs", async () => {
  const ran: number[] = [];
  const ends: (() => void)[] = [];
  const latest = new Latest<number>(async (job) => {
    ran.push(job);
    await new Promise<void>((end) => ends.push(end));
  });
  for (const job of [1, 2, 3, 4]) latest.ask(job);
  expect(ran).toEqual([1]);
  ends.shift()!();
  await soon(() => expect(ran).toEqual([1, 4]));
  expect(latest.idle).toBe(false);
  ends.shift()!();
  await soon(() => expect(latest.idle).toBe(true));
});

test("what has to be waited for before a job leaves its place to a newer one", async () => {
  const ran: number[] = [];
  let ready = (): void => {};
  const run = (job: number): Promise<void> => Promise.resolve(void ran.push(job));
  const latest = new Latest<number>(run, () => new Promise((done) => (ready = done)));
  latest.ask(1);
  latest.ask(2);
  expect([ran, latest.idle]).toEqual([[], false]);
  ready();
  await soon(() => expect([ran, latest.idle]).toEqual([[2], true]));
});

test("a pause is taken after the last touch, but not put off for ever", () => {
  vi.useFakeTimers();
  const run = vi.fn();
  const pause = new Pause(run, 600, 1000);
  pause.touch();
  vi.advanceTimersByTime(500);
  pause.touch();
  vi.advanceTimersByTime(499);
  expect(run).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(run).toHaveBeenCalledOnce();
  vi.useRealTimers();
});

test("an answer that came in time is shown, and a later one after it", () => {
  const order = new Order();
  const [first, second] = [order.ask(), order.ask()];
  expect([first(), second()]).toEqual([true, true]);
});

test("an answer is left out that a later question has overtaken", () => {
  const order = new Order();
  const [first, second] = [order.ask(), order.ask()];
  expect([second(), first()]).toEqual([true, false]);
});
