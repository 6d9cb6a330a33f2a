import { expect, test } from "vitest";
import { FakePlatform } from "../platform/fake/platform";
import { Desk } from "./desk.svelte";
import { type Described, written } from "./illustrating.svelte";

const plain: Described = { alt: "A tram", caption: "", credit: "", width: "column" };
const picture = new File([new Uint8Array([1])], "tram.png", { type: "image/png" });

async function open(): Promise<{ platform: FakePlatform; desk: Desk }> {
  const platform = new FakePlatform();
  const desk = new Desk(platform, null);
  await desk.open();
  return { platform, desk };
}

test.each([
  [plain, "![A tram](media/a.png)"],
  [{ ...plain, caption: 'The "red" line' }, '![A tram](media/a.png "The \\"red\\" line")'],
  [
    { ...plain, alt: "A [tram]\nat night", credit: 'Ana "A" Pop', width: "wide" as const },
    '![A \\[tram\\] at night](media/a.png){.wide credit="Ana ”A” Pop"}',
  ],
])("a picture is written as the dialect has it %#", (described, text) =>
  expect(written("media/a.png", described)).toBe(text),
);

test("a described picture stands below the line with the cursor, apart from it", async () => {
  const { platform, desk } = await open();
  const manuscript = desk.manuscript!;
  const before = manuscript.text;
  desk.illustrating.begin(manuscript, [picture]);
  await desk.illustrating.place(plain);
  expect(platform.handed).toEqual(["tram.png"]);
  expect(manuscript.text).toContain("\n\n![A tram](media/tram.png)\n");
  expect(manuscript.text.replace(/\n+!\[A tram\]\(media\/tram\.png\)/, "")).toHaveLength(before.length);
  expect(desk.illustrating.file).toBeNull();
});

test("who changes their mind leaves nothing behind", async () => {
  const { platform, desk } = await open();
  const before = desk.manuscript!.text;
  desk.illustrating.begin(desk.manuscript!, [picture, picture]);
  desk.illustrating.leave();
  expect(desk.illustrating.file).toBeNull();
  expect(platform.handed).toEqual([]);
  expect(desk.manuscript!.text).toBe(before);
});

test("a picture that cannot be kept stays to be tried again", async () => {
  const { platform, desk } = await open();
  platform.failNext.addPicture = { code: "disk", message: "the disk is full", hint: null, place: null };
  desk.illustrating.begin(desk.manuscript!, [picture]);
  await desk.illustrating.place(plain);
  expect(desk.illustrating.failure?.message).toBe("the disk is full");
  expect(desk.illustrating.file).not.toBeNull();
  await desk.illustrating.place(plain);
  expect(desk.manuscript!.text).toContain("![A tram](media/tram.png)");
});

test("a web view that hands over no picture is helped out by the desk", async () => {
  const { platform, desk } = await open();
  await desk.illustrating.beginFromClipboard(desk.manuscript!);
  expect(desk.illustrating.file).toBeNull();
  platform.clipboard = picture;
  await desk.illustrating.beginFromClipboard(desk.manuscript!);
  expect(desk.illustrating.file?.name).toBe("tram.png");
});
