// Parts of the list that are kept under a name, each with how many people are in it now.
import type { Failure } from "../platform/bindings/Failure";
import type { SegmentView } from "../platform/bindings/SegmentView";
import { failureOf, type Platform } from "../platform/seam";

export class Segments {
  list = $state.raw<readonly SegmentView[]>([]);
  /** Whether they are on the screen. */
  open = $state(false);
  failure = $state.raw<Failure | null>(null);
  readonly #platform: Platform;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  load(): Promise<void> {
    return this.#try(async () => {
      this.list = await this.#platform.call("segments", {});
    });
  }

  save(name: string, expression: string): Promise<void> {
    return this.#try(async () => {
      await this.#platform.call("saveSegment", { name, expression });
      this.list = await this.#platform.call("segments", {});
    });
  }

  remove(name: string): Promise<void> {
    return this.#try(async () => {
      await this.#platform.call("removeSegment", { name });
      this.list = await this.#platform.call("segments", {});
    });
  }

  async #try(work: () => Promise<void>): Promise<void> {
    this.failure = null;
    try {
      await work();
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
  }
}
