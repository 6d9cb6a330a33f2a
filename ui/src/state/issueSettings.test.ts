import { expect, test } from "vitest";
import { FakePlatform } from "../platform/fake/platform";
import { soon } from "../tests.soon";
import { Desk } from "./desk.svelte";
import { hasField } from "./issueSettings.svelte";

const ISSUE = "2026-q4";

async function open(): Promise<{ desk: Desk; platform: FakePlatform }> {
  const platform = new FakePlatform();
  const desk = new Desk(platform, null);
  await desk.open();
  await soon(() => expect(desk.pages.busy).toBe(false));
  await desk.issueSettings.begin();
  return { desk, platform };
}

const layouts = ({ calls }: FakePlatform): number => calls.filter(({ method }) => method === "layout").length;

test("what is saved is in the file, in the list of issues and on the pages, and the form closes", async () => {
  const { desk, platform } = await open();
  const { issueSettings } = desk;
  const before = layouts(platform);
  expect(issueSettings.changed).toBe(false);
  issueSettings.fields!.season = "Spring 2027";
  issueSettings.fields!.cover.headline = "Listen";
  expect(issueSettings.changed).toBe(true);
  await issueSettings.save();
  expect(issueSettings.fields).toBeNull();
  expect(platform.issueSettings.fieldsOf(ISSUE).cover.headline).toBe("Listen");
  expect(desk.publication!.issues[0]!.season).toBe("Spring 2027");
  expect(desk.issue!.line.season).toBe("Spring 2027");
  await soon(() => expect(layouts(platform)).toBe(before + 1));
});

test("an open text is saved before the issue is laid out again", async () => {
  const { desk, platform } = await open();
  desk.manuscript!.apply({ changes: { from: 0, insert: "x" } });
  desk.issueSettings.fields!.title = "Listen";
  await desk.issueSettings.save();
  const methods = platform.calls.map(({ method }) => method);
  expect(methods.indexOf("saveArticle")).toBeGreaterThan(0);
  expect(methods.indexOf("saveArticle")).toBeLessThan(methods.indexOf("saveIssueSettings"));
});

test("what was typed into a form that is closed can be had again", async () => {
  const { desk, platform } = await open();
  const { issueSettings, notices } = desk;
  issueSettings.leave();
  expect(notices.list).toEqual([]);
  await issueSettings.begin();
  issueSettings.fields!.cover.headline = "Listen";
  issueSettings.leave();
  expect(issueSettings.fields).toBeNull();
  notices.list.at(-1)!.action!.run();
  expect([issueSettings.fields!.cover.headline, issueSettings.changed]).toEqual(["Listen", true]);
  await issueSettings.save();
  expect(platform.issueSettings.fieldsOf(ISSUE).cover.headline).toBe("Listen");
});

test("undo writes the earlier fields back", async () => {
  const { desk, platform } = await open();
  const before = platform.issueSettings.fieldsOf(ISSUE);
  desk.issueSettings.fields!.cover.headline = "Listen";
  desk.issueSettings.removeLine(0);
  await desk.issueSettings.save();
  const notice = desk.notices.list.at(-1)!;
  expect([notice.message, notice.action?.label]).toEqual(["Issue settings saved", "Undo"]);
  notice.action!.run();
  await soon(() => expect(platform.issueSettings.fieldsOf(ISSUE)).toEqual(before));
  await soon(() => expect(desk.notices.list.at(-1)!.message).toBe("Issue settings as they were before"));
});

test("undo leaves alone what somebody else wrote since", async () => {
  const { desk, platform } = await open();
  desk.issueSettings.fields!.title = "Listen";
  await desk.issueSettings.save();
  const undo = desk.notices.list.at(-1)!.action!;
  const theirs = { ...platform.issueSettings.fieldsOf(ISSUE), season: "Autumn" };
  platform.issueSettings.write(ISSUE, theirs);
  undo.run();
  await soon(() => expect(desk.notices.list.at(-1)!.kind).toBe("error"));
  expect(platform.issueSettings.fieldsOf(ISSUE)).toEqual(theirs);
});

test("a field that no issue has is named, and what was typed stays", async () => {
  const { desk, platform } = await open();
  const { issueSettings } = desk;
  issueSettings.fields!.date = "in winter";
  issueSettings.fields!.title = "Listen";
  await issueSettings.save();
  expect([issueSettings.wrong, issueSettings.outdated]).toEqual(["date", false]);
  expect(issueSettings.fields!.title).toBe("Listen");
  expect(platform.issueSettings.fieldsOf(ISSUE).date).toBe("2026-12-01");
});

test("a file that was changed outside is read anew with what was typed, and then saved", async () => {
  const { desk, platform } = await open();
  const { issueSettings } = desk;
  issueSettings.fields!.cover.headline = "Listen";
  const theirs = platform.issueSettings.fieldsOf(ISSUE);
  platform.issueSettings.write(ISSUE, { ...theirs, pages: "48", cover: { ...theirs.cover, kicker: "New" } });
  await issueSettings.save();
  expect(issueSettings.outdated).toBe(true);
  await issueSettings.readAnew();
  expect(issueSettings.failure).toBeNull();
  await issueSettings.save();
  const { pages, cover } = platform.issueSettings.fieldsOf(ISSUE);
  expect([pages, cover.kicker, cover.headline]).toEqual(["48", "New", "Listen"]);
});

test("a line moves only to a place that there is", async () => {
  const { desk } = await open();
  const { issueSettings } = desk;
  expect([issueSettings.moveLine(0, -1), issueSettings.moveLine(2, 3), issueSettings.moveLine(2, 0)]).toEqual(
    [false, false, true],
  );
  expect(issueSettings.fields!.cover.lines.map(({ article }) => article)).toEqual([
    "orasul",
    "standards",
    "first-step",
  ]);
});

test.each([
  ["title", true],
  ["cover › headline", true],
  ["cover › lines › title", true],
  ["cover › picture", false],
  ["running-order › headline", false],
  ["colophon › text", false],
])("whether the form has the field %s", (field, has) => expect(hasField(field)).toBe(has));
