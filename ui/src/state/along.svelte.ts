// The text and its pages go along with each other: a click on a page leads to the words, the cursor to its page.
import type { PagePlace } from "../platform/bindings/PagePlace";
import type { Platform } from "../platform/seam";
import { words } from "../words";
import type { Desk } from "./desk.svelte";
import { Pause } from "./latest";

const FOLLOW_AFTER_MS = 250;

export class Along {
  readonly #desk: Desk;
  readonly #platform: Platform;
  readonly #follow = new Pause(() => void this.#followCursor(), FOLLOW_AFTER_MS);

  constructor(desk: Desk, platform: Platform) {
    this.#desk = desk;
    this.#platform = platform;
  }

  /** A click on a page, in points from its top left corner: the cursor goes where that was written. */
  async click(page: number, x: number, y: number): Promise<void> {
    const { pages, manuscript, notices } = this.#desk;
    const place = await this.#platform.call("click", { issue: pages.issue, page, x, y });
    if (place !== null) return await this.#desk.openArticle(place.slug, place.byte);
    const slug = pages.list.find(({ number }) => number === page)?.slug ?? null;
    if (slug !== null && slug !== manuscript?.slug) await this.#desk.openArticle(slug);
    else notices.info(words.pages.nothingThere);
  }

  /** Brings the page of the cursor into view and shows where on it the cursor stands. */
  async show(): Promise<void> {
    const { viewing, pages, notices } = this.#desk;
    const place = await this.#locate();
    if (place === null) return notices.info(words.pages.notShown);
    viewing.pane = "pages";
    pages.goTo(place.page, place, true);
  }

  /** The cursor moved: its page comes after it, where the writer likes that. */
  touch(): void {
    if (this.#desk.viewing.kept.follow) this.#follow.touch();
  }

  #locate(): Promise<PagePlace | null> {
    const { manuscript } = this.#desk;
    if (manuscript === null) return Promise.resolve(null);
    const { issue, slug, byte } = manuscript;
    return this.#platform.call("locate", { issue, slug, byte });
  }

  async #followCursor(): Promise<void> {
    const { pages } = this.#desk;
    if (!pages.settled) return this.#follow.touch();
    try {
      const place = await this.#locate();
      if (place !== null) pages.goTo(place.page, place);
    } catch {
      // Following is a courtesy: a place that cannot be found now is found after the next key.
    }
  }
}
