import { render, screen, within } from "@testing-library/svelte";
import { beforeEach, expect, test, vi } from "vitest";
import { FakePlatform } from "../platform/fake/platform";
import { Desk } from "../state/desk.svelte";
import SendDialog from "./SendDialog.svelte";

const given = vi.hoisted(() => ({ desk: null as unknown }));
vi.mock("../state/context", () => ({ useDesk: () => given.desk }));

let platform: FakePlatform;
let desk: Desk;
beforeEach(() => {
  platform = new FakePlatform();
  given.desk = desk = new Desk(platform, null);
});

const send = { edition: "2026-q4/launch", segment: "", people: 412, resume: false, again: null, at: null };

test.each([
  [true, ["See it in Deliveries", "Send it for real…"], ["Send it for real…"]],
  [false, ["See it in Deliveries"], []],
])("after a rehearsal one goes on to the send, after a send to its report: %s", async (...all) => {
  const [rehearse, buttons, mains] = all;
  desk.sending.now({ ...send, rehearse });
  await vi.waitFor(() => expect(desk.sending.runs[0]?.phase.kind).toBe("over"));
  desk.sending.show(desk.sending.runs[0]!);
  render(SendDialog);
  expect(screen.getByRole("heading", { hidden: true }).textContent).toBe("Launch");
  const shown = within(screen.getByTestId("send-over")).getAllByRole("button", { hidden: true });
  expect(shown.map(({ textContent }) => textContent)).toEqual(buttons);
  const main = shown.filter(({ classList }) => classList.contains("main"));
  expect(main.map(({ textContent }) => textContent)).toEqual(mains);
  screen.getByTestId("send-report").click();
  await vi.waitFor(() => expect(desk.deliveries.mailing?.rehearsal).toBe(rehearse));
});

test.each([
  ["finished", null, "Sent", ["See it in Deliveries"]],
  ["cancelled", null, "Cancelled", ["See it in Deliveries"]],
  ["paused", null, "Paused", ["See it in Deliveries", "Resume"]],
  ["cancelled", "2026-12-01T09:00:00Z", "Cancelled", ["See it in Deliveries"]],
  ["paused", "2026-12-01T09:00:00Z", "Paused", ["See it in Deliveries", "Resume"]],
  ["running", null, "Unfinished", ["See it in Deliveries", "Resume"]],
  ["running", "2026-12-01T09:00:00Z", "Set for 1 Dec", ["See it in Deliveries", "Resume"]],
])("an edition that was begun in an earlier window is not offered anew: %s, %s", async (...all) => {
  const [state, startsAt, headline, buttons] = all;
  desk.sending.now({ ...send, rehearse: false });
  await vi.waitFor(() => expect(desk.sending.runs[0]?.phase.kind).toBe("over"));
  platform.mail.mailings = [{ ...platform.mail.mailings[0]!, state, startsAt }];
  desk.sending.open(send.edition);
  render(SendDialog);
  const over = await screen.findByTestId("send-over");
  await vi.waitFor(() => expect(over.textContent).toContain(headline));
  const shown = within(over).getAllByRole("button", { hidden: true });
  expect(shown.map(({ textContent }) => textContent)).toEqual(buttons);
  expect(screen.queryByTestId("send-now")).toBeNull();
});

test("while one edition leaves, another one's dialog stays its own and says what it waits for", async () => {
  desk.sending.open("2026-q4/reminder");
  desk.sending.toOutbox({ ...send, rehearse: false }, 60);
  render(SendDialog);
  const title = (): string | null => screen.getByRole("heading", { hidden: true }).textContent;
  expect(title()).toBe("Send “Reminder”");
  const said = await screen.findByTestId("send-another");
  expect(said.textContent).toContain("“Launch” is being sent");
  expect(screen.getByTestId<HTMLButtonElement>("rehearse").disabled).toBe(true);
  await vi.waitFor(() => expect(screen.getByTestId("send-sentence").textContent).toContain("will get this"));
  within(said).getByRole("button", { hidden: true }).click();
  await vi.waitFor(() => screen.getByTestId("outbox"));
  expect(title()).toBe("Launch");
  desk.sending.active!.takeBack();
});
