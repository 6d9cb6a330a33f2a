import { render, screen } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";
import { FakePlatform } from "../platform/fake/platform";
import { Desk } from "../state/desk.svelte";
import MailingHead from "./MailingHead.svelte";

const given = vi.hoisted(() => ({ desk: null as unknown }));
vi.mock("../state/context", () => ({ useDesk: () => given.desk }));

test.each([
  [2, "2 people may already have it", "they may then have it twice", 1],
  [0, "3 people may already have it", "sends them no second copy", 0],
])("who is held gets no second copy, and it is said and not asked again: %d", async (...all) => {
  const [secondCopies, who, what, holds] = all;
  const platform = new FakePlatform();
  const desk = new Desk(platform, null);
  given.desk = desk;
  const send = { edition: "2026-q4/launch", segment: "", people: 412, resume: false, again: null, at: null };
  desk.sending.now({ ...send, rehearse: false });
  await vi.waitFor(() => expect(desk.sending.runs[0]?.phase.kind).toBe("over"));
  const counts = [
    { state: "accepted", people: 400 },
    { state: "uncertain", people: 3 },
  ];
  const mailing = { ...platform.mail.mailings[0]!, state: "paused", counts, secondCopies };
  render(MailingHead, { mailing });
  const note = screen.getByTestId("uncertain");
  expect(note.textContent).toContain(who);
  expect(note.textContent).toContain(what);
  expect(screen.queryAllByTestId("mailing-hold")).toHaveLength(holds);
});
