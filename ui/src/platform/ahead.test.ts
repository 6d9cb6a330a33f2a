import { expect, test } from "vitest";
import { askedAhead } from "./ahead";
import type { Method, Platform } from "./seam";

const asked: string[] = [];
const call = ((method: Method, params: { issue?: string }) => {
  asked.push(`${method} ${params.issue ?? ""}`.trim());
  return params.issue === "gone" ? Promise.reject(new Error("no such issue")) : Promise.resolve(asked.length);
}) as unknown as Platform["call"];

test("what was asked ahead is not asked again, but only once", async () => {
  asked.length = 0;
  const ahead = askedAhead(call, [
    ["publication", {}],
    ["issue", { issue: "2026-q4" }],
  ]);
  expect(asked).toEqual(["publication", "issue 2026-q4"]);
  expect(await ahead("issue", { issue: "2026-q4" })).toBe(2);
  expect(await ahead("issue", { issue: "2026-q4" })).toBe(3);
  expect(asked).toEqual(["publication", "issue 2026-q4", "issue 2026-q4"]);
});

test("another question than the one ahead is asked by itself", async () => {
  asked.length = 0;
  const ahead = askedAhead(call, [["issue", { issue: "2026-q4" }]]);
  expect(await ahead("issue", { issue: "2027-q1" })).toBe(2);
});

test("what nobody came for when the start is over is asked anew, as it may have changed", async () => {
  asked.length = 0;
  const ahead = askedAhead(call, [
    ["publication", {}],
    ["issue", { issue: "2026-q4" }],
  ]);
  expect(await ahead("publication", {})).toBe(1);
  expect(await ahead("spelling", {} as never)).toBe(3);
  expect(await ahead("issue", { issue: "2026-q4" })).toBe(4);
});

test("a question that fails ahead fails whoever wants its answer, and nobody else", async () => {
  asked.length = 0;
  const ahead = askedAhead(call, [["issue", { issue: "gone" }]]);
  await new Promise((done) => setTimeout(done, 0));
  await expect(ahead("issue", { issue: "gone" })).rejects.toThrow("no such issue");
});
