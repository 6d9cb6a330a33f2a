// How wide words are in the small letters of the board. Where nothing can be drawn, everything finds room.

const probe = typeof document === "undefined" ? null : document.createElement("canvas").getContext("2d");
const known = new Map<string, number>();

/** CSS pixels. */
export function widthOf(text: string): number {
  if (probe === null) return 0;
  const before = known.get(text);
  if (before !== undefined) return before;
  const { fontFamily } = getComputedStyle(document.body);
  probe.font = `400 12px ${fontFamily}`;
  const { width } = probe.measureText(text);
  known.set(text, width);
  return width;
}
