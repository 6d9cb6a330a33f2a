// One page's picture on the screen. A new one is fetched and decoded aside and then put in the old one's place, so the
// page never blinks; while one is fetched, only the newest of those asked for meanwhile comes next.

export interface Wanted {
  readonly hash: string;
  readonly ppi: number;
  readonly url: string;
}

export class PictureSlot {
  #host: HTMLElement;
  #shown: Wanted | null = null;
  #wanted: Wanted | null = null;
  #fetching = false;
  readonly #swapped: (newPage: boolean) => void;
  readonly #failed: (failed: boolean) => void;

  /** `swapped` hears of each new picture, and whether it shows another page rather than a sharper one. */
  constructor(host: HTMLElement, swapped: (newPage: boolean) => void, failed: (failed: boolean) => void) {
    this.#host = host;
    this.#swapped = swapped;
    this.#failed = failed;
  }

  want(wanted: Wanted): void {
    this.#wanted = wanted;
    if (!this.#fetching) void this.#fetch();
  }

  stop(): void {
    this.#wanted = null;
  }

  async #fetch(): Promise<void> {
    this.#fetching = true;
    for (let next = this.#next(); next !== null; next = this.#next()) {
      const image = new Image();
      image.alt = "";
      image.draggable = false;
      image.src = next.url;
      try {
        await image.decode();
        if (this.#wanted !== null) this.#swap(image, next);
      } catch {
        // The page may have changed while its picture was made: then a newer one is wanted already.
        if (this.#wanted === next) {
          this.#wanted = null;
          this.#failed(true);
        }
      }
    }
    this.#fetching = false;
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
