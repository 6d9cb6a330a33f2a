import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakePlatform } from "../platform/fake/platform";
import { Desk } from "./desk.svelte";
import { REST_AFTER_MS } from "./resting.svelte";

let window: EventTarget;
let platform: FakePlatform;
let desk: Desk;
let stop: () => void;
const asked = (): string[] =>
  platform.calls.map(({ method }) => method).filter((method) => method === "rest" || method === "wake");

beforeEach(async () => {
  platform = new FakePlatform();
  desk = new Desk(platform, null);
  await desk.open();
  vi.useFakeTimers();
  window = new EventTarget();
  stop = desk.resting.watch(window);
});

afterEach(() => {
  stop();
  vi.useRealTimers();
});

test("the page engine rests when nobody gave a sign for two minutes", async () => {
  await vi.advanceTimersByTimeAsync(REST_AFTER_MS - 1000);
  window.dispatchEvent(new Event("pointermove"));
  await vi.advanceTimersByTimeAsync(REST_AFTER_MS - 1000);
  expect(asked()).toEqual([]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked()).toEqual(["rest"]);
  await vi.advanceTimersByTimeAsync(10 * REST_AFTER_MS);
  expect(asked()).toEqual(["rest"]);
});

test("the first sign of somebody makes it ready for the article that is open", async () => {
  await vi.advanceTimersByTimeAsync(REST_AFTER_MS);
  window.dispatchEvent(new Event("keydown"));
  window.dispatchEvent(new Event("keydown"));
  expect(asked()).toEqual(["rest", "wake"]);
  const { issue, slug } = desk.manuscript!;
  expect(platform.calls.at(-1)?.params).toEqual({ issue, slug });
  await vi.advanceTimersByTimeAsync(REST_AFTER_MS);
  expect(asked()).toEqual(["rest", "wake", "rest"]);
});

test("one that is at work is asked again later", async () => {
  platform.engineWorks = true;
  await vi.advanceTimersByTimeAsync(2 * REST_AFTER_MS);
  expect(asked()).toEqual(["rest", "rest"]);
  platform.engineWorks = false;
  window.dispatchEvent(new Event("wheel"));
  await vi.advanceTimersByTimeAsync(10 * REST_AFTER_MS);
  expect(asked()).toEqual(["rest", "rest", "rest"]);
});

test("nothing is asked once nobody watches any more", async () => {
  stop();
  await vi.advanceTimersByTimeAsync(2 * REST_AFTER_MS);
  expect(asked()).toEqual([]);
});
