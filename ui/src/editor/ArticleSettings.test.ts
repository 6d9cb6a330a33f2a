// What a person sees and presses in the settings of an article, and what stands in its text afterwards.
import { redo, undo } from "@codemirror/commands";
import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { expect, test } from "vitest";
import App from "../App.svelte";
import { FakePlatform } from "../platform/fake/platform";
import { Desk } from "../state/desk.svelte";
import { languageName } from "../words";

const HEAD = `---
title: Know the city
kind: feature   # letter, feature
section: Feature
authors: [The editors, "Pop, Ana"]
picture: media/audit.svg
picture-alt: A city at night.
mine: { a: 1 }
budget: 6
---`;
const TEXT = `${HEAD}\n\nText with ![a walk](media/walk.png) and <b>.\n`;

let platform: FakePlatform;
let desk: Desk;

async function open(text = TEXT): Promise<void> {
  platform = new FakePlatform();
  platform.texts.set("audit", text);
  desk = new Desk(platform, null);
  render(App, { desk });
  await desk.open();
  await desk.openArticle("audit");
  await waitFor(() => expect(screen.getByTestId("editor").dataset["article"]).toBe("audit"));
}

async function begin(text = TEXT): Promise<void> {
  await open(text);
  desk.articleSettings.begin();
  await waitFor(() => screen.getByTestId("article-settings"));
}

const field = (testid: string): HTMLInputElement => screen.getByTestId<HTMLInputElement>(testid);
const type = (testid: string, value: string) => fireEvent.input(field(testid), { target: { value } });
const pick = (testid: string, value: string) => fireEvent.change(field(testid), { target: { value } });
const authors = (): HTMLInputElement[] => screen.queryAllByTestId<HTMLInputElement>("setting-author");
const options = (testid: string): string[] =>
  [...screen.getByTestId<HTMLSelectElement>(testid).options].map(({ text }) => text);
const written = (): string => desk.manuscript!.text;
const has = (element: Element): Promise<void> =>
  waitFor(() => expect(document.activeElement === element).toBe(true));
const gone = (): Promise<void> => waitFor(() => expect(screen.queryByTestId("article-settings")).toBeNull());

async function save(): Promise<void> {
  await fireEvent.click(screen.getByTestId("setting-save"));
  await gone();
}

test("the form shows what the front matter says, and begins with the title", async () => {
  await begin();
  const shown = ["title", "kind", "section", "language", "columns", "budget", "picture", "picture-alt"];
  expect(shown.map((name) => field(`setting-${name}`).value)).toEqual([
    "Know the city",
    "feature",
    "Feature",
    "",
    "3",
    "6",
    "media/audit.svg",
    "A city at night.",
  ]);
  expect(authors().map(({ value }) => value)).toEqual(["The editors", "Pop, Ana"]);
  expect(document.activeElement === field("setting-title")).toBe(true);
  expect(screen.getByTestId<HTMLButtonElement>("setting-save").disabled).toBe(true);
});

test("a button above the text opens it, and has the keys again afterwards", async () => {
  await open();
  const button = screen.getByTestId("article-settings-open");
  button.focus();
  await fireEvent.click(button);
  await waitFor(() => screen.getByTestId("article-settings"));
  await fireEvent.click(screen.getByTestId("dialog-close"));
  await gone();
  await has(button);
  expect(written()).toBe(TEXT);
});

test("what is saved is one change of the text, and one undo takes it back", async () => {
  await begin();
  await type("setting-title", 'The city: "wired"');
  await pick("setting-kind", "letter");
  await pick("setting-language", "ro");
  await type("setting-summary", "no");
  await fireEvent.click(screen.getByTestId("setting-author-add"));
  await has(authors()[2]!);
  await fireEvent.input(authors()[2]!, { target: { value: "Ion" } });
  await save();
  const after = TEXT.replace("title: Know the city", 'title: "The city: \\"wired\\""')
    .replace("kind: feature ", "kind: letter ")
    .replace('"Pop, Ana"]', '"Pop, Ana", Ion]\nlanguage: ro')
    .replace("budget: 6", 'budget: 6\nsummary: "no"');
  expect(written()).toBe(after);
  desk.manuscript!.run(undo);
  expect(written()).toBe(TEXT);
  desk.manuscript!.run(redo);
  expect(written()).toBe(after);
  await waitFor(() => expect(platform.texts.get("audit")).toBe(after));
});

test("the notice takes it back too, under what was written since", async () => {
  await begin();
  await type("setting-section", "");
  await save();
  expect(written()).toBe(TEXT.replace("section: Feature\n", ""));
  desk.manuscript!.apply({ changes: { from: desk.manuscript!.session.doc.length, insert: "More." } });
  await fireEvent.click(await waitFor(() => screen.getByTestId("notice-action")));
  await waitFor(() => expect(written()).toBe(`${TEXT}More.`));
});

test("the notice leaves alone what was changed since", async () => {
  await begin();
  await type("setting-section", "New");
  await save();
  const undoIt = desk.notices.list.at(-1)!.action!;
  desk.manuscript!.apply({ changes: { from: 11, insert: "Do " } });
  const now = written();
  undoIt.run();
  await waitFor(() => expect(desk.notices.list.at(-1)!.kind).toBe("error"));
  expect(written()).toBe(now);
});

test("a form that is left can be had again, and has written nothing", async () => {
  await begin();
  await type("setting-section", "New");
  await fireEvent.click(screen.getByTestId("dialog-close"));
  await gone();
  expect(written()).toBe(TEXT);
  desk.notices.list.at(-1)!.action!.run();
  await waitFor(() => expect(field("setting-section").value).toBe("New"));
});

test("a form that is left comes back over its own article, whichever is open", async () => {
  await begin();
  await type("setting-section", "New");
  await fireEvent.click(screen.getByTestId("dialog-close"));
  await gone();
  const bringBack = desk.notices.list.at(-1)!.action!;
  await desk.beginning.issue("2027-q1");
  await desk.openArticle("audit");
  bringBack.run();
  await waitFor(() => expect(field("setting-section").value).toBe("New"));
  expect([desk.issue?.line.id, desk.manuscript?.slug]).toEqual(["2026-q4", "audit"]);
  await save();
  expect(written()).toBe(TEXT.replace("section: Feature", "section: New"));
  await waitFor(() => expect(platform.texts.get("audit")).toBe(written()));
});

test("what is saved is taken back in its own issue, and nowhere else", async () => {
  await begin();
  await type("setting-section", "New");
  await save();
  const undoIt = desk.notices.list.at(-1)!.action!;
  await desk.beginning.issue("2027-q1");
  await desk.openArticle("audit");
  undoIt.run();
  await waitFor(() => expect(desk.notices.list.at(-1)!.message).toBe("Article settings as they were before"));
  expect([desk.issue?.line.id, written()]).toEqual(["2026-q4", TEXT]);
  await waitFor(() => expect(platform.texts.get("audit")).toBe(TEXT));
  const saves = platform.calls.filter(({ method }) => method === "saveArticle");
  expect(saves.map(({ params }) => params)).toEqual(
    saves.map(() => expect.objectContaining({ issue: "2026-q4" })),
  );
});

test("an issue that cannot be opened is not changed by way of another one", async () => {
  await begin();
  await type("setting-section", "New");
  await save();
  const undoIt = desk.notices.list.at(-1)!.action!;
  await desk.beginning.issue("2027-q1");
  await desk.openArticle("audit");
  const now = written();
  platform.failNext.issue = { code: "no-issue", message: "it is gone", hint: null, place: null };
  undoIt.run();
  await waitFor(() => expect(desk.notices.list.at(-1)!.kind).toBe("error"));
  expect([desk.issue?.line.id, written()]).toEqual(["2027-q1", now]);
});

test("an article that is not there any more is said to be gone, and what was typed waits for it", async () => {
  await begin();
  await type("setting-section", "Newer");
  await fireEvent.click(screen.getByTestId("dialog-close"));
  await gone();
  const bringBack = desk.notices.list.at(-1)!.action!;
  await desk.beginning.takeOut("audit");
  await desk.deleting.article();
  const putBack = desk.notices.list.at(-1)!.action!;
  bringBack.run();
  const said = () => desk.notices.list.map(({ message }) => message);
  await waitFor(() => expect(said()).toContain("The article of these settings is not there any more."));
  expect(desk.articleSettings.open).toBe(false);
  const again = desk.notices.list.at(-1)!.action!;
  putBack.run();
  await waitFor(() => expect(desk.manuscript?.slug).toBe("audit"));
  again.run();
  await waitFor(() => expect(field("setting-section").value).toBe("Newer"));
  await save();
  await waitFor(() =>
    expect(platform.texts.get("audit")).toBe(TEXT.replace("section: Feature", "section: Newer")),
  );
});

test("what is saved is taken back in an article that was deleted and put back", async () => {
  await begin();
  await type("setting-section", "New");
  await save();
  const undoIt = desk.notices.list.at(-1)!.action!;
  await desk.beginning.takeOut("audit");
  await desk.deleting.article();
  desk.notices.list.at(-1)!.action!.run();
  await waitFor(() => expect(desk.manuscript?.slug).toBe("audit"));
  undoIt.run();
  await waitFor(() => expect(platform.texts.get("audit")).toBe(TEXT));
});

test("a form whose issue was left under it is saved in its own article", async () => {
  await begin();
  await type("setting-section", "New");
  await desk.beginning.issue("2027-q1");
  await save();
  expect([desk.issue?.line.id, desk.manuscript?.slug]).toEqual(["2026-q4", "audit"]);
  expect(written()).toBe(TEXT.replace("section: Feature", "section: New"));
});

test("an answer that comes late does not change the pictures of another form", async () => {
  await open();
  const call = platform.call.bind(platform);
  const late: (() => void)[] = [];
  platform.call = async (method, params) => {
    if (method === "mediaFolder") await new Promise<void>((go) => late.push(go));
    return await call(method, params);
  };
  desk.articleSettings.begin();
  desk.articleSettings.close();
  platform.media = ["media/tram.png"];
  await desk.openArticle("letter");
  desk.articleSettings.begin();
  const shown = (): readonly string[] => desk.articleSettings.pictures;
  late[1]!();
  await waitFor(() => expect(shown()).toContain("media/tram.png"));
  platform.media = ["media/lamp.png"];
  late[0]!();
  await new Promise((done) => setTimeout(done, 50));
  expect(shown()).not.toContain("media/lamp.png");
});

test("an author who goes leaves the keys to the next one", async () => {
  await begin();
  await fireEvent.click(screen.getAllByTestId("setting-author-remove")[0]!);
  await has(authors()[0]!);
  expect(screen.getByTestId("setting-authors-said").textContent).toBe("“The editors” removed");
  await fireEvent.click(screen.getAllByTestId("setting-author-remove")[0]!);
  await has(screen.getByTestId("setting-author-add"));
  expect(screen.getByTestId("setting-authors-said").textContent).toBe("“Pop, Ana” removed");
  await save();
  expect(written()).toBe(TEXT.replace(/authors.*\n/, ""));
});

test("two authors without a name are said to go one after the other", async () => {
  await begin();
  await fireEvent.click(screen.getByTestId("setting-author-add"));
  await fireEvent.click(screen.getByTestId("setting-author-add"));
  await waitFor(() => expect(authors().length).toBe(4));
  const said = screen.getByTestId("setting-authors-said");
  await fireEvent.click(screen.getAllByTestId("setting-author-remove")[2]!);
  const first = said.firstElementChild;
  expect(said.textContent).toBe("Author 3 removed");
  await fireEvent.click(screen.getAllByTestId("setting-author-remove")[2]!);
  expect(said.textContent).toBe("Author 3 removed");
  expect(said.firstElementChild === first).toBe(false);
});

test("what cannot be is said below its field, which has the keys", async () => {
  await begin();
  await type("setting-budget", "many");
  await fireEvent.click(screen.getByTestId("setting-save"));
  await has(field("setting-budget"));
  expect(field("setting-budget").getAttribute("aria-invalid")).toBe("true");
  const said = document.getElementById(field("setting-budget").getAttribute("aria-describedby")!);
  expect(said?.textContent).toBe("A whole number from 1 to 500");
  await type("setting-budget", "");
  await save();
  expect(written()).toBe(TEXT.replace("budget: 6\n", ""));
});

test("the opener is a picture of the issue, and none takes its words along", async () => {
  await begin();
  await waitFor(() =>
    expect(options("setting-picture")).toEqual(["No picture", "audit.svg", "street.jpg", "walk.png"]),
  );
  await pick("setting-picture", "media/walk.png");
  await fireEvent.click(screen.getByTestId("setting-uncredited"));
  await save();
  const walk = TEXT.replace("media/audit.svg", "media/walk.png").replace(
    "at night.",
    "at night.\npicture-credit:",
  );
  expect(written()).toBe(walk);
  desk.articleSettings.begin();
  await waitFor(() => expect(field("setting-uncredited").checked).toBe(true));
  await pick("setting-picture", "");
  expect(screen.queryByTestId("setting-picture-alt")).toBeNull();
  await save();
  expect(written()).toBe(TEXT.replace(/picture.*\npicture-alt.*\n/, ""));
});

test("a picture from a file is in the issue once the form is saved", async () => {
  await begin();
  const file = new File(["x"], "<b>tram.png", { type: "image/png" });
  await fireEvent.change(field("setting-picture-file"), { target: { files: [file] } });
  await waitFor(() => expect(options("setting-picture")).toContain("<b>tram.png"));
  expect(screen.getByTestId<HTMLSelectElement>("setting-picture").selectedOptions[0]!.text).toBe(
    "<b>tram.png",
  );
  expect(platform.handed).toEqual([]);
  platform.failNext.addPicture = { code: "no-picture", message: "it is none", hint: null, place: null };
  await fireEvent.click(screen.getByTestId("setting-save"));
  await has(field("setting-picture"));
  expect(screen.getByRole("alert", { hidden: true }).textContent).toContain("It is none");
  expect(written()).toBe(TEXT);
  await save();
  expect(platform.handed.at(-1)).toBe("<b>tram.png");
  expect(written()).toBe(TEXT.replace("media/audit.svg", "media/<b>tram.png"));
});

test("a letter is signed", async () => {
  await begin();
  expect(screen.queryByTestId("setting-signature")).toBeNull();
  await pick("setting-kind", "letter");
  await pick("setting-signature", "media/walk.png");
  await type("setting-signature-alt", "Ana");
  await save();
  expect(written()).toContain("signature: media/walk.png\nsignature-alt: Ana\n");
});

test("what the form does not understand is shown and stays", async () => {
  const text = TEXT.replace("section: Feature", "section: >\n  A long\n  section").replace(
    "kind: feature   # letter, feature",
    "kind: *usual",
  );
  await begin(text);
  expect([field("setting-section").value, field("setting-section").readOnly]).toEqual([
    "A long section",
    true,
  ]);
  expect([field("setting-kind").value, field("setting-kind").readOnly]).toEqual(["*usual", true]);
  const said = document.getElementById(field("setting-kind").getAttribute("aria-describedby")!);
  expect(said?.textContent).toBe("Written in a way that only the front matter can change");
  await type("setting-title", "New");
  await save();
  expect(written()).toBe(text.replace("Know the city", "New"));
});

test("a value that nobody knows stays until another one is chosen", async () => {
  await begin(TEXT.replace("kind: feature   #", "language: fr-BE\ncolumns: 9\nkind: essay #"));
  const all = ["kind", "language", "columns"].map((name) => field(`setting-${name}`).value);
  expect(all).toEqual(["essay", "fr-BE", "9"]);
  expect(options("setting-language")).toContain(languageName("fr-BE"));
});

test.each([
  ["\r\n ends its lines", TEXT.replaceAll("\n", "\r\n"), "\r\n"],
  ["both ends are in it", TEXT.replace("---\n\nText", "---\r\n\nText"), "\n"],
  ["it begins with a byte-order mark", `\ufeff${TEXT}`, "\n"],
])("a text loses nothing where %s", async (_what, text, end) => {
  await begin(text);
  await type("setting-title", "New");
  await type("setting-summary", "Ten years");
  await fireEvent.click(screen.getAllByTestId("setting-author-remove")[0]!);
  await save();
  expect(written()).toBe(
    text
      .replace("Know the city", "New")
      .replace("[The editors, ", "[")
      .replace(`budget: 6${end}`, `budget: 6${end}summary: Ten years${end}`),
  );
});

test("a text without front matter gets one, folded away, and the cursor stays in the text", async () => {
  await begin("Text.\n");
  await type("setting-title", "New");
  await type("setting-budget", "2");
  await save();
  expect(written()).toBe("---\ntitle: New\nbudget: 2\n---\n\nText.\n");
  expect(desk.manuscript!.caret).toBe(written().indexOf("Text."));
  await waitFor(() => expect(document.querySelector(".md-fold")?.textContent).toContain("4"));
});

test("front matter that is no list of fields is left to the text", async () => {
  await open("---\n{title: A}\n---\n");
  desk.articleSettings.begin();
  expect(desk.articleSettings.open).toBe(false);
  expect(desk.notices.list.at(-1)!.kind).toBe("error");
});

test("front matter that nobody closed is left to the text", async () => {
  const text = TEXT.replace("budget: 6\n---", "budget: 6");
  await open(text);
  desk.articleSettings.begin();
  expect(desk.articleSettings.open).toBe(false);
  expect(desk.notices.list.at(-1)!.kind).toBe("error");
  expect(field("field-title").readOnly).toBe(true);
  await type("field-title", "B");
  expect(written()).toBe(text);
});

test("what a front matter says is text", async () => {
  const payload = '<img src=x onerror="window.pwned=1">';
  await begin(
    `---\ntitle: ${JSON.stringify(payload)}\nkind: "<script>"\nauthors: ["<b>"]\npicture: "<i>"\nsection: >\n  ${payload}\n---\n`,
  );
  expect(field("setting-title").value).toBe(payload);
  expect(screen.getByTestId("article-settings").querySelector("img, script, b, i")).toBeNull();
});
