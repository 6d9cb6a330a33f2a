// Going away: to another publication, to another language, or out of the window. Nothing that is written or under way is
// lost by it, and where something is in the way, it is said.
import type { Platform } from "../platform/seam";
import { words } from "../words";
import type { Desk } from "./desk.svelte";
import { editionName } from "./naming";

export class Departure {
  /** Whether another publication is being chosen. */
  begun = $state(false);
  readonly #desk: Desk;
  readonly #platform: Platform;

  constructor(desk: Desk, platform: Platform) {
    this.#desk = desk;
    this.#platform = platform;
    platform.beforeClose(() => this.#close());
  }

  /** Leaves the publication for the welcome, where another one is chosen. */
  async begin(): Promise<void> {
    const { welcome } = this.#desk;
    if (!(await this.letGo())) return;
    await welcome.load();
    welcome.asking = "nothing";
    this.begun = true;
  }

  /** Goes back to the publication that was left: it is still open, as it was. */
  comeBack(): void {
    this.#desk.welcome.ask("nothing");
    this.begun = false;
  }

  /** Speaks another language from now on; what was written is saved first, because the window opens anew. */
  async speak(language: string): Promise<void> {
    if (!(await this.letGo())) return;
    this.#desk.viewing.keep({ language });
    location.reload();
  }

  /** Whether nothing of this publication is under way any more in this window, which opens anew; says so otherwise. */
  async letGo(): Promise<boolean> {
    const { notices, publication, sending, versions } = this.#desk;
    const [run] = sending.unfinished;
    if (run !== undefined) {
      const message = words.sending.inTheWay(editionName(run.send.edition, publication?.issues));
      notices.error(message, null, { label: words.sending.show, run: () => sending.show(run) });
      return false;
    }
    if (!(await this.#desk.settle())) return false;
    await versions.setDown();
    return true;
  }

  async #close(): Promise<boolean> {
    const desk = this.#desk;
    const anyway = { label: words.shell.closeAnyway, run: () => this.#platform.close() };
    const [run] = desk.sending.unfinished;
    if (run !== undefined) {
      const say = words.sending;
      const sending = run.startsAt === null ? say.closingSend : say.closingScheduled;
      const waits =
        run.startsAt === null && desk.sending.unfinished.some(({ startsAt }) => startsAt !== null);
      const message = run.phase.kind === "outbox" ? say.closingOutbox : sending;
      desk.notices.error(message, waits ? say.closingScheduled : null, anyway);
      return false;
    }
    if (await desk.settle()) {
      await desk.pages.keep();
      await desk.versions.setDown();
      return true;
    }
    desk.notices.error(words.shell.closing, desk.obstacle, anyway);
    return false;
  }
}
