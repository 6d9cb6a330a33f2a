// Where the lines of text stand on a page.
import type { SheetView } from "../platform/bindings/SheetView";

type Lines = Pick<SheetView, "firstBaseline" | "pitch" | "bottom">;

/** From the top of a page of this height, in points; the last one may lie a little below the margin, never half a line. */
export function baselinesOf({ firstBaseline, pitch, bottom }: Lines, height: number): readonly number[] {
  const room = height - bottom + pitch / 2 - firstBaseline;
  const count = pitch > 0 ? Math.max(0, Math.floor(room / pitch) + 1) : 0;
  return Array.from({ length: count }, (_, line) => firstBaseline + line * pitch);
}
