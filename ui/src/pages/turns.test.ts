import { expect, test } from "vitest";
import { Turns } from "./turns";

const soon = (): Promise<void> => new Promise((done) => setTimeout(done));

test("of those that wait the one in sight is next, however late it came", async () => {
  const turns = new Turns();
  const order: string[] = [];
  const fetch = async (name: string, urgency: () => number): Promise<() => void> => {
    const over = await turns.next(urgency);
    order.push(name);
    return over;
  };
  const first = await fetch("one", () => 1);
  await fetch("two", () => 1);
  let left = 2;
  void fetch("left behind", () => left);
  void fetch("near", () => 1);
  void fetch("seen", () => 2);
  left = 0;
  await soon();
  expect(order).toEqual(["one", "two"]);
  first();
  first();
  await soon();
  expect(order).toEqual(["one", "two", "seen"]);
});

test("a turn that nobody waits for is free for the next", async () => {
  const turns = new Turns();
  for (let time = 0; time < 5; time++) (await turns.next(() => 1))();
});
