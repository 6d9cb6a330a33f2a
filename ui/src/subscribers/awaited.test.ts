import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { beforeEach, expect, test } from "vitest";
import App from "../App.svelte";
import { FakePlatform } from "../platform/fake/platform";
import { Desk } from "../state/desk.svelte";

let platform: FakePlatform;
let desk: Desk;
const FIRST = "reader00002@example.org";

beforeEach(async () => {
  platform = new FakePlatform();
  const since = "2026-11-02T10:00:00Z";
  platform.people.waiters = Array.from({ length: 120 }, (_, index) => ({
    id: index + 1,
    address: `reader${String(index + 2).padStart(5, "0")}@example.org`,
    name: "Ana Pop",
    since,
    asks: index === 1 ? 2 : 0,
    asked: index === 1 ? "2026-11-12T10:00:00Z" : null,
    refused: index === 2 ? "550 5.2.0 <i>no</i>" : null,
  }));
  desk = new Desk(platform, null);
  render(App, { desk });
  await desk.open();
  desk.viewing.go("subscribers");
  const button = await waitFor(() => screen.getByTestId("people-awaited"));
  expect(button.textContent).toContain("120");
  await fireEvent.click(button);
});

test("who is waited for stands there with what they were asked, page by page", async () => {
  const rows = await waitFor(() => screen.getAllByTestId("waiter"));
  expect(rows.length).toBe(100);
  expect(rows[0]!.textContent).toContain("not yet");
  expect(rows[1]!.textContent).toContain("twice, last on 12 Nov");
  expect(rows[2]!.textContent).toContain("550 5.2.0 <i>no</i>");
  await fireEvent.click(screen.getByText("Show more"));
  await waitFor(() => expect(screen.getAllByTestId("waiter").length).toBe(120));
  await fireEvent.click(screen.getByTestId("awaited-close"));
  await waitFor(() => screen.getByTestId("people-count"));
});

test("nobody is asked before the number of mails was seen and said yes to", async () => {
  await fireEvent.click(await waitFor(() => screen.getByTestId("awaited-ask")));
  expect(platform.people.waiters.filter(({ asks }) => asks > 0).length).toBe(1);
  await waitFor(() => screen.getByText("118 mails go out now."));
  await fireEvent.click(screen.getByText("Not now"));
  await fireEvent.click(await waitFor(() => screen.getByTestId("awaited-ask")));
  await fireEvent.click(await waitFor(() => screen.getByTestId("awaited-yes")));
  const unasked = (): number => platform.people.waiters.filter(({ asks }) => asks === 0).length;
  // Whose server refused the question is not asked again.
  await waitFor(() => expect(unasked()).toBe(1));
  await waitFor(() => expect(screen.getByTestId("awaited-state").textContent).toContain("Everybody"));
  expect(screen.queryByTestId("awaited-ask")).toBeNull();
  expect(desk.jobs.list[0]).toMatchObject({ outcome: "done", detail: "118 people asked" });
});

test("the keys never go away with the button that had them", async () => {
  const press = async (testid: string): Promise<void> => {
    const button = await waitFor(() => screen.getByTestId(testid));
    button.focus();
    await fireEvent.click(button);
  };
  const has = (testid: string): Promise<void> =>
    waitFor(() => expect(document.activeElement).toBe(screen.getByTestId(testid)));
  await press("awaited-ask");
  await has("awaited-yes");
  screen.getByText("Not now").focus();
  await fireEvent.click(screen.getByText("Not now"));
  await has("awaited-ask");
  await press("awaited-ask");
  await press("awaited-yes");
  await has("awaited-state");
  await waitFor(() => expect(screen.getByTestId("awaited-state").textContent).toContain("Everybody"));
  await has("awaited-state");
});

test("asking is a job that tells how far it is, and ends when somebody says so", async () => {
  let next = (): void => {};
  platform.people.between = () => new Promise((resolve) => (next = resolve));
  await fireEvent.click(await waitFor(() => screen.getByTestId("awaited-ask")));
  await fireEvent.click(await waitFor(() => screen.getByTestId("awaited-yes")));
  await waitFor(() => expect(desk.jobs.running[0]?.detail).toBe("0 of 118 asked"));
  next();
  await waitFor(() => expect(desk.jobs.running[0]?.detail).toBe("1 of 118 asked"));
  await fireEvent.click(await waitFor(() => screen.getByTestId("awaited-stop")));
  next();
  await waitFor(() => expect(desk.jobs.list[0]?.outcome).toBe("stopped"));
  expect(desk.jobs.list[0]?.detail).toContain("stopped before the others");
  await waitFor(() => expect(screen.getByTestId("awaited-ask").textContent).toContain("117"));
  expect(screen.queryByTestId("awaited-stop")).toBeNull();
});

test("a yes that was told to the desk needs what shows it, and ends the waiting", async () => {
  await fireEvent.click((await waitFor(() => screen.getAllByTestId("waiter")))[0]!);
  await waitFor(() => expect(screen.getByTestId("person-awaited").textContent).toContain("not asked yet"));
  const write = screen.getByTestId<HTMLButtonElement>("confirm-write");
  expect(write.disabled).toBe(true);
  await fireEvent.input(screen.getByTestId("confirm-evidence"), { target: { value: "by telephone" } });
  await fireEvent.click(write);
  await waitFor(() => expect(platform.people.evidence).toEqual([`${FIRST}: by telephone`]));
  await waitFor(() => expect(screen.queryByTestId("person-awaited")).toBeNull());
  await waitFor(() => expect(screen.getByTestId("awaited-count").textContent).toContain("119"));
});
