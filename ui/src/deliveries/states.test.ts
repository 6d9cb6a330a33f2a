import { render } from "@testing-library/svelte";
import { expect, test } from "vitest";
import StateChart from "./StateChart.svelte";
import { begun } from "./states";

test("what is uncertain is hatched in the bar and beside its name, and nothing else is", () => {
  const counts = ["accepted", "uncertain"].map((state) => ({ state, people: 1 }));
  const { container } = render(StateChart, { counts });
  const hatched = [...container.querySelectorAll<HTMLElement>(".hatched")];
  expect(hatched.map(({ tagName }) => tagName)).toEqual(["SPAN", "I"]);
  for (const { style } of hatched) expect(style.backgroundColor).toBe("var(--state-uncertain)");
});

test("a copy that waits for its first try has no time yet; one that was given up untried has", () => {
  const [waiting, again, given] = [
    { state: "queued", attempts: 0 },
    { state: "queued", attempts: 1 },
    { state: "cancelled", attempts: 0 },
  ];
  expect([waiting, again, given].map((row) => begun(row!))).toEqual([false, true, true]);
});
