import { undo } from "@codemirror/commands";
import { expect, test, vi } from "vitest";
import { doubtsOf } from "../dialect/spelling";
import { FakePlatform } from "../platform/fake/platform";
import { Desk } from "./desk.svelte";
import { soon } from "../tests.soon";

/** A desk whose letter ends with two doubtful words, which are marked. */
async function open(): Promise<{ desk: Desk; platform: FakePlatform; marked: () => string[] }> {
  const platform = new FakePlatform();
  platform.spelling.meant = { dashbord: ["dashboard", "dash"], Bega: [] };
  platform.texts.set("letter", `${platform.texts.get("letter")!}\nȘi un dashbord pe malul Bega, dashbord.\n`);
  const desk = new Desk(platform, null);
  await desk.open();
  const marked = (): string[] =>
    doubtsOf(desk.manuscript!.session).map(({ from, to }) => desk.manuscript!.session.sliceDoc(from, to));
  await soon(() => expect(marked()).toEqual(["dashbord", "Bega", "dashbord"]));
  return { desk, platform, marked };
}

const asks = (platform: FakePlatform): number =>
  platform.calls.filter(({ method }) => method === "spelling").length;

test("a text is looked at once after a pause, however many keys there were", async () => {
  const { desk, platform, marked } = await open();
  const before = asks(platform);
  for (const key of "xyz")
    desk.manuscript!.apply({ changes: { from: 0, insert: key }, userEvent: "input.type" });
  expect(asks(platform)).toBe(before);
  await soon(() => expect(asks(platform)).toBe(before + 1));
  expect(marked()).toEqual(["dashbord", "Bega", "dashbord"]);
});

test("the menu offers words, writes the chosen one, and one undo takes it back", async () => {
  const { desk } = await open();
  desk.spelling.step(1);
  expect(desk.spelling.said).toBe("Doubtful: dashbord");
  expect(desk.spelling.ask()).toBe(true);
  await soon(() => expect(desk.spelling.asked?.suggestions).toEqual(["dashboard", "dash"]));
  const before = desk.manuscript!.text;
  desk.spelling.replace("dashboard");
  expect(desk.manuscript!.text).toBe(before.replace("dashbord", "dashboard"));
  expect(desk.spelling.asked).toBeNull();
  desk.manuscript!.run(undo);
  expect(desk.manuscript!.text).toBe(before);
});

test("a word that is added is right everywhere, and what tells of it takes it out again", async () => {
  const { desk, platform, marked } = await open();
  await desk.spelling.add("Bega");
  await soon(() => expect(marked()).toEqual(["dashbord", "dashbord"]));
  expect([...platform.spelling.own]).toEqual(["Bega"]);
  desk.notices.list.at(-1)!.action!.run();
  await soon(() => expect(marked()).toContain("Bega"));
});

test("a word that is left in one article stands in its front matter", async () => {
  const { desk, marked } = await open();
  desk.spelling.ask(desk.manuscript!.text.indexOf("dashbord") + 2);
  desk.spelling.leave("dashbord");
  expect(desk.manuscript!.text).toContain('accepted-words: ["dashbord"]\n---\n');
  await soon(() => expect(marked()).toEqual(["Bega"]));
  desk.manuscript!.run(undo);
  await soon(() => expect(marked()).toHaveLength(3));
});

test("the list names each word once with its places, and goes to them", async () => {
  const { desk } = await open();
  await desk.spelling.read();
  const line = desk.spelling.list!.words[0]!;
  expect([line.word, line.places.length]).toEqual(["dashbord", 2]);
  await desk.spelling.open(line, line.places[1]!);
  const { from, to } = desk.manuscript!.session.selection.main;
  expect(desk.manuscript!.session.sliceDoc(from, to)).toBe("dashbord");
  expect(desk.spelling.said).toBe("dashbord, place 2 of 2");
});

test("a word of an edition is shown in the newsletter's room", async () => {
  const { desk } = await open();
  await desk.newsletter.load("2026-q4");
  const { edition, text } = { edition: desk.newsletter.edition!, text: desk.newsletter.manuscript!.text };
  const start = new TextEncoder().encode(text.slice(0, text.indexOf("subject") + 9)).length;
  const place = { slug: null, edition, line: 2, start, end: start + 6 };
  await desk.spelling.open({ word: "x", language: "en", suggestions: [], places: [place] }, place);
  expect(desk.viewing.room).toBe("newsletter");
  const { from, to } = desk.newsletter.manuscript!.session.selection.main;
  expect([from, to - from]).toEqual([text.indexOf("subject") + 9, 6]);
});

test("an edition is looked at as it is written, and its words are put right and accepted there", async () => {
  const { desk, platform } = await open();
  desk.viewing.go("newsletter");
  await desk.newsletter.load("2026-q4");
  const edition = desk.newsletter.manuscript!;
  const marked = (): string[] =>
    doubtsOf(edition.session).map(({ from, to }) => edition.session.sliceDoc(from, to));
  edition.apply({ changes: { from: edition.session.doc.length, insert: "\nA dashbord by the Bega.\n" } });
  await soon(() => expect(marked()).toEqual(["dashbord", "Bega"]));
  const asked = platform.calls.findLast(({ method }) => method === "spelling");
  expect(asked?.params).toMatchObject({ edition: true, slug: edition.slug });
  edition.apply({ selection: { anchor: 0 } });
  desk.spelling.step(1);
  expect(desk.spelling.ask()).toBe(true);
  desk.spelling.replace("dashboard");
  expect(edition.text).toContain("A dashboard by the Bega.");
  desk.spelling.step(1);
  expect(desk.spelling.ask()).toBe(true);
  desk.spelling.leave("Bega");
  await soon(() => expect(marked()).toEqual([]));
  expect(edition.text).toContain('accepted-words: ["Bega"]');
});

test("switched off, nothing is marked and nobody is asked; the switch is kept", async () => {
  const { desk, platform, marked } = await open();
  desk.spelling.toggle();
  expect(marked()).toEqual([]);
  expect(desk.viewing.kept.spelling).toBe(false);
  const before = asks(platform);
  vi.useFakeTimers();
  desk.manuscript!.apply({ changes: { from: 0, insert: "x" } });
  vi.advanceTimersByTime(60_000);
  vi.useRealTimers();
  expect(asks(platform)).toBe(before);
  desk.spelling.toggle();
  await soon(() => expect(marked()).toHaveLength(3));
});

test("a language without a dictionary is no failure", async () => {
  const { desk, platform } = await open();
  platform.spelling.missing.add("ro");
  await desk.openArticle("orasul");
  await soon(() => expect(desk.spelling.looked?.language).toBe("ro"));
  expect(desk.spelling.looked!.dictionary).toBeNull();
  expect(desk.notices.list).toEqual([]);
});
