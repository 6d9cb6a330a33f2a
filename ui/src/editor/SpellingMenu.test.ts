import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { expect, test } from "vitest";
import App from "../App.svelte";
import { FakePlatform } from "../platform/fake/platform";
import { Desk } from "../state/desk.svelte";

/** The window with the cursor in a doubtful word and its menu open, by the key. */
async function ask(): Promise<{ desk: Desk; menu: HTMLElement; items: HTMLElement[] }> {
  const platform = new FakePlatform();
  platform.spelling.meant = { dashbord: ["dashboard", "dash"] };
  platform.texts.set("letter", `${platform.texts.get("letter")!}\nA dashbord.\n`);
  const desk = new Desk(platform, null);
  render(App, { desk });
  await desk.open();
  await waitFor(() => expect(screen.getByTestId("spelling-state").textContent).toBe("1 doubtful word"));
  desk.spelling.step(1);
  await fireEvent.keyDown(window, { key: ";", ctrlKey: true });
  const menu = await waitFor(() => screen.getByRole("menu"));
  return { desk, menu, items: screen.getAllByRole("menuitem") };
}

test("the menu names its word and begins at the nearest suggestion", async () => {
  const { menu, items } = await ask();
  expect(menu.getAttribute("aria-label")).toBe("Spelling of “dashbord”");
  expect(items.map((item) => item.textContent?.trim())).toEqual([
    "dashboard",
    "dash",
    "Add to the dictionary",
    "Leave it in this text",
  ]);
  await waitFor(() => expect(document.activeElement).toBe(items[0]));
});

test("arrows go round in it, and Escape goes back to the text", async () => {
  const { desk, menu, items } = await ask();
  await waitFor(() => expect(document.activeElement).toBe(items[0]));
  await fireEvent.keyDown(menu, { key: "ArrowUp" });
  expect(document.activeElement).toBe(items.at(-1));
  await fireEvent.keyDown(menu, { key: "ArrowDown" });
  expect(document.activeElement).toBe(items[0]);
  await fireEvent.keyDown(menu, { key: "Escape" });
  await waitFor(() => expect(screen.queryByRole("menu")).toBeNull());
  expect(desk.manuscript!.text).toContain("A dashbord.");
});

test("a suggestion takes the word's place, and the list of the issue is one click away", async () => {
  const { desk, items } = await ask();
  await fireEvent.click(screen.getByTestId("spelling-state"));
  const row = await waitFor(() => screen.getByTestId("doubtful-word"));
  expect(row.textContent).toContain("Did you mean:");
  await fireEvent.click(screen.getAllByTestId("word-suggestion")[1]!);
  const { words, replacement, replacing, open, matchCase, wholeWords } = desk.searching;
  expect([words, replacement, replacing, open, matchCase, wholeWords]).toEqual([
    "dashbord",
    "dash",
    true,
    true,
    true,
    true,
  ]);
  desk.searching.close();
  desk.spelling.ask();
  await waitFor(() => screen.getByRole("menu"));
  await fireEvent.click(items[0]!.isConnected ? items[0]! : screen.getAllByRole("menuitem")[0]!);
  expect(desk.manuscript!.text).toContain("A dashboard.");
});
