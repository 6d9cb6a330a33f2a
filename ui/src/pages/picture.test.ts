import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PictureSlot } from "./picture";
import { Turns } from "./turns";
import { soon } from "../tests.soon";

let decoders: { resolve: () => void; reject: () => void }[] = [];

beforeEach(() => {
  decoders = [];
  HTMLImageElement.prototype.decode = () =>
    new Promise<void>((resolve, reject) =>
      decoders.push({ resolve, reject: () => reject(new Error("gone")) }),
    );
});
afterEach(() => vi.restoreAllMocks());

/** The decoder that was asked as the nth; a slot asks once it has its turn. */
async function decoder(nth: number): Promise<{ resolve: () => void; reject: () => void }> {
  await soon(() => expect(decoders.length).toBeGreaterThan(nth));
  return decoders[nth]!;
}

const want = (hash: string, ppi: number): { hash: string; ppi: number; url: string } => ({
  hash,
  ppi,
  url: `${hash}/${ppi}`,
});

function slot(): {
  host: HTMLElement;
  made: PictureSlot;
  swapped: (newPage: boolean) => void;
  src: () => string | null;
} {
  const host = document.createElement("span");
  const swapped = vi.fn();
  const made = new PictureSlot(host, swapped, () => {}, new Turns());
  return { host, made, swapped, src: () => host.querySelector("img")?.getAttribute("src") ?? null };
}

test("the old picture stays until the new one is decoded", async () => {
  const { made, src, swapped } = slot();
  made.want(want("a", 50));
  expect(src()).toBeNull();
  (await decoder(0)).resolve();
  await soon(() => expect(src()).toBe("a/50"));
  made.want(want("b", 50));
  expect(src()).toBe("a/50");
  (await decoder(1)).resolve();
  await soon(() => expect(src()).toBe("b/50"));
  expect(swapped).toHaveBeenNthCalledWith(1, false);
  expect(swapped).toHaveBeenNthCalledWith(2, true);
});

test("of the pictures wanted during a decode only the newest is fetched", async () => {
  const { made, src } = slot();
  made.want(want("d", 50));
  await decoder(0);
  for (const hash of ["e", "f", "g"]) made.want(want(hash, 50));
  (await decoder(0)).resolve();
  await decoder(1);
  expect(decoders).toHaveLength(2);
  (await decoder(1)).resolve();
  await soon(() => expect(src()).toBe("g/50"));
});

test("a page that did not change keeps its sharp picture while another is written", async () => {
  const { made, src } = slot();
  made.want(want("h", 150));
  (await decoder(0)).resolve();
  await soon(() => expect(src()).toBe("h/150"));
  made.want(want("h", 96));
  await new Promise((done) => setTimeout(done, 20));
  expect(decoders).toHaveLength(1);
});

test("a picture that is gone does not stop the next one", async () => {
  const { made, src } = slot();
  made.want(want("i", 50));
  (await decoder(0)).reject();
  await new Promise((done) => setTimeout(done));
  made.want(want("b", 50));
  (await decoder(1)).resolve();
  await soon(() => expect(src()).toBe("b/50"));
});

test("a picture that is refused is asked for once more before anybody is told", async () => {
  const failed = vi.fn();
  const host = document.createElement("span");
  const made = new PictureSlot(host, () => {}, failed, new Turns());
  made.want(want("h", 50));
  (await decoder(0)).reject();
  (await decoder(1)).resolve();
  await soon(() => expect(host.querySelector("img")).not.toBeNull());
  expect(failed).not.toHaveBeenCalledWith(true);
  made.want(want("i", 50));
  (await decoder(2)).reject();
  (await decoder(3)).reject();
  await soon(() => expect(failed).toHaveBeenCalledWith(true));
});

test("a page that was drawn elsewhere stands in, coarse, until its own picture is there", async () => {
  const thumbnail = slot();
  thumbnail.made.want(want("j", 12));
  (await decoder(0)).resolve();
  await soon(() => expect(thumbnail.src()).toBe("j/12"));
  const page = slot();
  page.made.want(want("j", 96));
  const [coarse, sharp] = [await decoder(1), await decoder(2)];
  coarse.resolve();
  await soon(() => expect(page.src()).toBe("j/12"));
  sharp.resolve();
  await soon(() => expect(page.src()).toBe("j/96"));
});
