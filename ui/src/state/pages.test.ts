import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { PagesView } from "../platform/bindings/PagesView";
import type { PageView } from "../platform/bindings/PageView";
import type { Platform } from "../platform/seam";
import { Pages } from "./pages.svelte";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Answers after so long, with one page more each time; what is not asked for to be settled is not. */
function asked(took = 0): { pages: Pages; calls: string[] } {
  const calls: string[] = [];
  const call = (method: string): Promise<PagesView> => {
    if (method === "lastSeen") return Promise.resolve(null as unknown as PagesView);
    calls.push(method);
    const page = { number: calls.length, slug: null, hash: `${calls.length}`, width: 1, height: 1 };
    const settled = method === "settle";
    const answer = { pages: [page], findings: [], fits: [], settled, outdated: false, milliseconds: 1 };
    return took === 0 ? Promise.resolve(answer) : new Promise((done) => setTimeout(() => done(answer), took));
  };
  return { pages: new Pages({ call } as unknown as Platform), calls };
}

test("the pages after the first ones are asked for when the first ones are there", async () => {
  const { pages, calls } = asked();
  pages.open("2026-q4");
  const whole = pages.rest();
  await vi.advanceTimersByTimeAsync(10);
  expect([calls, pages.list[0]!.number, pages.busy]).toEqual([["layout"], 1, true]);
  await vi.advanceTimersByTimeAsync(100);
  await whole;
  expect([calls, pages.list[0]!.number, pages.busy]).toEqual([["layout", "settle"], 2, false]);
});

test("what was laid out between two keys is settled at rest, once", async () => {
  const { pages, calls } = asked();
  for (let key = 0; key < 3; key++) {
    pages.preview("audit", `${key}`);
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(calls).toEqual(["preview", "preview", "preview"]);
  await vi.advanceTimersByTimeAsync(2000);
  expect([calls.slice(3), pages.settled, pages.busy]).toEqual([["settle"], true, false]);
});

test.each([
  [20, 1],
  [90, 0],
])(
  "after a layout of %i ms the next one begins at once or lets the letters come first",
  async (took, begun) => {
    const { pages, calls } = asked(took);
    pages.preview("audit", "a");
    await vi.advanceTimersByTimeAsync(took);
    calls.length = 0;
    pages.preview("audit", "ab");
    await vi.advanceTimersByTimeAsync(took - 5);
    expect(calls.length).toBe(begun);
    await vi.advanceTimersByTimeAsync(150);
    expect(calls).toEqual(["preview"]);
  },
);

test("a key that changes one page leaves all others the objects they were", async () => {
  let typed = 0;
  const call = (): Promise<PagesView> => {
    const page = (number: number): PageView => ({
      number,
      slug: "audit",
      hash: number === 3 ? `3-${typed}` : `${number}`,
      width: 1,
      height: 1,
    });
    return Promise.resolve({
      pages: [1, 2, 3, 4, 5].map(page),
      findings: [],
      fits: [],
      settled: true,
      outdated: false,
      milliseconds: 1,
    });
  };
  const pages = new Pages({ call } as unknown as Platform);
  pages.preview("audit", "a");
  await vi.advanceTimersByTimeAsync(100);
  const { list, spreads, findings } = pages;
  typed += 1;
  pages.preview("audit", "ab");
  await vi.advanceTimersByTimeAsync(100);
  expect(pages.list.map((page, index) => page === list[index])).toEqual([true, true, false, true, true]);
  expect(pages.spreads.map((spread, index) => spread === spreads[index])).toEqual([true, false, true]);
  expect([pages.list[2]!.hash, pages.count, pages.findings === findings]).toEqual(["3-1", 5, true]);
});

test("the pages of another day stand there until all of today's are laid out", async () => {
  const page = (number: number, hash: string): PageView => ({
    number,
    slug: null,
    hash,
    width: 1,
    height: 1,
  });
  const view = (pages: readonly PageView[], settled: boolean): PagesView => ({
    pages: [...pages],
    findings: [],
    fits: [],
    settled,
    outdated: false,
    milliseconds: 1,
  });
  const seen = [1, 2, 3, 4].map((number) => page(number, `${number}`));
  const answers: Record<string, PagesView> = {
    lastSeen: view(seen, true),
    layout: view(seen.slice(0, 2), false),
    settle: view(seen, true),
  };
  const lists: number[] = [];
  const call = (method: string): Promise<PagesView> => {
    lists.push(pages.list.length);
    return Promise.resolve(answers[method]!);
  };
  const pages: Pages = new Pages({ call } as unknown as Platform);
  pages.open("2026-q4", 4);
  const whole = pages.rest();
  await vi.advanceTimersByTimeAsync(200);
  await whole;
  expect(lists).toEqual([0, 4, 4]);
  expect(pages.goal?.page).toBe(4);
  expect(pages.remembered).toBe(false);
});

test("an article that was opened before it had pages is gone to when they come, and only then", async () => {
  const page = (number: number): PageView => ({ number, slug: `${number}`, hash: "", width: 1, height: 1 });
  const view = (count: number, settled: boolean): PagesView => ({
    pages: Array.from({ length: count }, (_, index) => page(index + 1)),
    findings: [],
    fits: [],
    settled,
    outdated: false,
    milliseconds: 1,
  });
  const answers: Record<string, PagesView | null> = {
    lastSeen: null,
    layout: view(2, false),
    settle: view(4, true),
  };
  const call = (method: string): Promise<PagesView | null> => Promise.resolve(answers[method]!);
  const pages = new Pages({ call } as unknown as Platform);
  pages.open("2026-q4");
  pages.goToArticle("3");
  expect(pages.goal).toBeNull();
  await vi.advanceTimersByTimeAsync(200);
  expect(pages.goal).toMatchObject({ page: 3, serial: 1 });
  pages.goToArticle("2");
  pages.goToArticle("in no running order");
  await vi.advanceTimersByTimeAsync(200);
  expect(pages.goal).toMatchObject({ page: 2, serial: 2 });
});
