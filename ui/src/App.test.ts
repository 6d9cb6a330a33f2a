import { fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { flushSync } from "svelte";
import { beforeEach, expect, test } from "vitest";
import App from "./App.svelte";
import { FakePlatform } from "./platform/fake/platform";
import { Desk } from "./state/desk.svelte";

let platform: FakePlatform;
let desk: Desk;

beforeEach(() => {
  platform = new FakePlatform();
  desk = new Desk(platform, null);
});

async function show(): Promise<void> {
  render(App, { desk });
  await desk.open();
  await waitFor(() => screen.getByTestId("article-audit"));
}

test("an article opens from the list, with its pages and budget", async () => {
  await show();
  await fireEvent.click(screen.getByTestId("article-audit"));
  await waitFor(() => expect(screen.getByTestId("editor").dataset["article"]).toBe("audit"));
  const row = screen.getByTestId("article-audit");
  expect(row.getAttribute("aria-current")).toBe("true");
  expect(within(row).getByText("Runs 7 pages, the budget is 6")).toBeTruthy();
});

test("typing goes from not saved to saved", async () => {
  await show();
  const state = (): string | undefined => screen.getByTestId("save-state").dataset["state"];
  desk.manuscript!.apply({ changes: { from: 0, insert: "x" } });
  // Before the pause after which it is saved by itself can be over.
  flushSync();
  expect(state()).toBe("changed");
  await waitFor(() => expect(state()).toBe("saved"));
});

test("what is said of saving does not flicker with the keys", async () => {
  await show();
  const said = (): string => screen.getByTestId("save-state").textContent;
  await waitFor(() => expect(said()).toMatch(/^Saved/));
  desk.manuscript!.apply({ changes: { from: 0, insert: "x" } });
  flushSync();
  expect(said()).toMatch(/^Saved/);
  await waitFor(() => expect(said()).toBe("Saving…"));
  await waitFor(() => expect(said()).toMatch(/^Saved/));
});

test("every page has its name", async () => {
  await show();
  const page = await waitFor(() => screen.getByTestId("page-5"));
  expect(page.getAttribute("aria-label")).toBe(
    `Page 5 of ${desk.pages.list.length}, article Know the city before you wire it`,
  );
});

test("the title field writes into the text", async () => {
  await show();
  await fireEvent.input(screen.getByTestId("field-title"), { target: { value: "Dear reader: hello" } });
  expect(desk.manuscript!.text).toContain('title: "Dear reader: hello"');
});

test("the palette finds a command and runs it", async () => {
  await show();
  await fireEvent.keyDown(window, { key: "k", ctrlKey: true });
  const input = await waitFor(() =>
    screen.getByRole("combobox", { name: "Find or run anything", hidden: true }),
  );
  await fireEvent.input(input, { target: { value: "export" } });
  await fireEvent.keyDown(input, { key: "Enter" });
  await waitFor(() => expect(screen.getByTestId("export-start")).toBeTruthy());
});

test("a conflict offers its three ways out", async () => {
  await show();
  platform.changeOutside("letter", "theirs");
  desk.manuscript!.apply({ changes: { from: 0, insert: "x" } });
  await desk.manuscript!.flush();
  const bar = await waitFor(() => screen.getByTestId("conflict"));
  const names = within(bar)
    .getAllByRole("button")
    .map((button) => button.textContent?.trim());
  expect(names).toEqual(["Compare", "Keep mine", "Take theirs"]);
});

test("a publication that cannot be opened says why", async () => {
  platform.failNext.publication = {
    code: "no-publication",
    message: "nothing here",
    hint: "go there",
    place: null,
  };
  render(App, { desk });
  await desk.open();
  await waitFor(() => expect(screen.getByRole("alert").textContent).toContain("nothing here"));
});

test("focus names the article and its way out", async () => {
  await show();
  await fireEvent.keyDown(window, { key: "D", ctrlKey: true, shiftKey: true });
  const leave = await waitFor(() => screen.getByTestId("leave-focus"));
  expect(leave.textContent).toBe("Leave focus Ctrl+Shift+D");
  expect(leave.previousElementSibling?.textContent).toBe("Editor’s letter");
  await fireEvent.click(leave);
  await waitFor(() => screen.getByTestId("article-audit"));
  expect(screen.queryByTestId("leave-focus")).toBeNull();
});

test("an article's bar is as full as its lines are, as the bar below its text", async () => {
  await show();
  const fit = { slug: "ten-years", budget: 2, room: 100, overLines: 0, overWords: 0, underLines: 30 };
  const slug = desk.articles.find(({ range }) => range?.count === 2)!.line.slug;
  desk.pages.fits = [{ ...fit, slug, underWords: 200, overset: null }];
  const bar = (): string | undefined =>
    screen.getByTestId(`article-${slug}`).querySelector<HTMLElement>(".bar span")?.style.width;
  await waitFor(() => expect(bar()).toBe("70%"));
});
