import { undo } from "@codemirror/commands";
import { expect, test } from "vitest";
import { FakePlatform } from "../platform/fake/platform";
import { Desk } from "./desk.svelte";
import { soon } from "../tests.soon";

async function open(): Promise<{ desk: Desk; platform: FakePlatform }> {
  const platform = new FakePlatform();
  const desk = new Desk(platform, null);
  await desk.open();
  await soon(() => expect(desk.pages.busy).toBe(false));
  return { desk, platform };
}

const fixable = (desk: Desk, slug: string) =>
  desk.preflight.list.find((finding) => finding.slug === slug && finding.fix !== null)!;

test("findings stand by article, the issue's own first, each article's in the order of its text", async () => {
  const { desk } = await open();
  const { groups } = desk.preflight;
  expect(groups.slice(0, 2).map(({ title }) => title)).toEqual(["The issue", "Editor’s letter"]);
  const bytes = groups[1]!.findings.map(({ byte }) => byte!);
  expect(bytes).toEqual(bytes.toSorted((a, b) => a - b));
  expect(bytes.length).toBeGreaterThan(1);
});

test("stepping goes through all findings and round, and opens the article of each", async () => {
  const { desk } = await open();
  const { list } = desk.preflight;
  const seen: (string | null)[] = [];
  for (let time = 0; time < list.length; time++) {
    await desk.preflight.step(1);
    seen.push(desk.preflight.at);
  }
  expect(new Set(seen).size).toBe(list.length);
  expect(desk.manuscript?.slug).toBe(list.at(-1)!.slug);
  expect(desk.manuscript!.byte).toBe(list.at(-1)!.byte);
  await desk.preflight.step(1);
  expect(desk.preflight.at).toBe(seen[0]);
  await desk.preflight.step(-1);
  expect(desk.preflight.at).toBe(seen.at(-1));
});

test("a fix in the open article is one change, taken back by one undo, and the finding goes", async () => {
  const { desk, platform } = await open();
  const before = desk.manuscript!.text;
  desk.manuscript!.apply({ changes: { from: before.length, insert: "x" }, userEvent: "input.type" });
  await desk.preflight.fix(fixable(desk, "letter"));
  expect(desk.manuscript!.text).toBe(`${before}x`.replace("### Saved", "## Saved"));
  await soon(() => expect(fixable(desk, "letter")).toBeUndefined());
  desk.manuscript!.run(undo);
  expect(desk.manuscript!.text).toBe(`${before}x`);
  expect(platform.calls.filter(({ method }) => method === "applyFix")).toHaveLength(0);
});

test("a fix goes where the words are now, not where they were when it was found", async () => {
  const { desk, platform } = await open();
  const finding = fixable(desk, "letter");
  platform.delay = 20;
  const at = desk.manuscript!.text.indexOf("Every city");
  desk.manuscript!.apply({ changes: { from: at, insert: "Și încă un rând. " } });
  const expected = desk.manuscript!.text.replace("### Saved", "## Saved");
  await desk.preflight.fix(finding);
  expect(desk.manuscript!.text).toBe(expected);
});

test("a fix in a file that is not open is made by the desk, on disk", async () => {
  const { desk, platform } = await open();
  await desk.preflight.fix(fixable(desk, "orasul"));
  expect(platform.texts.get("orasul")).toContain("\n## Saved, not spent");
  expect(desk.manuscript?.slug).toBe("letter");
  await soon(() => expect(fixable(desk, "orasul")).toBeUndefined());
});

test("a fix of a file that changed meanwhile is refused and said", async () => {
  const { desk, platform } = await open();
  const finding = fixable(desk, "audit");
  const theirs = `${"ă".repeat(40)}${platform.texts.get("audit")!}`;
  platform.changeOutside("audit", theirs);
  await desk.preflight.fix(finding);
  expect(platform.texts.get("audit")).toBe(theirs);
  expect(desk.notices.list.at(-1)?.message).toContain("has changed since");
});
