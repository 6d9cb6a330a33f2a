import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { beforeEach, expect, test } from "vitest";
import App from "../App.svelte";
import { FakePlatform } from "../platform/fake/platform";
import { Desk } from "../state/desk.svelte";

let platform: FakePlatform;
let desk: Desk;

beforeEach(() => {
  platform = new FakePlatform();
  platform.welcome.open = false;
  localStorage.clear();
  desk = new Desk(platform, localStorage);
});

async function show(): Promise<void> {
  render(App, { desk });
  await desk.open();
  await waitFor(() => screen.getByTestId("welcome"));
  await waitFor(() => expect(desk.welcome.view).not.toBeNull());
}

const done = (step: string): string | undefined => screen.getByTestId(`step-${step}`).dataset["done"];

test("with no publication the window welcomes, and the sample opens with the first steps", async () => {
  await show();
  await fireEvent.click(screen.getByTestId("open-sample"));
  await waitFor(() => screen.getByTestId("article-audit"));
  await waitFor(() => screen.getByTestId("first-steps"));
  expect(["edit", "page", "export", "test"].map(done)).toEqual(["false", "false", "false", "false"]);
});

test("each step ticks itself when it happened, and stays done on this computer", async () => {
  await show();
  await fireEvent.click(screen.getByTestId("open-sample"));
  await waitFor(() => screen.getByTestId("first-steps"));
  await waitFor(() => expect(desk.manuscript).not.toBeNull());
  await desk.manuscript!.flush();
  expect(done("edit")).toBe("false");
  desk.manuscript!.apply({ changes: { from: 0, insert: "x" } });
  await desk.manuscript!.flush();
  await waitFor(() => expect(done("edit")).toBe("true"));
  await desk.export(["screen"]);
  await waitFor(() => expect(done("export")).toBe("true"));
  desk.trial.open("2026-q4/launch");
  await desk.trial.send("me@example.org");
  await waitFor(() => expect(done("test")).toBe("true"));
  expect(new Desk(platform, localStorage).steps.done).toEqual(desk.steps.done);
});

test("an export that wrote nothing and a test that was refused tick nothing", async () => {
  await show();
  await fireEvent.click(screen.getByTestId("open-sample"));
  await waitFor(() => screen.getByTestId("first-steps"));
  const failure = { code: "x", message: "no", hint: null, place: null };
  platform.refused.set("screen", failure);
  await desk.export(["screen"]);
  platform.failNext.sendTest = failure;
  desk.trial.open("2026-q4/launch");
  await desk.trial.send("me@example.org");
  expect(desk.steps.done).toEqual([]);
});

test("a new publication is named, placed and made", async () => {
  await show();
  await fireEvent.click(screen.getByTestId("new-publication"));
  const name = await waitFor(() => screen.getByTestId("publication-name"));
  await fireEvent.input(name, { target: { value: "The Bridge" } });
  await waitFor(() => expect(desk.welcome.folders).not.toBeNull());
  await fireEvent.click(screen.getByTestId("publication-create"));
  await waitFor(() => screen.getByTestId("article-audit"));
  const made = platform.calls.find(({ method }) => method === "newPublication");
  expect(made?.params).toEqual({ place: "/home/ana/Documents", name: "The Bridge", language: "en" });
});

test("a name whose folder holds something says so and stays", async () => {
  await show();
  await fireEvent.click(screen.getByTestId("new-publication"));
  await fireEvent.input(await waitFor(() => screen.getByTestId("publication-name")), {
    target: { value: "Letters" },
  });
  await waitFor(() => expect(desk.welcome.folders).not.toBeNull());
  await fireEvent.click(screen.getByTestId("publication-create"));
  await waitFor(() => expect(screen.getByRole("alert", { hidden: true }).textContent).toContain("not empty"));
});

test("a publication is found among the folders and opened", async () => {
  await show();
  await fireEvent.click(screen.getByTestId("open-publication"));
  const folders = await waitFor(() => {
    const found = screen.getAllByTestId("folder");
    expect(found.length).toBe(3);
    return found;
  });
  await fireEvent.click(folders[1]!);
  await waitFor(() => screen.getByTestId("article-audit"));
  expect(platform.calls.some(({ method, params }) => method === "openPublication" && params !== null)).toBe(
    true,
  );
  expect(screen.queryByTestId("first-steps")).toBeNull();
});

test("the sign of a publication is explained only where there are folders to look at", async () => {
  await show();
  await fireEvent.click(screen.getByTestId("open-publication"));
  const dialog = await waitFor(() => screen.getByTestId("folder-dialog"));
  await waitFor(() => expect(dialog.textContent).toContain("red book"));
  await desk.welcome.browse("/home/ana/Letters");
  await waitFor(() => expect(dialog.textContent).toContain("no folders in here"));
  expect(dialog.textContent).not.toContain("red book");
});

test("the relay's password is kept, tried and forgotten, and no test goes without one", async () => {
  platform.welcome.open = true;
  render(App, { desk });
  await desk.open();
  desk.viewing.go("settings");
  const place = await waitFor(() => screen.getByTestId("password-place"));
  await waitFor(() => expect(place.dataset["place"]).toBe("missing"));
  await fireEvent.click(screen.getByTestId("relay-try"));
  await waitFor(() => expect(screen.getByRole("alert").textContent).toContain("535 <b>no</b>"));
  const field = screen.getByTestId<HTMLInputElement>("relay-password");
  await fireEvent.input(field, { target: { value: "hunter2" } });
  await fireEvent.click(screen.getByTestId("password-keep"));
  await waitFor(() => expect(place.dataset["place"]).toBe("keyring"));
  expect(field.value).toBe("");
  await fireEvent.click(screen.getByTestId("relay-try"));
  await waitFor(() => screen.getByTestId("relay-good"));
  await fireEvent.click(screen.getByTestId("password-forget"));
  await waitFor(() => expect(place.dataset["place"]).toBe("missing"));
  expect(JSON.stringify(localStorage)).not.toContain("hunter2");
});

test("a copy of the list is made, and put back only when it is asked for twice", async () => {
  platform.welcome.open = true;
  render(App, { desk });
  await desk.open();
  desk.viewing.go("settings");
  const ready = async (testid: string): Promise<HTMLElement> => {
    const found = (): HTMLButtonElement => screen.getByTestId<HTMLButtonElement>(testid);
    await waitFor(() => expect(found().disabled).toBe(false));
    return found();
  };
  await fireEvent.click(await ready("back-up"));
  await fireEvent.click(await ready("restore"));
  const restored = (): boolean => platform.calls.some(({ method }) => method === "restore");
  expect(restored()).toBe(false);
  await fireEvent.click(screen.getByTestId("restore-yes"));
  await waitFor(() => expect(restored()).toBe(true));
});

test("who left a publication for the welcome comes back to it, and it is named only where it is shown", async () => {
  platform.welcome.open = true;
  render(App, { desk });
  await desk.open();
  await waitFor(() => screen.getByTestId("article-audit"));
  expect(screen.getByText("Smart City Magazine")).toBeTruthy();
  await desk.departure.begin();
  const back = await waitFor(() => screen.getByTestId("back"));
  expect(back.textContent?.trim()).toBe("Back to Smart City Magazine");
  expect(screen.queryByText("Smart City Magazine")).toBeNull();
  const [known, sample] = ["known-publication", "open-sample"].map((id) => screen.getByTestId(id));
  expect(known!.compareDocumentPosition(sample!)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
  expect(sample!.classList.contains("main")).toBe(false);
  await fireEvent.click(back);
  await waitFor(() => screen.getByTestId("article-audit"));
});
