import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Notices } from "./notices.svelte";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("who goes elsewhere leaves what passes behind, but for what was said of their going", () => {
  const notices = new Notices();
  const said = (): string[] => notices.list.map(({ message }) => message);
  notices.info("Added to the list");
  notices.stay("The text was brought back", null, null);
  vi.advanceTimersByTime(2000);
  notices.info("Here is the article");
  notices.leave();
  expect(said()).toEqual(["The text was brought back", "Here is the article"]);
  vi.advanceTimersByTime(10_000);
  expect(said()).toEqual(["The text was brought back"]);
});
