import { expect, test, vi } from "vitest";
import { FakePlatform } from "../platform/fake/platform";
import { Desk } from "./desk.svelte";
import { spreadsOf } from "./pages.svelte";
import { soon } from "../tests.soon";

async function open(platform = new FakePlatform()): Promise<{ desk: Desk; platform: FakePlatform }> {
  const desk = new Desk(platform, null);
  await desk.open();
  await soon(() => expect(desk.pages.busy).toBe(false));
  return { desk, platform };
}

const methods = (platform: FakePlatform): string[] => platform.calls.map(({ method }) => method);

test("the newest issue opens with its first article and its pages", async () => {
  const { desk } = await open();
  expect(desk.issue?.line.id).toBe("2026-q4");
  expect(desk.manuscript?.slug).toBe("letter");
  expect(desk.pages.list.length).toBeGreaterThan(20);
});

test("pages are paired as they are bound", () => {
  const pages = [1, 2, 3, 4].map((number) => ({ number, slug: null, hash: "", width: 1, height: 1 }));
  expect(spreadsOf(pages).map((spread) => spread.map(({ number }) => number))).toEqual([[1], [2, 3], [4]]);
});

test("each key asks for a preview, and the newest wins", async () => {
  const { desk, platform } = await open();
  platform.delay = 20;
  platform.calls.length = 0;
  for (const insert of ["a", "b", "c", "d"]) desk.manuscript!.apply({ changes: { from: 0, insert } });
  await soon(() => expect(desk.pages.busy).toBe(false));
  const previews = platform.calls.filter(({ method }) => method === "preview");
  expect(previews).toHaveLength(2);
  expect(previews[1]!.params).toMatchObject({ text: expect.stringMatching(/^dcba/) });
});

test("the list calls the open article what the form above its text calls it", async () => {
  const { desk } = await open();
  const text = desk.manuscript!.text;
  const from = text.indexOf("title:");
  const to = text.indexOf("\n", from);
  desk.manuscript!.apply({ changes: { from, to, insert: "title: A lamp in the window" } });
  await soon(() => expect(desk.articles[0]!.line.title).toBe("A lamp in the window"));
  expect(desk.title).toBe("A lamp in the window");
});

test("laying out again reads the articles anew, which somebody may have changed outside", async () => {
  const { desk, platform } = await open();
  platform.calls.length = 0;
  desk.layOutAgain();
  await soon(() => expect(methods(platform)).toEqual(expect.arrayContaining(["issue", "layout"])));
});

test("where somebody is who never pauses is kept, as a crash asks nobody", async () => {
  const { desk } = await open();
  const manuscript = desk.manuscript!;
  desk.pages.current = 6;
  vi.useFakeTimers();
  try {
    manuscript.goBackTo(300);
    for (let key = 0; key < 25; key++) {
      desk.moved(manuscript);
      vi.advanceTimersByTime(100);
    }
    expect(desk.viewing.kept.page).toBe(6);
    expect(desk.viewing.caretOf(manuscript.issue, manuscript.slug)).toBe(300);
  } finally {
    vi.useRealTimers();
  }
});

test("a layout that fails leaves the last good pages", async () => {
  const { desk, platform } = await open();
  const before = desk.pages.list;
  platform.failNext.preview = { code: "typesetting-error", message: "too deep", hint: null, place: null };
  desk.manuscript!.apply({ changes: { from: 0, insert: "x" } });
  await soon(() => expect(desk.pages.failure?.message).toBe("too deep"));
  expect(desk.pages.list).toBe(before);
});

test("a click on a page of another article opens it where that was written", async () => {
  const { desk, platform } = await open();
  const page = desk.ranges.get("standards")!.first;
  await desk.clickPage(page, 10, 10);
  expect(desk.manuscript?.slug).toBe("standards");
  const at = desk.manuscript!.session.selection.main.head;
  expect(desk.manuscript!.text.slice(at).startsWith("Every city")).toBe(true);
  expect(methods(platform)).toContain("click");
});

test("show on page brings the page and the box", async () => {
  const { desk } = await open();
  await desk.showOnPage();
  expect(desk.pages.goal).toMatchObject({ page: desk.ranges.get("letter")!.first, flash: true });
});

test("an export saves what was typed first", async () => {
  const { desk, platform } = await open();
  desk.manuscript!.apply({ changes: { from: 0, insert: "x" } });
  platform.calls.length = 0;
  let savedFirst = false;
  const write = platform.export.bind(platform);
  platform.export = (...asked) => {
    savedFirst = methods(platform).includes("saveArticle");
    return write(...asked);
  };
  await desk.export(["screen"]);
  expect(savedFirst).toBe(true);
  expect(desk.exporting.targets.get("screen")).toMatchObject({ file: { pages: desk.pages.list.length } });
});

test("the window does not close over a text that could not be saved", async () => {
  const { desk, platform } = await open();
  desk.manuscript!.apply({ changes: { from: 0, insert: "x" } });
  platform.failNext.saveArticle = { code: "disk-full", message: "the disk is full", hint: null, place: null };
  expect(await platform.finish()).toBe(false);
  expect(await platform.finish()).toBe(true);
});

test("a publication that cannot be opened is said so, and can be tried again", async () => {
  const platform = new FakePlatform();
  platform.failNext.publication = {
    code: "no-publication",
    message: "nothing here",
    hint: null,
    place: null,
  };
  const desk = new Desk(platform, null);
  await desk.open();
  expect(desk.failure?.code).toBe("no-publication");
  await desk.open();
  expect(desk.failure).toBeNull();
});

test("an issue that can neither be laid out nor read again says so once, where its pages are", async () => {
  const { desk, platform } = await open();
  const failure = {
    code: "no-issue",
    message: "the publication has no issue `2026-q4`",
    hint: null,
    place: null,
  };
  platform.failNext = { layout: failure, issue: failure };
  desk.layOutAgain();
  await soon(() => expect(platform.failNext).toEqual({}));
  await soon(() => expect(desk.pages.failure?.message).toBe(failure.message));
  expect(desk.notices.list).toEqual([]);
  platform.failNext = { issue: failure };
  desk.layOutAgain();
  await soon(() => expect(desk.notices.list.map(({ message }) => message)).toEqual([failure.message]));
});

test("neither another publication nor another language while a send is open, and it is said why", async () => {
  const { desk } = await open();
  const send = { segment: "", rehearse: false, people: 1, resume: false, again: null, at: null };
  desk.sending.toOutbox({ ...send, edition: "2026-q4/launch" }, 60);
  await desk.departure.begin();
  await desk.departure.speak("ro");
  expect([desk.departure.begun, desk.viewing.kept.language]).toEqual([false, "en"]);
  const told = desk.notices.list.at(-1)!;
  expect(told.message).toContain("“Launch, issue 41” is on its way from this window");
  told.action!.run();
  expect(desk.sending.dialog).toBe("2026-q4/launch");
  desk.sending.active!.takeBack();
  await desk.departure.begin();
  expect(desk.departure.begun).toBe(true);
});
