import { expect, test } from "vitest";
import { scrollTo, sightOf } from "./long";

test("only the rows in sight are there, and a few around them", () => {
  const sight = sightOf(1000, 3200, 640);
  expect(sight).toMatchObject({ body: 32_000, topmost: 100, first: 92, last: 128, offset: 92 * 32 });
  expect(sightOf(5, 0, 640)).toMatchObject({ first: 0, last: 4 });
});

test("a list that is taller than WebKit lets it be is still seen to its last row", () => {
  const total = 5_000_000;
  const { body } = sightOf(total, 0, 640);
  expect(body).toBe(33_000_000);
  const end = sightOf(total, body - 640, 640);
  expect([end.topmost, end.last]).toEqual([total - 20, total - 1]);
});

test.each([1000, 5_000_000])("a row that the keys went to is brought into sight, of %d", (total) => {
  const seen = 640;
  for (const at of [0, 500, 999, total - 1]) {
    const before = sightOf(total, 0, seen);
    const top = scrollTo(at, total, before, seen) ?? 0;
    const { topmost, rows } = sightOf(total, top, seen);
    expect(at).toBeGreaterThanOrEqual(topmost);
    expect(at).toBeLessThan(topmost + rows);
    expect(scrollTo(topmost + 1, total, sightOf(total, top, seen), seen)).toBeNull();
  }
});
