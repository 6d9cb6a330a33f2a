// Deleting the open article or edition. It is gone at once and can be put back: nobody is asked whether they are sure.
import { failureOf, type Platform } from "../platform/seam";
import { words } from "../words";
import type { Desk } from "./desk.svelte";
import { editionName } from "./naming";
import { standingOf } from "./standing";

export class Deleting {
  readonly #desk: Desk;
  readonly #platform: Platform;

  constructor(desk: Desk, platform: Platform) {
    this.#desk = desk;
    this.#platform = platform;
  }

  /** Whether the open article may go: one with a place is taken out of the running order first. */
  get mayArticle(): boolean {
    return this.#desk.articles.find(({ open }) => open)?.line.placed === false;
  }

  /** Whether the open edition may go: one that was sent stays, so that it can be told what people got. */
  get mayEdition(): boolean {
    const { deliveries, newsletter, sending } = this.#desk;
    const { line } = newsletter;
    if (line === null || deliveries.mailings?.some(({ edition }) => edition === line.edition)) return false;
    return standingOf(line, sending, null) === null;
  }

  async article(): Promise<void> {
    const { manuscript, title } = this.#desk;
    if (manuscript === null || !(await this.#desk.settle())) return;
    const { issue, slug, text, revision } = manuscript;
    await this.#told(async () => {
      const view = await this.#platform.call("deleteArticle", { issue, slug, revision });
      await this.#desk.letArticleGo(slug);
      this.#desk.beginning.take(view);
      this.#say(title, async () => {
        const again = await this.#platform.call("putArticleBack", { issue, slug, text });
        if (this.#desk.beginning.take(again)) await this.#desk.openArticle(slug);
      });
    });
  }

  async edition(): Promise<void> {
    const { newsletter } = this.#desk;
    const { edition, manuscript } = newsletter;
    if (edition === null || manuscript === null || !(await newsletter.settle())) return;
    const { text, revision } = manuscript;
    await this.#told(async () => {
      await this.#platform.call("deleteEdition", { edition, revision });
      await newsletter.letGo(edition);
      this.#say(editionName(edition, this.#desk.publication?.issues), async () => {
        await this.#platform.call("putEditionBack", { edition, text });
        await newsletter.bringBack(edition);
      });
    });
  }

  #say(name: string, back: () => Promise<void>): void {
    const action = { label: words.begin.putBack, run: () => void this.#told(back) };
    this.#desk.notices.done(words.begin.deleted(name), action);
  }

  async #told(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      const { message, hint } = failureOf(thrown);
      this.#desk.notices.error(message, hint);
    }
  }
}
