// What a person sees and presses in the views of the pages.
import { fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { beforeEach, expect, test } from "vitest";
import App from "./App.svelte";
import { FakePlatform } from "./platform/fake/platform";
import { Desk } from "./state/desk.svelte";

let platform: FakePlatform;
let desk: Desk;
const failure = { code: "engine-start", message: "the engine does not start", hint: null, place: null };

beforeEach(() => {
  platform = new FakePlatform();
  desk = new Desk(platform, null);
});

async function show(): Promise<void> {
  render(App, { desk });
  await desk.open();
  await waitFor(() => screen.getByTestId("page-5"));
}

const press = (key: string, init: KeyboardEventInit = {}): Promise<boolean> =>
  fireEvent.keyDown(document.activeElement ?? window, { key, ...init });

test("F8 opens preflight and goes to the first finding, Shift F8 to the last", async () => {
  await show();
  await press("F8");
  const panel = await waitFor(() => screen.getByTestId("preflight"));
  const current = (): string | null | undefined =>
    panel.querySelector('[aria-current="true"]')?.querySelector(".code")?.textContent;
  await waitFor(() => expect(current()).toBe("File not found:"));
  await press("F8", { shiftKey: true });
  await waitFor(() => expect(desk.manuscript?.slug).toBe("awards"));
  expect(screen.getByTestId("preflight-said").textContent).toMatch(/^Finding \d+ of \d+: /);
});

test("a finding names its code, what is wrong and where, and its fix works", async () => {
  await show();
  await fireEvent.click(screen.getByTestId("preflight-button"));
  const panel = await waitFor(() => screen.getByTestId("preflight"));
  const [fix] = within(panel).getAllByRole("button", { name: "Fix: write `## ` for `### `" });
  await fireEvent.click(fix!);
  await waitFor(() => expect(desk.manuscript!.text).toContain("\n## Saved, not spent"));
});

test("a hint of the house style is marked in the text and put right where the cursor is", async () => {
  await show();
  const end = desk.manuscript!.session.doc.length;
  desk.manuscript!.apply({
    changes: { from: end, insert: "\nWrite an email.\n" },
    selection: { anchor: end + 12 },
  });
  await waitFor(() => expect(document.querySelector(".md-house-style")?.textContent).toBe("email"));
  await press(".", { ctrlKey: true });
  await waitFor(() => expect(desk.manuscript!.text).toContain("Write an e-mail."));
});

test("arrow keys go from finding to finding", async () => {
  await show();
  await fireEvent.click(screen.getByTestId("findings"));
  const rows = await waitFor(() => screen.getAllByTestId("finding"));
  rows[0]!.focus();
  await press("ArrowDown");
  expect(document.activeElement === rows[1]).toBe(true);
  await press("ArrowUp");
  expect(document.activeElement === rows[0]).toBe(true);
});

test("preflight that could not look says so rather than that all is well", async () => {
  platform.failNext.layout = failure;
  render(App, { desk });
  await desk.open();
  desk.viewing.keep({ preflight: true });
  desk.issue = { ...desk.issue!, findings: [] };
  const panel = await waitFor(() => screen.getByTestId("preflight"));
  await waitFor(() =>
    expect(within(panel).getByRole("alert").textContent).toContain("the engine does not start"),
  );
});

test("all targets are exported, each with its path, and shown in the folder", async () => {
  platform.refused.set("accessible", { ...failure, message: "a picture has no text alternative" });
  await show();
  await fireEvent.click(screen.getByTestId("export"));
  await fireEvent.click(await waitFor(() => screen.getByTestId("export-all")));
  await fireEvent.click(screen.getByTestId("export-start"));
  await waitFor(() => expect(screen.getByTestId("export-said").textContent).toBe("3 PDFs written"));
  expect(screen.getAllByTestId("export-path")).toHaveLength(3);
  expect(screen.getByTestId("target-accessible").textContent).toContain("no text alternative");
  await fireEvent.click(screen.getByTestId("reveal-print"));
  expect(platform.revealed).toEqual(["print"]);
});

test("an export can be cancelled, and the text can be written on meanwhile", async () => {
  await show();
  let written = (): void => {};
  platform.writing = () => new Promise((resolve) => (written = resolve));
  await fireEvent.click(screen.getByTestId("export"));
  await fireEvent.click(await waitFor(() => screen.getByTestId("export-all")));
  await fireEvent.click(screen.getByTestId("export-start"));
  desk.manuscript!.apply({ changes: { from: 0, insert: "x" } });
  await waitFor(() => expect(platform.calls.some(({ method }) => method === "preview")).toBe(true));
  await fireEvent.click(await waitFor(() => screen.getByTestId("export-cancel")));
  await waitFor(() => expect(desk.exporting.stopping).toBe(true));
  written();
  await waitFor(() => expect(screen.getByTestId("export-said").textContent).toContain("Cancelled"));
  expect(screen.getByTestId("target-booklet").dataset["state"]).toBe("stopped");
});

test("an article's language is chosen by its name", async () => {
  await show();
  const field = await waitFor(() => screen.getByTestId<HTMLSelectElement>("field-language"));
  const said = (): string | undefined =>
    [...field.options].find(({ value }) => value === field.value)?.textContent;
  expect(said()).toBe("English");
  await fireEvent.change(field, { target: { value: "ro" } });
  expect(desk.manuscript!.text).toMatch(/^language: ro$/m);
  await waitFor(() => expect(said()).toBe("Romanian"));
});

test("words are found in the text in a bar that counts them, and Escape gives the keys back", async () => {
  await show();
  await waitFor(() => screen.getByTestId("editor"));
  desk.editor!.search();
  const find = await waitFor(() => document.querySelector<HTMLInputElement>(".find-bar input[name=search]")!);
  await waitFor(() => expect(document.activeElement).toBe(find));
  await fireEvent.input(find, { target: { value: "the" } });
  await fireEvent.keyDown(find, { key: "Enter" });
  await waitFor(() => expect(screen.getByTestId("search-place").textContent).toMatch(/^\d+ of \d+/));
  await fireEvent.input(find, { target: { value: "no such words" } });
  await waitFor(() => expect(screen.getByTestId("search-place").textContent).toBe("not found"));
  await fireEvent.keyDown(find, { key: "Escape" });
  await waitFor(() => expect(document.querySelector(".find-bar")).toBeNull());
});

test("all places are replaced in sight: what is folded away unfolds first", async () => {
  await show();
  await waitFor(() => screen.getByTestId("editor"));
  desk.editor!.search();
  const bar = await waitFor(() => document.querySelector<HTMLElement>(".find-bar")!);
  const [find, by] = ["search", "replace"].map((name) => bar.querySelector(`input[name=${name}]`)!);
  await fireEvent.input(find!, { target: { value: "photogenic" } });
  await fireEvent.input(by!, { target: { value: "pretty" } });
  expect(document.querySelector(".md-fold")).not.toBeNull();
  await fireEvent.click(within(bar).getByText("Replace all"));
  expect(document.querySelector(".md-fold")).toBeNull();
  expect(desk.manuscript!.text).toContain("the least pretty project");
});

test("without a target nothing can be exported", async () => {
  await show();
  desk.viewing.keep({ targets: [] });
  await fireEvent.click(screen.getByTestId("export"));
  const start = await waitFor(() => screen.getByTestId<HTMLButtonElement>("export-start"));
  expect(start.disabled).toBe(true);
});

test("the meter says in words what the bar shows, and leads to where the text breaks", async () => {
  await show();
  await fireEvent.click(screen.getByTestId("article-audit"));
  const meter = await waitFor(() => screen.getByTestId("copyfit"));
  await waitFor(() => expect(meter.textContent).toMatch(/\d+ lines? over: cut about \d+ words?/));
  await fireEvent.click(screen.getByTestId("show-overset"));
  expect(desk.manuscript!.byte).toBe(desk.fit!.overset);
  await waitFor(() => expect(document.querySelector(".md-overset")).toBeTruthy());
  await fireEvent.click(screen.getByTestId("article-numbers"));
  await waitFor(() => expect(screen.getByTestId("copyfit").textContent).toMatch(/^\s*Fits/));
  expect(screen.queryByTestId("show-overset")).toBeNull();
});

test("the flatplan is moved by keys, said aloud, taken back, and left by Enter", async () => {
  await show();
  await press("F7");
  await waitFor(() => screen.getByTestId("plan-5"));
  const entry = (): HTMLElement =>
    document.querySelector<HTMLElement>(
      '[data-part="0"][aria-label^="Know the city before you wire it, pages"]',
    )!;
  entry().focus();
  await press("ArrowRight", { altKey: true });
  await waitFor(() => expect(platform.order[5]).toBe("audit"));
  await waitFor(() => expect(screen.getByTestId("flatplan-said").textContent).toMatch(/moved, now pages/));
  await waitFor(() => expect(document.activeElement?.getAttribute("aria-label")).toMatch(/^Know the city/));
  await waitFor(() => expect(desk.flatplan.moving).toBe(false));
  await press("z", { ctrlKey: true });
  await waitFor(() => expect([desk.flatplan.said, platform.order[4]]).toEqual(["Move taken back", "audit"]));
  await waitFor(() => expect(document.activeElement?.getAttribute("aria-label")).toMatch(/^Know the city/));
  await press("Enter");
  await waitFor(() => expect(desk.manuscript?.slug).toBe("audit"));
  expect(screen.queryByTestId("flatplan")).toBeNull();
});

test("the flatplan names the sum, the budget and what is over it", async () => {
  await show();
  await fireEvent.click(screen.getByTestId("place-flatplan"));
  const sum = await waitFor(() => screen.getByTestId("page-sum"));
  expect(sum.textContent).toContain(`${desk.pages.list.length} = `);
  expect(screen.getByTestId("page-budget").textContent).toBe("6 pages under budget");
  expect(screen.getByTestId("open-pages").textContent).toBe("2 open pages");
  expect(
    document.querySelector('[aria-label^="Know the city"][aria-label*="1 page over budget"]'),
  ).toBeTruthy();
});

test("a flatplan that could not be made says why and offers another try", async () => {
  await show();
  platform.failNext.flatplan = failure;
  await fireEvent.click(screen.getByTestId("place-flatplan"));
  const room = await waitFor(() => screen.getByTestId("flatplan"));
  await waitFor(() =>
    expect(within(room).getByRole("alert").textContent).toContain("the engine does not start"),
  );
  await fireEvent.click(within(room).getByRole("button", { name: "Try again" }));
  await waitFor(() => screen.getByTestId("page-sum"));
});

test("the baseline grid and the bleed are laid over the pages and taken off", async () => {
  await show();
  for (const [toggle, mark] of [
    ["toggle-grid", "grid-5"],
    ["toggle-trim", "trim-5"],
  ] as const) {
    expect(screen.queryByTestId(mark)).toBeNull();
    await fireEvent.click(screen.getByTestId(toggle));
    await waitFor(() => expect(screen.getByTestId(mark)).toBeTruthy());
    await fireEvent.click(screen.getByTestId(toggle));
    await waitFor(() => expect(screen.queryByTestId(mark)).toBeNull());
  }
});

test("nothing is said of findings, pages and copyfit until they were looked at, and nothing while that fails", async () => {
  const said = (): (string | undefined)[] =>
    ["findings", "preflight-button"].map((id) => screen.getByTestId(id).textContent?.trim());
  await show();
  expect(said()).toEqual(["1 error", "Preflight · 16"]);
  desk.pages.whole = false;
  await waitFor(() => expect(said()).toEqual(["Checking…", "Preflight"]));
  desk.pages.whole = true;
  platform.failNext.layout = failure;
  desk.layOutAgain();
  await waitFor(() => expect(said()).toEqual(["Not checked", "Preflight"]));
  expect(screen.queryByTestId("copyfit")).toBeNull();
  expect(screen.queryByText(/short of/)).toBeNull();
  await fireEvent.click(within(screen.getByRole("alert")).getByRole("button", { name: "Try again" }));
  await waitFor(() => expect(said()).toEqual(["1 error", "Preflight · 16"]));
});

test("what a notice says is a sentence", async () => {
  await show();
  desk.notices.error("the publication has no issue `2026-q4`", "issues: none yet");
  const notice = await waitFor(() => screen.getByRole("alert"));
  expect(notice.textContent).toContain("The publication has no issue 2026-q4.");
  expect(notice.textContent).toContain("Issues: none yet.");
});
