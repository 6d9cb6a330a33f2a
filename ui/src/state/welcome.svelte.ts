// Before a publication is open: which ones this computer knows, where a new one goes, and the sample.
import type { Failure } from "../platform/bindings/Failure";
import type { FoldersView } from "../platform/bindings/FoldersView";
import type { WelcomeView } from "../platform/bindings/WelcomeView";
import { failureOf, type Platform } from "../platform/seam";

/** What the welcome asks for next. */
export type Asking = "nothing" | "open" | "new";

export class Welcome {
  view = $state.raw<WelcomeView | null>(null);
  asking = $state<Asking>("nothing");
  /** The folder that is looked into. */
  folders = $state.raw<FoldersView | null>(null);
  busy = $state(false);
  failure = $state.raw<Failure | null>(null);
  readonly #platform: Platform;
  /** Shows the publication that is open now; `first` when somebody begins with it. */
  readonly #enter: (first: boolean) => Promise<void>;

  constructor(platform: Platform, enter: (first: boolean) => Promise<void>) {
    this.#platform = platform;
    this.#enter = enter;
  }

  load(): Promise<void> {
    return this.#try(async () => {
      this.view = await this.#platform.call("welcome", {});
    });
  }

  ask(asking: Asking): void {
    this.asking = asking;
    this.failure = null;
    if (asking !== "nothing") void this.browse(null);
  }

  browse(folder: string | null): Promise<void> {
    return this.#try(async () => {
      this.folders = await this.#platform.call("folders", { folder });
    });
  }

  open(folder: string): Promise<void> {
    return this.#try(async () => {
      await this.#platform.call("openPublication", { folder });
      await this.#entered(false);
    });
  }

  begin(name: string, language: string): Promise<void> {
    const place = this.folders?.folder ?? this.view?.place ?? "";
    return this.#try(async () => {
      await this.#platform.call("newPublication", { place, name, language });
      await this.#entered(true);
    });
  }

  sample(): Promise<void> {
    return this.#try(async () => {
      await this.#platform.call("openSample", {});
      await this.#entered(true);
    });
  }

  async #entered(first: boolean): Promise<void> {
    this.asking = "nothing";
    await this.#enter(first);
  }

  async #try(work: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.failure = null;
    try {
      await work();
    } catch (thrown) {
      this.failure = failureOf(thrown);
    } finally {
      this.busy = false;
    }
  }
}
