import { beforeEach, expect, test } from "vitest";
import type { MailingView } from "../platform/bindings/MailingView";
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
const asked = (method: string) => platform.calls.filter((call) => call.method === method);

test("an article without a place is deleted as it is on the screen, and comes back with its text", async () => {
  await desk.openArticle("audit");
  expect(desk.deleting.mayArticle).toBe(false);
  await desk.beginning.takeOut("audit");
  expect(desk.deleting.mayArticle).toBe(true);
  desk.manuscript!.apply({
    changes: { from: desk.manuscript!.session.doc.length, insert: "The last word." },
  });
  const { text } = desk.manuscript!;

  await desk.deleting.article();
  expect(slugs()).not.toContain("audit");
  expect(desk.manuscript?.slug).not.toBe("audit");
  expect(asked("saveArticle").length).toBe(1);

  desk.notices.list.at(-1)!.action!.run();
  await soon(() => expect(desk.manuscript?.slug).toBe("audit"));
  expect(desk.manuscript!.text).toBe(text);
  expect(slugs()).toContain("audit");
});

test("an article that could not be deleted stays open, and it is said why", async () => {
  await desk.openArticle("audit");
  await desk.beginning.takeOut("audit");
  platform.failNext.deleteArticle = { code: "changed-outside", message: "changed", hint: null, place: null };
  await desk.deleting.article();
  expect(desk.manuscript?.slug).toBe("audit");
  expect(desk.notices.list.at(-1)!.message).toBe("changed");
});

test("a double press deletes one article, and what was typed meanwhile comes back with it", async () => {
  await desk.openArticle("audit");
  await desk.beginning.takeOut("audit");
  const { manuscript } = desk;
  const first = desk.deleting.article();
  const second = desk.deleting.article();
  manuscript!.apply({ changes: { from: manuscript!.session.doc.length, insert: "Meanwhile." } });
  await Promise.all([first, second]);
  expect(asked("deleteArticle").length).toBe(1);
  expect(await manuscript!.flush()).toBe(true);
  desk.notices.list.at(-1)!.action!.run();
  await soon(() => expect(desk.manuscript?.slug).toBe("audit"));
  expect(desk.manuscript!.text).toContain("Meanwhile.");
  expect(desk.manuscript).not.toBe(manuscript);
});

test("the way back stays when it could not be gone", async () => {
  await desk.openArticle("audit");
  await desk.beginning.takeOut("audit");
  await desk.deleting.article();
  platform.failNext.putArticleBack = { code: "disk-full", message: "full", hint: null, place: null };
  desk.notices.list.at(-1)!.action!.run();
  await soon(() => expect(desk.notices.list.at(-1)).toMatchObject({ kind: "error", hint: "full" }));
  desk.notices.list.at(-1)!.action!.run();
  await soon(() => expect(desk.manuscript?.slug).toBe("audit"));
});

test("a way back that is taken while something else is under way is taken after it", async () => {
  await desk.openArticle("audit");
  await desk.beginning.takeOut("audit");
  await desk.deleting.article();
  const back = desk.notices.list.at(-1)!.action!;
  await desk.openArticle("standards");
  await desk.beginning.takeOut("standards");
  const deleting = desk.deleting.article();
  back.run();
  await deleting;
  await soon(() => expect(slugs()).toContain("audit"));
  expect(slugs()).not.toContain("standards");
  expect(desk.notices.list.some(({ kind }) => kind === "error")).toBe(false);
});

test("ways back that fail all stay, however many there are and whatever the texts are called", async () => {
  const full = { code: "disk-full", message: "full", hint: null, place: null } as const;
  const gone = ["audit", "standards", "funding", "letter"].filter((slug) => slugs().includes(slug));
  for (const slug of gone) {
    await desk.openArticle(slug);
    await desk.beginning.takeOut(slug);
    await desk.deleting.article();
    const back = desk.notices.list.at(-1)!.action!;
    platform.failNext.putArticleBack = full;
    back.run();
    await soon(() => expect(desk.notices.list.at(-1)!.kind).toBe("error"));
  }
  const errors = desk.notices.list.filter(({ kind }) => kind === "error");
  expect(errors.length).toBe(gone.length);
  for (const { action } of errors) action!.run();
  await soon(() => expect(slugs()).toEqual(expect.arrayContaining(gone)));
});

test("an article comes back into its own issue, whichever is open", async () => {
  await desk.openArticle("audit");
  await desk.beginning.takeOut("audit");
  await desk.deleting.article();
  const back = desk.notices.list.at(-1)!.action!;
  await desk.beginning.issue("2027-q1");
  const open = desk.manuscript?.slug;
  back.run();
  await soon(() => expect(asked("putArticleBack").length).toBe(1));
  expect(asked("putArticleBack")[0]!.params).toMatchObject({ issue: "2026-q4", slug: "audit" });
  expect([desk.issue?.line.id, desk.manuscript?.slug]).toEqual(["2027-q1", open]);
});

test("an edition that nobody was sent is deleted, and comes back", async () => {
  await desk.newsletter.load("2026-q4");
  await desk.newsletter.begin("reminder");
  expect(desk.deleting.mayEdition).toBe(true);
  const { text } = desk.newsletter.manuscript!;
  await desk.deleting.edition();
  expect(desk.newsletter.editions?.map(({ name }) => name)).not.toContain("reminder");
  expect(desk.newsletter.edition).not.toBe("2026-q4/reminder");

  desk.notices.list.at(-1)!.action!.run();
  await soon(() => expect(desk.newsletter.edition).toBe("2026-q4/reminder"));
  expect(desk.newsletter.manuscript!.text).toBe(text);
});

test("an edition that was sent, or only rehearsed, stays", async () => {
  await desk.newsletter.load("2026-q4");
  const { edition } = desk.newsletter;
  expect(desk.deleting.mayEdition).toBe(true);
  platform.mail.mailings = [{ edition, rehearsal: true, state: "finished" } as MailingView];
  await desk.deliveries.refresh();
  expect(desk.deleting.mayEdition).toBe(false);
});
