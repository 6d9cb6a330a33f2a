import { expect, test } from "vitest";
import { expressionOf, rowsOf } from "./segment";

test.each([
  'country = "RO"',
  'country in ("RO", "MD") and tag = "press"',
  'city != "Iași" or organisation contains "Primăria"',
  "city is empty and tag is not empty",
  'language not in ("ro", "de")',
  'name not contains "a \\"b\\" \\\\"',
  "",
])("%s is rows, and the rows are it", (expression) => {
  const rows = rowsOf(expression);
  expect(rows).not.toBeNull();
  expect(expressionOf(rows!)).toBe(expression);
});

test("what is written in other ways means the same rows", () => {
  expect(expressionOf(rowsOf("COUNTRY=RO AND first-name is NOT empty")!)).toBe(
    'country = "RO" and first_name is not empty',
  );
});

test.each([
  'country = "RO" and (tag = "press" or tag = "mayor")',
  'country = "RO" and tag = "a" or tag = "b"',
  'not city = "Iași"',
  '"job title" = "planner"',
  "@press",
  "country =",
  'city = "Iași',
  "country = RO tag = press",
])("%s says more than rows can, and is left alone", (expression) => {
  expect(rowsOf(expression)).toBeNull();
});

test("a row that asks for nothing yet is not written", () => {
  const rows = [
    { field: "city", ask: "is", values: [""] },
    { field: "tag", ask: "empty", values: [] },
  ] as const;
  expect(expressionOf({ all: true, rows })).toBe("tag is empty");
});
