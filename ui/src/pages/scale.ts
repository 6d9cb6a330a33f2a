// How large pages are drawn, and how sharp their pictures must be for it.
import type { PageView } from "../platform/bindings/PageView";
import type { Zoom } from "../state/viewing.svelte";

/** CSS pixels a point at 100 %: a CSS inch is 96 pixels, a point 1/72 of it. */
const PX_PER_POINT = 96 / 72;
/** Room beside a spread, on both sides together. */
export const MARGIN = 32;
/** While keys fall no picture is sharper than this: one of 108 ppi is on the screen a frame after it is asked for. */
const TYPING_PPI = 108;
const MOST_PPI = 300;

/** CSS pixels a point, so that the pages fit the room as the writer wants. */
export function scaleFor(zoom: Zoom, room: number, pages: readonly PageView[]): number {
  if (typeof zoom === "number") return (zoom / 100) * PX_PER_POINT;
  const width = Math.max(1, ...pages.map((page) => page.width));
  const across = zoom === "spread" ? width * 2 : width;
  return Math.max(0.05, (room - MARGIN) / across);
}

export const percentOf = (scale: number): number => Math.round((scale / PX_PER_POINT) * 100);

/** One pixel of the picture for one of the screen, once nobody types. */
export function ppiFor(scale: number, settled: boolean): number {
  const exact = Math.min(MOST_PPI, Math.ceil(scale * 72 * (globalThis.devicePixelRatio || 1)));
  return settled ? exact : Math.min(exact, TYPING_PPI);
}
