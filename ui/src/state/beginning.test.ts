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

test("a name that is taken is told, and nothing is opened", async () => {
  desk.beginning.asking = "article";
  const failure = await desk.beginning.article("Audit", "feature");
  expect(failure?.code).toBe("exists");
  expect([desk.beginning.asking, desk.manuscript?.slug]).toEqual(["article", "letter"]);
});

test("a title that no file can be called by gets a number", async () => {
  expect(await desk.beginning.article("城市", "feature")).toBeNull();
  expect(desk.manuscript?.slug).toBe("article-8");
  expect(desk.title).toBe("城市");
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
  desk.notices.list.at(-1)!.action!.run();
  await soon(() => expect(slugs()).toEqual(before));
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
