import { render, screen } from "@testing-library/svelte";
import { beforeEach, expect, test, vi } from "vitest";
import { FakePlatform } from "../platform/fake/platform";
import { Desk } from "../state/desk.svelte";
import EditionFindings from "./EditionFindings.svelte";

const given = vi.hoisted(() => ({ desk: null as unknown }));
vi.mock("../state/context", () => ({ useDesk: () => given.desk }));

let platform: FakePlatform;
let desk: Desk;
beforeEach(async () => {
  platform = new FakePlatform();
  desk = new Desk(platform, null);
  given.desk = desk;
  desk.viewing.go("newsletter");
  await desk.newsletter.load("2026-q4");
});
const said = (): string => screen.getByTestId("edition-standing").textContent.trim();

test("an edition that nobody got yet has nothing in its way, and a sent one says to how many it went", async () => {
  const { unmount } = render(EditionFindings, { findings: [] });
  expect(said()).toBe("Nothing stands between this edition and its readers.");
  unmount();
  const send = { edition: "2026-q4/launch", segment: "", rehearse: false, people: 412, resume: false };
  desk.sending.now({ ...send, again: null, at: null });
  await vi.waitFor(() => expect(desk.deliveries.of(send.edition)?.state).toBe("finished"));
  render(EditionFindings, { findings: [] });
  expect(said()).toMatch(/^Sent: 392 of 412 copies were accepted\.$/);
});

test("doubtful words are counted beside it, and a click leads to the first", () => {
  desk.spelling.looked = {
    language: "en",
    dictionary: "en",
    problem: null,
    doubts: [{ word: "greating", start: 5, end: 13 }],
  } as never;
  const step = vi.spyOn(desk.spelling, "step").mockReturnValue();
  render(EditionFindings, { findings: [] });
  screen.getByText("1 doubtful word").click();
  expect(step).toHaveBeenCalledWith(1);
});
