// Which rows of a long table are in sight: of a million, only those and a few around them are there at all.

/** CSS pixels of a row. */
const HEIGHT = 32;
/** WebKit makes no element taller than 33,554,428 pixels; beyond, a pixel of scrolling is more than a row. */
const TALLEST = 33_000_000;
const AROUND = 8;

export interface Sight {
  /** How tall all rows together are made. */
  readonly body: number;
  /** Rows that fit into what is seen. */
  readonly rows: number;
  /** The row at the top of what is seen. */
  readonly topmost: number;
  /** The first and the last row that are there. */
  readonly first: number;
  readonly last: number;
  /** Where the first of them stands in the body. */
  readonly offset: number;
}

/** What is in sight of `total` rows, scrolled by `top` in a room of the height `seen`. */
export function sightOf(total: number, top: number, seen: number): Sight {
  const body = Math.min(TALLEST, total * HEIGHT);
  const exact = body === total * HEIGHT;
  const rows = Math.ceil(seen / HEIGHT);
  const share = top / Math.max(1, body - seen);
  const topmost = exact ? Math.floor(top / HEIGHT) : Math.round(share * Math.max(0, total - rows));
  const first = Math.max(0, Math.min(topmost - AROUND, total - 1));
  const last = Math.min(total - 1, topmost + rows + AROUND);
  const offset = exact ? first * HEIGHT : top - (topmost - first) * HEIGHT;
  return { body, rows, topmost, first, last, offset };
}

/** How far to scroll so that a row is in sight; nothing where it is already. */
export function scrollTo(
  at: number,
  total: number,
  { body, rows, topmost }: Sight,
  seen: number,
): number | null {
  if (at >= topmost && at < topmost + rows - 2) return null;
  const wanted = Math.max(0, at < topmost ? at : at - rows + 3);
  if (body === total * HEIGHT) return wanted * HEIGHT;
  return (wanted / Math.max(1, total - rows)) * (body - seen);
}
