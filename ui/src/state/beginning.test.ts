import { beforeEach, expect, test } from "vitest";
import { FakePlatform } from "../platform/fake/platform";
import { soon } from "../tests.soon";
import { Desk } from "./desk.svelte";

let platform: FakePlatform;
let desk: Desk;

beforeEach(async () => {
  platform = new FakePlatform();
  desk = new Desk(platform, null);
  await desk.open();
  await soon(() => expect(desk.pages.busy).toBe(false));
});

const slugs = (): string[] => desk.articles.map(({ line }) => line.slug);

test("a new article opens behind the one that was open, with its pages", async () => {
  await desk.openArticle("standards");
  desk.beginning.asking = "article";
  expect(await desk.beginning.article("Șase bănci la umbră", "department")).toBeNull();
  expect(desk.beginning.asking).toBeNull();
  expect(slugs().slice(2, 4)).toEqual(["standards", "sase-banci-la-umbra"]);
  expect(desk.manuscript?.slug).toBe("sase-banci-la-umbra");
  expect(desk.title).toBe("Șase bănci la umbră");
  const page = desk.pages.list.find(({ slug }) => slug === "sase-banci-la-umbra");
  expect(desk.pages.goal?.page).toBe(page?.number);
});

test.each([
  ["Audit", "audit-2"],
  ["城市", "article"],
  ["a".repeat(200), "a".repeat(60)],
])("a title that names a taken file, or none, still begins an article: %s", async (title, slug) => {
  expect(await desk.beginning.article(title, "feature")).toBeNull();
  expect([desk.manuscript?.slug, desk.title]).toEqual([slug, title]);
});

test("a name that was taken meanwhile is told, and nothing is opened", async () => {
  desk.beginning.asking = "article";
  platform.failNext.beginArticle = { code: "exists", message: "exists already", hint: null, place: null };
  const failure = await desk.beginning.article("Benches", "feature");
  expect(failure?.code).toBe("exists");
  expect([desk.beginning.asking, desk.manuscript?.slug]).toEqual(["article", "letter"]);
});

test("beside a text that cannot be saved nothing is begun, and it is said where it was asked", async () => {
  platform.changeOutside("letter", "theirs");
  desk.manuscript!.apply({ changes: { from: 0, insert: "x" } });
  const failure = await desk.beginning.article("Benches", "feature");
  expect(failure?.code).toBe("unsaved");
  expect(failure?.hint).toContain("letter");
  expect(platform.calls.some(({ method }) => method === "beginArticle")).toBe(false);
});

test("an article that is put back goes into its own issue, whichever is open", async () => {
  desk.viewing.keep({ place: "flatplan" });
  await desk.beginning.takeOut("audit");
  const back = desk.notices.list.at(-1)!.action!;
  await desk.beginning.issue("2027-q1");
  back.run();
  await soon(() => expect(platform.order).toContain("audit"));
  const placed = platform.calls.find(({ method }) => method === "placeArticle");
  expect(placed?.params).toMatchObject({ issue: "2026-q4", slug: "audit" });
  expect(desk.issue?.line.id).toBe("2027-q1");
});

test("what was moved before an article came or went is not moved back", async () => {
  await desk.flatplan.load("2026-q4");
  expect(await desk.flatplan.move(5, 4)).toBe(true);
  expect(desk.flatplan.canUndo).toBe(true);
  await desk.beginning.takeOut("letter");
  expect(desk.flatplan.canUndo).toBe(false);
});

test("what is written is saved before an article is begun", async () => {
  desk.manuscript!.apply({ changes: { from: 0, insert: "x" } });
  await desk.beginning.article("Benches", "feature");
  expect(platform.texts.get("letter")).toMatch(/^x/);
});

test("an article that is taken out keeps its text, is told to be out, and goes back where it stood", async () => {
  await desk.openArticle("audit");
  const before = slugs();
  await desk.beginning.takeOut("audit");
  expect(slugs().at(-1)).toBe("audit");
  expect(desk.articles.at(-1)?.line.placed).toBe(false);
  expect(desk.manuscript?.slug).toBe("audit");
  expect(desk.beginning.beside).toBeNull();
  expect(desk.notices.list, "its way back stands below its text").toEqual([]);
  await desk.beginning.place("audit");
  expect(slugs()).toEqual(before);
});

test("an article whose neighbours changed since it was taken out comes behind the last one", async () => {
  await desk.beginning.takeOut("audit");
  await desk.beginning.takeOut("letter");
  await desk.beginning.place("audit");
  const placed = platform.calls.findLast(({ method }) => method === "placeArticle");
  expect(placed?.params).toMatchObject({ slug: "audit", at: null });
});

test("a new issue is the one that is open, and no longer one to come", async () => {
  const [next] = desk.beginning.coming;
  expect(next?.season).toBe("Spring 2027");
  expect(await desk.beginning.issue(next!.id)).toBeNull();
  expect(desk.issue?.line.id).toBe("2027-q1");
  expect(desk.publication?.issues.map(({ id }) => id)).toEqual(["2027-q1", "2026-q4"]);
});

test("a running order that cannot be changed is told", async () => {
  platform.failNext.takeOutArticle = { code: "bad-toml", message: "no", hint: "mend it", place: null };
  await desk.beginning.takeOut("audit");
  expect(desk.notices.list.map(({ message }) => message)).toEqual(["no"]);
});
