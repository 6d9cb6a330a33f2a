// One page's picture on the screen. A new one is fetched and decoded aside and then put in the old one's place, so the
// page never blinks; while one is fetched, only the newest of those asked for meanwhile comes next. Where nothing is
// shown yet, a coarser picture of the same page that was drawn elsewhere stands in.
import { turns as shared, type Turns } from "./turns";

export interface Wanted {
  readonly hash: string;
  readonly ppi: number;
  readonly url: string;
}

/** The last pictures that were drawn, by page; enough for the thumbnails of a long issue. */
const drawn = new Map<string, Wanted>();
const REMEMBERED = 400;

/** A picture that was refused is asked for once more after this long: the pages may have changed meanwhile. */
const AGAIN_MS = 600;

function remember(wanted: Wanted): void {
  const known = drawn.get(wanted.hash);
  if (known !== undefined && known.ppi >= wanted.ppi) return;
  drawn.delete(wanted.hash);
  drawn.set(wanted.hash, wanted);
  if (drawn.size > REMEMBERED) drawn.delete(drawn.keys().next().value!);
}

export class PictureSlot {
  /** How much the picture is wanted: 2 when it is in sight, 1 soon, 0 not now. */
  urgency = 2;
  #host: HTMLElement;
  #shown: Wanted | null = null;
  #wanted: Wanted | null = null;
  #fetching = false;
  /** What was refused once. */
  #refused: Wanted | null = null;
  #stopped = false;
  readonly #swapped: (newPage: boolean) => void;
  readonly #failed: (failed: boolean) => void;
  readonly #turns: Turns;

  /** `swapped` hears of each new picture, and whether it shows another page rather than a sharper one. */
  constructor(
    host: HTMLElement,
    swapped: (newPage: boolean) => void,
    failed: (failed: boolean) => void,
    turns = shared,
  ) {
    this.#host = host;
    this.#swapped = swapped;
    this.#failed = failed;
    this.#turns = turns;
  }

  want(wanted: Wanted): void {
    this.#wanted = wanted;
    if (this.#shown === null) void this.#standIn(wanted);
    if (!this.#fetching) void this.#fetch();
  }

  stop(): void {
    this.#wanted = null;
    this.#stopped = true;
  }

  /** The page's own picture of another size comes from the window's memory, not from the desk. */
  async #standIn(wanted: Wanted): Promise<void> {
    const coarse = drawn.get(wanted.hash);
    if (coarse === undefined || coarse.ppi >= wanted.ppi) return;
    try {
      const image = await load(coarse.url);
      if (this.#shown === null && this.#wanted?.hash === coarse.hash) this.#swap(image, coarse);
    } catch {
      // The picture itself is on its way.
    }
  }

  async #fetch(): Promise<void> {
    this.#fetching = true;
    while (this.#next() !== null) {
      const over = await this.#turns.next(() => (this.#next() === null ? Infinity : this.urgency));
      const next = this.#next();
      try {
        if (next !== null) await this.#take(next);
      } finally {
        over();
      }
    }
    this.#fetching = false;
  }

  async #take(next: Wanted): Promise<void> {
    try {
      const image = await load(next.url);
      remember(next);
      if (this.#wanted !== null) this.#swap(image, next);
    } catch {
      // The page may have changed while its picture was made: then a newer one is wanted already, or soon.
      if (this.#wanted !== next) return;
      this.#wanted = null;
      if (this.#refused === next) return this.#failed(true);
      this.#refused = next;
      setTimeout(() => {
        if (this.#wanted === null && !this.#stopped) this.want(next);
      }, AGAIN_MS);
    }
  }

  #next(): Wanted | null {
    const wanted = this.#wanted;
    if (wanted === null) return null;
    const enough = this.#shown?.hash === wanted.hash && this.#shown.ppi >= wanted.ppi;
    return enough ? null : wanted;
  }

  #swap(image: HTMLImageElement, shown: Wanted): void {
    const newPage = this.#shown !== null && this.#shown.hash !== shown.hash;
    this.#shown = shown;
    this.#host.replaceChildren(image);
    this.#failed(false);
    this.#swapped(newPage);
  }
}

async function load(url: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.alt = "";
  image.draggable = false;
  image.src = url;
  await image.decode();
  return image;
}
