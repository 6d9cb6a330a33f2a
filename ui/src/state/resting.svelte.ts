// Nobody at the window: the page engine gives its memory back, and is ready again when somebody is.
import type { Platform } from "../platform/seam";

export const REST_AFTER_MS = 120_000;
const SIGNS = ["keydown", "pointerdown", "pointermove", "wheel", "focus"] as const;

/** The article that is written on. */
export interface OpenText {
  readonly issue: string;
  readonly slug: string;
}

export class Resting {
  #rests = false;
  #sign = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #platform: Platform;
  readonly #open: () => OpenText | null;

  constructor(platform: Platform, open: () => OpenText | null) {
    this.#platform = platform;
    this.#open = open;
  }

  /** Looks for signs of somebody; what it gives ends that. */
  watch(target: EventTarget): () => void {
    const sign = (): void => this.#seen();
    this.#sign = performance.now();
    this.#wait(REST_AFTER_MS);
    for (const name of SIGNS) target.addEventListener(name, sign, { capture: true, passive: true });
    return () => {
      clearTimeout(this.#timer);
      for (const name of SIGNS) target.removeEventListener(name, sign, { capture: true });
    };
  }

  #seen(): void {
    this.#sign = performance.now();
    if (!this.#rests) return;
    this.#rests = false;
    this.#wait(REST_AFTER_MS);
    const open = this.#open();
    if (open === null) return;
    const { issue, slug } = open;
    // What cannot be made ready ahead is made ready when it is asked for, and then says why it cannot.
    void this.#platform.call("wake", { issue, slug }).catch(() => false);
  }

  #wait(long: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#rest(), long);
  }

  async #rest(): Promise<void> {
    const left = REST_AFTER_MS - (performance.now() - this.#sign);
    if (left > 0) return this.#wait(left);
    this.#rests = true;
    const rests = await this.#platform.call("rest", {}).catch(() => false);
    // It is at work, for nobody who sits here: a longer pause will come.
    if (!rests && this.#rests) {
      this.#rests = false;
      this.#wait(REST_AFTER_MS);
    }
  }
}
