// Deleting the open article or edition. It is gone at once and can be put back: nobody is asked whether they are sure.
import { tick } from "svelte";
import type { Failure } from "../platform/bindings/Failure";
import { failureOf, type Platform } from "../platform/seam";
import { words } from "../words";
import type { Desk } from "./desk.svelte";
import { editionName } from "./naming";
import { standingOf } from "./standing";

export class Deleting {
  /** What is under way, with all that waits for it; it never fails. */
  #work: Promise<void> | null = null;
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
    if (manuscript === null) return;
    await this.#once(async () => {
      if (!(await this.#desk.settle())) return;
      const { issue, slug, revision } = manuscript;
      await this.#platform.call("deleteArticle", { issue, slug, revision });
      // What was typed in the meantime included.
      const { text } = manuscript;
      await this.#desk.letArticleGo(manuscript);
      this.#say(title, async () => {
        await this.#platform.call("putArticleBack", { issue, slug, text });
        if (await this.#show(issue)) await this.#desk.openArticle(slug);
      });
      await this.#show(issue);
    });
  }

  async edition(): Promise<void> {
    const { newsletter } = this.#desk;
    const { edition, manuscript } = newsletter;
    if (edition === null || manuscript === null) return;
    await this.#once(async () => {
      if (!(await newsletter.settle())) return;
      await this.#platform.call("deleteEdition", { edition, revision: manuscript.revision });
      const { text } = manuscript;
      await newsletter.letGo(edition);
      this.#say(editionName(edition, this.#desk.publication?.issues), async () => {
        await this.#platform.call("putEditionBack", { edition, text });
        await newsletter.bringBack(edition);
      });
    });
  }

  /** Reads the articles of an issue anew, unless another one is open; answers whether it is. */
  async #show(issue: string): Promise<boolean> {
    const view = await this.#platform.call("issue", { issue });
    return this.#desk.beginning.take(view);
  }

  #say(name: string, back: () => Promise<void>): void {
    const { notices } = this.#desk;
    const run = (): void => void this.#next(back, failed);
    const action = { label: words.begin.putBack, run };
    // The way back stays until it was gone.
    const failed = ({ message, hint }: Failure): void => {
      const why = [message, hint].filter(Boolean).join(". ");
      notices.stay(words.begin.notBack(name), why, action, "error");
    };
    notices.done(words.begin.deleted(name), action);
  }

  /** One at a time: the second press of a double one would be of the text that is open by then. */
  async #once(work: () => Promise<void>): Promise<void> {
    const { notices } = this.#desk;
    if (this.#work === null) await this.#next(work, ({ message, hint }) => notices.error(message, hint));
  }

  /** Does it when all before it is done. */
  async #next(work: () => Promise<void>, failed: (failure: Failure) => void): Promise<void> {
    const before = this.#work;
    const mine = (async () => {
      await before;
      await this.#do(work, failed);
    })();
    this.#work = mine;
    await mine;
    if (this.#work === mine) this.#work = null;
  }

  async #do(work: () => Promise<void>, failed: (failure: Failure) => void): Promise<void> {
    try {
      await work();
      // What was pressed is gone, and the keys with it.
      await tick();
      this.#desk.editor?.focus();
    } catch (thrown) {
      failed(failureOf(thrown));
    }
  }
}
