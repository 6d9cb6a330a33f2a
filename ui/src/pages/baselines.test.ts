import { expect, test } from "vitest";
import { baselinesOf } from "./baselines";

const sheet = { firstBaseline: 58.5, pitch: 12.6, bottom: 62.4 };

test("the baselines of a page stand a pitch apart from the first to the last within the margin", () => {
  const lines = baselinesOf(sheet, 793.7);
  expect(lines.slice(0, 2)).toEqual([58.5, 71.1]);
  expect(lines).toHaveLength(54);
  expect(lines.at(-1)).toBeCloseTo(58.5 + 53 * 12.6);
});

test("a page without room for a line has none, and neither has one without a pitch", () => {
  expect(baselinesOf(sheet, 80)).toEqual([]);
  expect(baselinesOf({ ...sheet, pitch: 0 }, 793.7)).toEqual([]);
});
