// The earlier versions of an article, and what to say when the last window ended without a word.
import type { Failure } from "../platform/bindings/Failure";
import type { InterruptedView } from "../platform/bindings/InterruptedView";
import type { VersionLine } from "../platform/bindings/VersionLine";
import { failureOf, type Platform } from "../platform/seam";
import type { Manuscript } from "./manuscript.svelte";

export class Versions {
  /** The article whose versions are on the screen. */
  manuscript = $state.raw<Manuscript | null>(null);
  list = $state.raw<readonly VersionLine[] | null>(null);
  /** The version that is compared, and its text. */
  shown = $state.raw<{ readonly name: string; readonly text: string } | null>(null);
  failure = $state.raw<Failure | null>(null);
  readonly #platform: Platform;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  /** Shows the versions of an article, the newest first. */
  async open(manuscript: Manuscript): Promise<void> {
    this.manuscript = manuscript;
    this.list = null;
    this.shown = null;
    this.failure = null;
    const { issue, slug } = manuscript;
    await this.#try(async () => {
      this.list = await this.#platform.call("versions", { issue, slug });
      const first = this.list[0];
      if (first) await this.show(first.name);
    });
  }

  async show(version: string): Promise<void> {
    const { manuscript } = this;
    if (manuscript === null) return;
    const { issue, slug } = manuscript;
    await this.#try(async () => {
      const text = await this.#platform.call("readVersion", { issue, slug, version });
      this.shown = { name: version, text };
    });
  }

  /** Takes the version that is shown in place of the text; undo takes that back. */
  restore(): void {
    if (this.shown === null) return;
    this.manuscript?.restore(this.shown.text);
    this.close();
  }

  close(): void {
    this.manuscript = null;
  }

  /** What was being written when a window ended without a word. */
  async interrupted(): Promise<InterruptedView | null> {
    return await this.#platform.call("interrupted", {}).catch(() => null);
  }

  /** Nothing of this window will have to be told the next time. */
  async setDown(): Promise<void> {
    await this.#platform.call("setDown", {}).catch(() => false);
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
  }
}
