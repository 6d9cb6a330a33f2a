import { render, screen, within } from "@testing-library/svelte";
import { beforeEach, expect, test, vi } from "vitest";
import { FakePlatform } from "../platform/fake/platform";
import { Desk } from "../state/desk.svelte";
import SendDialog from "./SendDialog.svelte";

const given = vi.hoisted(() => ({ desk: null as unknown }));
vi.mock("../state/context", () => ({ useDesk: () => given.desk }));

let desk: Desk;
beforeEach(() => (given.desk = desk = new Desk(new FakePlatform(), null)));
const isMain = (testid: string): boolean => screen.getByTestId(testid).classList.contains("main");

test.each([
  [true, "Rehearse “Launch”", "send-again", "Send it for real…", "See the rehearsal"],
  [false, "Send “Launch”", "send-report", "Send once more…", "See how it went"],
])("after a rehearsal one goes on to the send, after a send to its report: %s", async (...all) => {
  const [rehearse, title, main, again, report] = all;
  const send = { edition: "2026-q4/launch", segment: "", people: 412, resume: false, again: null, at: null };
  desk.sending.now({ ...send, rehearse });
  await vi.waitFor(() => expect(desk.sending.runs[0]?.phase.kind).toBe("over"));
  desk.sending.show(desk.sending.runs[0]!);
  render(SendDialog);
  expect(screen.getByRole("heading", { hidden: true }).textContent).toContain(title);
  expect(screen.getByTestId("send-again").textContent).toBe(again);
  expect(screen.getByTestId("send-report").textContent).toBe(report);
  expect(["send-again", "send-report"].filter(isMain)).toEqual([main]);
});

test("while one edition leaves, another one's dialog stays its own and says what it waits for", async () => {
  const send = { segment: "", rehearse: false, people: 412, resume: false, again: null, at: null };
  desk.sending.open("2026-q4/reminder");
  desk.sending.toOutbox({ ...send, edition: "2026-q4/launch" }, 60);
  render(SendDialog);
  const said = await screen.findByTestId("send-another");
  expect(said.textContent).toContain("“Launch” is being sent");
  expect(screen.getByTestId<HTMLButtonElement>("rehearse").disabled).toBe(true);
  await vi.waitFor(() => expect(screen.getByTestId("send-sentence").textContent).toContain("will get this"));
  within(said).getByRole("button", { hidden: true }).click();
  await vi.waitFor(() => screen.getByTestId("outbox"));
  desk.sending.active!.takeBack();
});
