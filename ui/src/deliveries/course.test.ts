import { expect, test } from "vitest";
import { bandsOf, lengthOf } from "./course";

const point = (second: number, accepted: number, bounced: number) => ({
  at: new Date(second * 1000).toISOString(),
  counts: [
    { state: "bounced", people: bounced },
    { state: "accepted", people: accepted },
  ],
});

test("bands lie on each other, and everybody is the whole height", () => {
  const bands = bandsOf([point(0, 0, 0), point(10, 8, 2)], 10, 100, 50);
  expect(bands).toEqual([
    { state: "accepted", path: "M0,50L100,10L100,50L0,50Z", edge: "M0,50L100,10" },
    { state: "bounced", path: "M0,50L100,0L100,10L0,50Z", edge: "" },
  ]);
});

test("states that nobody is in have no band, and nothing has none at all", () => {
  expect(bandsOf([point(0, 1, 0)], 1, 100, 50).map(({ state }) => state)).toEqual(["accepted"]);
  expect(bandsOf([], 10, 100, 50)).toEqual([]);
});

test("its length is from the first moment to the last", () =>
  expect(lengthOf([point(5, 0, 0), point(65, 1, 0)])).toBe(60));

test("it rises from nothing, also where the first moment has copies already", () => {
  const [band] = bandsOf([point(0, 10, 0), point(8, 40, 0)], 40, 100, 40);
  expect(band?.edge).toBe("M0,40L50,30L100,0");
});
