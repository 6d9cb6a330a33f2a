// What a person sees and presses when looking for words in the whole issue.
import { fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
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
  await waitFor(() => expect(desk.manuscript?.slug).toBe("letter"));
}

/** Opens the search by its keys and types what is looked for. */
async function look(words: string, replacement?: string): Promise<void> {
  await fireEvent.keyDown(window, {
    key: replacement === undefined ? "F" : "H",
    ctrlKey: true,
    shiftKey: true,
  });
  const field = await waitFor(() => screen.getByTestId("search-words"));
  await fireEvent.input(field, { target: { value: words } });
  if (replacement !== undefined) {
    await fireEvent.input(screen.getByTestId("search-replacement"), { target: { value: replacement } });
  }
  await waitFor(() => expect(desk.searching.busy).toBe(false));
}

const hits = (): HTMLElement[] => screen.queryAllByTestId("hit");
const press = (on: HTMLElement, key: string, init: KeyboardEventInit = {}): Promise<boolean> =>
  fireEvent.keyDown(on, { key, ...init });

test("every hit is shown by its article in the issue's order, with the words marked", async () => {
  await show();
  await look("cheapest sensor");
  expect(document.activeElement === screen.getByTestId("search-words")).toBe(true);
  await waitFor(() => expect(hits()).toHaveLength(7));
  expect(hits()[0]!.querySelector("mark")?.textContent).toBe("cheapest sensor");
  const titles = within(screen.getByTestId("searching")).getAllByRole("heading");
  expect(titles.slice(0, 2).map((title) => title.textContent)).toEqual([
    "Editor’s letter 1",
    "Know the city before you wire it 1",
  ]);
  expect(screen.getByTestId("search-said").textContent).toBe("7 places in 7 texts");
});

test("what was typed and not saved is found", async () => {
  await show();
  desk.manuscript!.apply({
    changes: { from: desk.manuscript!.session.doc.length, insert: "zebra crossing" },
  });
  await look("zebra");
  await waitFor(() => expect(hits()).toHaveLength(1));
  desk.manuscript!.apply({ changes: { from: desk.manuscript!.session.doc.length, insert: " zebra" } });
  await waitFor(() => expect(hits()).toHaveLength(2));
});

test("arrows go through the hits, Enter shows one in its article, Escape closes", async () => {
  await show();
  await look("cheapest sensor");
  await waitFor(() => expect(hits()).toHaveLength(7));
  await press(screen.getByTestId("search-words"), "Enter");
  expect(document.activeElement === hits()[0]).toBe(true);
  await press(hits()[0]!, "ArrowDown");
  expect(document.activeElement === hits()[1]).toBe(true);
  await fireEvent.click(hits()[1]!);
  await waitFor(() => expect(desk.manuscript?.slug).toBe("audit"));
  const selected = (): string => {
    const { session } = desk.manuscript!;
    return session.sliceDoc(session.selection.main.from, session.selection.main.to);
  };
  await waitFor(() => expect(selected()).toBe("cheapest sensor"));
  await press(hits()[1]!, "Escape");
  await waitFor(() => expect(screen.queryByTestId("searching")).toBeNull());
});

test("a hit is replaced alone, one is left out, the others go together, and one undo takes all back", async () => {
  await show();
  const before = new Map(platform.texts);
  await look("cheapest sensor", "best sensor");
  await waitFor(() => expect(hits()).toHaveLength(7));
  expect(hits()[0]!.querySelector("del")?.textContent).toBe("cheapest sensor");
  expect(hits()[0]!.querySelector("ins")?.textContent).toBe("best sensor");
  await press(hits()[1]!, " ");
  expect(screen.getByTestId("replace-all").textContent).toBe("Replace 6");
  await press(hits()[0]!, "Enter", { shiftKey: true });
  await waitFor(() => expect(hits()).toHaveLength(6));
  await waitFor(() => expect(desk.manuscript!.text).toContain("best sensor"));
  await waitFor(() => expect(screen.getByTestId("replace-all").textContent).toBe("Replace 5"));
  await fireEvent.click(screen.getByTestId("replace-all"));
  await waitFor(() => expect(hits()).toHaveLength(1));
  expect(platform.texts.get("audit")).toBe(before.get("audit"));
  expect(platform.texts.get("numbers")).toContain("best sensor");
  await press(hits()[0]!, "z", { ctrlKey: true });
  await waitFor(() => expect(platform.texts.get("numbers")).toBe(before.get("numbers")));
});

test("the notice's Undo leaves an article alone that was changed since, and says so", async () => {
  await show();
  await look("cheapest sensor", "best sensor");
  await waitFor(() => expect(hits()).toHaveLength(7));
  await fireEvent.click(screen.getByTestId("replace-all"));
  const undo = await waitFor(() => screen.getByTestId("notice-action"));
  platform.changeOutside("numbers", "theirs");
  await fireEvent.click(undo);
  const alert = await waitFor(() => screen.getByRole("alert"));
  expect(alert.textContent).toContain("Changed since and left alone: numbers.md");
  expect([platform.texts.get("numbers"), platform.texts.get("awards")!.includes("cheapest")]).toEqual([
    "theirs",
    true,
  ]);
});

test("Ctrl Z in the open text takes back that text's part alone", async () => {
  await show();
  const before = desk.manuscript!.text;
  await look("cheapest sensor", "best sensor");
  await waitFor(() => expect(hits()).toHaveLength(7));
  await fireEvent.click(screen.getByTestId("replace-all"));
  await waitFor(() => expect(desk.manuscript!.text).toContain("best sensor"));
  const { undo } = await import("@codemirror/commands");
  desk.manuscript!.run(undo);
  expect(desk.manuscript!.text).toBe(before);
  expect(platform.texts.get("audit")).toContain("best sensor");
});

test("the notice of a replacement goes when it was taken back without it", async () => {
  await show();
  const notice = (): HTMLElement | null => screen.queryByTestId("notice-action");
  await look("cheapest sensor", "best sensor");
  await waitFor(() => expect(hits()).toHaveLength(7));
  await fireEvent.click(screen.getByTestId("replace-all"));
  await waitFor(() => expect(notice()).not.toBeNull());
  await desk.searching.takeBack();
  await waitFor(() => expect(notice()).toBeNull());

  // One text, and Ctrl Z in it.
  await waitFor(() => expect(hits()).toHaveLength(7));
  await press(hits()[0]!, "Enter", { shiftKey: true });
  await waitFor(() => expect(notice()).not.toBeNull());
  const { undo } = await import("@codemirror/commands");
  desk.manuscript!.run(undo);
  await waitFor(() => expect(notice()).toBeNull());
  expect(desk.searching.made).toBeNull();
});

test("what stays to be read stands in a row of its own, and what passes floats", async () => {
  await show();
  desk.notices.stay("To be read", null, null);
  desk.notices.info("In passing");
  const floats = (message: string): boolean => screen.getByText(message).closest(".passing") !== null;
  await waitFor(() => expect([floats("To be read"), floats("In passing")]).toEqual([false, true]));
});

test("a hit in an address is left out until somebody says otherwise", async () => {
  await show();
  await look("example.org", "example.net");
  await waitFor(() => expect(hits()).toHaveLength(7));
  expect(screen.getByTestId<HTMLButtonElement>("replace-all").disabled).toBe(true);
  await fireEvent.click(screen.getAllByTestId("hit-box")[0]!);
  expect(screen.getByTestId("replace-all").textContent).toBe("Replace 1");
});

test("a hit in the issue's settings leads to them", async () => {
  await show();
  await look("years of listening");
  await waitFor(() => expect(hits().length).toBeGreaterThan(0));
  await fireEvent.click(hits().at(-1)!);
  await fireEvent.click(await waitFor(() => screen.getByTestId("hit-settings")));
  const title = await waitFor(() => screen.getByTestId<HTMLInputElement>("issue-title"));
  expect(title.value).toBe("Ten years of listening");
});

test("a hit in the issue's settings says which field it is, and is replaced from there", async () => {
  await show();
  await look("years of listening");
  await waitFor(() => expect(hits().length).toBeGreaterThan(0));
  const before = platform.search.settings;
  expect(hits().at(-1)!.querySelector(".text")?.textContent).toBe("Title: Ten years of listening");
  await fireEvent.click(hits().at(-1)!);
  const told = await waitFor(() => screen.getByTestId("hit-told"));
  expect(told.textContent).toContain("“Title” stands in issue.toml, line 1. Change it in the issue settings");
  await fireEvent.click(screen.getByTestId("hit-replace"));
  const by = await waitFor(() => screen.getByTestId("search-replacement"));
  await waitFor(() => expect(document.activeElement === by).toBe(true));
  await fireEvent.input(by, { target: { value: "years of asking" } });
  await waitFor(() => expect(hits().at(-1)!.querySelector("ins")?.textContent).toBe("years of asking"));
  await press(hits().at(-1)!, "Enter", { shiftKey: true });
  await waitFor(() => expect(platform.search.settings).toBe('title = "Ten years of asking"\n'));
  await waitFor(() => expect(desk.searching.made).not.toBeNull());
  await desk.searching.takeBack();
  expect(platform.search.settings).toBe(before);
});

test("an expression that cannot be read is told in a sentence, and nothing is found of no words", async () => {
  await show();
  await look("(a");
  await fireEvent.click(screen.getByTestId("search-expression"));
  await waitFor(() => expect(screen.getByRole("alert").textContent).toContain("unclosed group"));
  await look("");
  await waitFor(() => expect(screen.queryByRole("alert")).toBeNull());
  expect(hits()).toHaveLength(0);
});
