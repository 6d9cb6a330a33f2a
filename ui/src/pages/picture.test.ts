import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PictureSlot } from "./picture";

let decoders: { resolve: () => void; reject: () => void }[] = [];

beforeEach(() => {
  decoders = [];
  HTMLImageElement.prototype.decode = () =>
    new Promise<void>((resolve, reject) =>
      decoders.push({ resolve, reject: () => reject(new Error("gone")) }),
    );
});
afterEach(() => vi.restoreAllMocks());

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
  const made = new PictureSlot(host, swapped, () => {});
  return { host, made, swapped, src: () => host.querySelector("img")?.getAttribute("src") ?? null };
}

test("the old picture stays until the new one is decoded", async () => {
  const { made, src, swapped } = slot();
  made.want(want("a", 50));
  expect(src()).toBeNull();
  decoders[0]!.resolve();
  await vi.waitFor(() => expect(src()).toBe("a/50"));
  made.want(want("b", 50));
  expect(src()).toBe("a/50");
  decoders[1]!.resolve();
  await vi.waitFor(() => expect(src()).toBe("b/50"));
  expect(swapped).toHaveBeenNthCalledWith(1, false);
  expect(swapped).toHaveBeenNthCalledWith(2, true);
});

test("of the pictures wanted during a decode only the newest is fetched", async () => {
  const { made, src } = slot();
  for (const hash of ["a", "b", "c"]) made.want(want(hash, 50));
  decoders[0]!.resolve();
  await vi.waitFor(() => expect(decoders).toHaveLength(2));
  decoders[1]!.resolve();
  await vi.waitFor(() => expect(src()).toBe("c/50"));
});

test("a page that did not change keeps its sharp picture while another is written", async () => {
  const { made } = slot();
  made.want(want("a", 150));
  decoders[0]!.resolve();
  await Promise.resolve();
  made.want(want("a", 96));
  expect(decoders).toHaveLength(1);
});

test("a picture that is gone does not stop the next one", async () => {
  const { made, src } = slot();
  made.want(want("a", 50));
  decoders[0]!.reject();
  await Promise.resolve();
  await Promise.resolve();
  made.want(want("b", 50));
  decoders[1]!.resolve();
  await vi.waitFor(() => expect(src()).toBe("b/50"));
});
