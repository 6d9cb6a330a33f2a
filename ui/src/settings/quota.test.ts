import { expect, test } from "vitest";
import { limitOf, quotaOf } from "./quota";

test.each([
  ["500/day", { kind: "day", many: "500" }],
  ["30/min", { kind: "min", many: "30" }],
  ["gmail", { kind: "gmail", many: "" }],
  ["", { kind: "", many: "" }],
  ["5/fortnight", { kind: "5/fortnight", many: "" }],
])("%s is read and written back", (quota, limit) => {
  expect(limitOf(quota)).toEqual(limit);
  expect(quotaOf(limit)).toBe(quota);
});

test("a unit that is written out, or short, is the same unit", () => {
  expect(limitOf("30 / minute")).toEqual({ kind: "min", many: "30" });
  expect(limitOf("9/h")).toEqual({ kind: "hour", many: "9" });
});
