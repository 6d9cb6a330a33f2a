// What a person sees and presses in the settings of an issue.
import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { beforeEach, expect, test } from "vitest";
import App from "../App.svelte";
import { FakePlatform } from "../platform/fake/platform";
import { Desk } from "../state/desk.svelte";

let platform: FakePlatform;
let desk: Desk;

beforeEach(async () => {
  platform = new FakePlatform();
  desk = new Desk(platform, null);
  render(App, { desk });
  await desk.open();
  await desk.issueSettings.begin();
  await waitFor(() => screen.getByTestId("issue-settings"));
});

const field = (testid: string): HTMLInputElement => screen.getByTestId<HTMLInputElement>(testid);
const titles = (): string[] => lines().map(({ value }) => value);
const lines = (): HTMLInputElement[] => screen.queryAllByTestId<HTMLInputElement>("cover-line");
const save = (): HTMLButtonElement => screen.getByTestId<HTMLButtonElement>("issue-save");
const said = (): string => screen.getByTestId("cover-lines-said").textContent;
const has = (element: Element): Promise<void> =>
  waitFor(() => expect(document.activeElement === element).toBe(true));

test("the form shows what the file says, and a line's article by its title", () => {
  expect(["issue-title", "issue-season", "issue-date", "issue-pages"].map((id) => field(id).value)).toEqual([
    "Ten years of listening",
    "Winter 2026",
    "2026-12-01",
    "32",
  ]);
  expect(field("cover-alt").value).toBe("An isometric city by day.");
  const article = screen.getAllByTestId<HTMLSelectElement>("cover-line-article")[1]!;
  expect(article.selectedOptions[0]!.textContent).toBe("Who pays for the first step");
  expect(document.activeElement === field("issue-title")).toBe(true);
  expect(save().disabled).toBe(true);
});

test("the headline of the cover is written and the form goes", async () => {
  await fireEvent.input(field("cover-headline"), { target: { value: "Listen" } });
  expect(save().disabled).toBe(false);
  await fireEvent.click(save());
  await waitFor(() => expect(screen.queryByTestId("issue-settings")).toBeNull());
  expect(platform.issueSettings.fieldsOf("2026-q4").cover.headline).toBe("Listen");
  await waitFor(() => screen.getByTestId("notice-action"));
});

test("what cannot be saved is told, marked, and has the keys", async () => {
  await fireEvent.input(field("issue-date"), { target: { value: "soon" } });
  await fireEvent.click(save());
  await has(field("issue-date"));
  expect(field("issue-date").getAttribute("aria-invalid")).toBe("true");
  expect(screen.getByRole("alert", { hidden: true }).textContent).toContain("is no date");
});

test("a file that another program changed is read anew by a button", async () => {
  await fireEvent.input(field("cover-headline"), { target: { value: "Listen" } });
  platform.issueSettings.write("2026-q4", { ...platform.issueSettings.fieldsOf("2026-q4"), pages: "48" });
  await fireEvent.click(save());
  await fireEvent.click(await waitFor(() => screen.getByText("Read it anew")));
  await waitFor(() => expect(field("issue-pages").value).toBe("48"));
  expect(field("cover-headline").value).toBe("Listen");
  expect(screen.queryByText("Read it anew")).toBeNull();
});

test("a line moves by Alt and an arrow key, and takes the keys along", async () => {
  const [first] = lines();
  first!.focus();
  await fireEvent.keyDown(first!, { key: "ArrowDown", altKey: true });
  await waitFor(() =>
    expect(titles()).toEqual([
      "Who pays for the first step",
      "Eight standards, one law",
      "Orașul, citit din nou",
    ]),
  );
  expect(document.activeElement === lines()[1]).toBe(true);
  expect(said()).toBe("Moved, now cover line 2 of 3");
});

test("a line that comes to an end by its button keeps the keys", async () => {
  const up = screen.getAllByTestId("cover-line-up")[1]!;
  up.focus();
  await fireEvent.click(up);
  await has(lines()[0]!);
  expect(titles()[0]).toBe("Who pays for the first step");
  expect(lines()[0]!.getAttribute("aria-label")).toBe("Cover line 1");
});

test("lines go and come, and the keys go to the next one", async () => {
  await fireEvent.click(screen.getAllByTestId("cover-line-remove")[2]!);
  await has(lines()[1]!);
  await fireEvent.click(screen.getAllByTestId("cover-line-remove")[0]!);
  await fireEvent.click(screen.getAllByTestId("cover-line-remove")[0]!);
  expect(lines()).toHaveLength(0);
  await has(screen.getByTestId("cover-line-add"));
  await fireEvent.click(screen.getByTestId("cover-line-add"));
  await has(lines()[0]!);
  await fireEvent.input(lines()[0]!, { target: { value: "New" } });
  await fireEvent.change(screen.getByTestId("cover-line-article"), { target: { value: "audit" } });
  await fireEvent.click(save());
  await waitFor(() => expect(screen.queryByTestId("issue-settings")).toBeNull());
  expect(platform.issueSettings.fieldsOf("2026-q4").cover.lines).toEqual([
    { title: "New", article: "audit" },
  ]);
});

test("Enter in a text of several lines saves it and breaks no line", async () => {
  await fireEvent.input(field("cover-standfirst"), { target: { value: "One\ntwo" } });
  expect(desk.issueSettings.fields!.cover.standfirst).toBe("One two");
  await fireEvent.keyDown(field("cover-standfirst"), { key: "Enter" });
  await waitFor(() => expect(screen.queryByTestId("issue-settings")).toBeNull());
  expect(platform.issueSettings.fieldsOf("2026-q4").cover.standfirst).toBe("One two");
});
