import { expect, test } from "vitest";
import { PAGE, Paged, type Source } from "./paged.svelte";

interface Asked extends Source<number, number> {
  readonly asked: (number | null)[];
}

/** A table of so many numbers, in order. */
function table(total: number, base = 0): Asked {
  const asked: (number | null)[] = [];
  return {
    asked,
    marks: async (every) => ({
      total,
      marks: Array.from(
        { length: Math.max(0, Math.ceil(total / every) - 1) },
        (_, page) => (page + 1) * every,
      ),
    }),
    rows: async (after, limit) => {
      asked.push(after);
      const from = after ?? 0;
      return Array.from({ length: Math.min(limit, total - from) }, (_, index) => base + from + index);
    },
  };
}

const soon = (): Promise<void> => new Promise((done) => setTimeout(done, 5));

test("any row is there once it is in sight, and only what is in sight and comes next is fetched", async () => {
  const source = table(1_000_000);
  const paged = new Paged<number, number>();
  await paged.open(source);
  expect(paged.total).toBe(1_000_000);
  expect(paged.row(3)).toBe(3);
  expect(paged.row(700_000)).toBeUndefined();
  paged.want(700_000, 700_030);
  await soon();
  expect(paged.row(700_010)).toBe(700_010);
  expect(source.asked).toEqual([null, 700_000, 700_000 + PAGE]);
});

test("whoever scrolls back finds the page before", async () => {
  const source = table(1_000_000);
  const paged = new Paged<number, number>();
  await paged.open(source);
  paged.want(700_100, 700_130);
  paged.want(700_090, 700_120);
  await soon();
  expect(source.asked).toEqual([null, 700_000, 700_000 - PAGE]);
  paged.want(0, 30);
  await soon();
  expect(source.asked.length).toBe(3);
});

test("pages that a fast scroll passes by are never fetched", async () => {
  const source = table(100_000);
  const paged = new Paged<number, number>();
  await paged.open(source);
  for (let row = 0; row < 90_000; row += 5_000) paged.want(row, row + 20);
  await soon();
  expect(source.asked.length).toBeLessThanOrEqual(4);
  expect(paged.row(85_000)).toBe(85_000);
});

test("the rows of the last question stay until the next one is answered, and an older answer never wins", async () => {
  const paged = new Paged<number, number>();
  await paged.open(table(10));
  const slow = table(5, 100);
  const late: Source<number, number> = {
    ...slow,
    rows: async (after, limit) => {
      await soon();
      return slow.rows(after, limit);
    },
  };
  const first = paged.open(late);
  expect(paged.row(2)).toBe(2);
  await paged.open(table(7, 200));
  await first;
  expect(paged.row(2)).toBe(202);
  expect(paged.total).toBe(7);
});
