// Copies of the list: made, looked at, put back.
import type { BackupLine } from "../platform/bindings/BackupLine";
import type { Failure } from "../platform/bindings/Failure";
import { failureOf, type Platform } from "../platform/seam";
import { words } from "../words";

export class Backups {
  list = $state.raw<readonly BackupLine[] | null>(null);
  busy = $state(false);
  failure = $state.raw<Failure | null>(null);
  /** What putting a copy back came to. */
  said = $state<string | null>(null);
  readonly #platform: Platform;
  readonly #restored: () => void;

  constructor(platform: Platform, restored: () => void) {
    this.#platform = platform;
    this.#restored = restored;
  }

  load(): Promise<void> {
    return this.#try(async () => {
      this.list = await this.#platform.call("backups", {});
    });
  }

  make(): Promise<void> {
    return this.#try(async () => {
      this.list = await this.#platform.call("backUp", {});
    });
  }

  restore(name: string): Promise<void> {
    return this.#try(async () => {
      const { people } = await this.#platform.call("restore", { name });
      this.said = words.settings.backups.restored(people);
      this.list = await this.#platform.call("backups", {});
      this.#restored();
    });
  }

  async #try(work: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.failure = null;
    this.said = null;
    try {
      await work();
    } catch (thrown) {
      this.failure = failureOf(thrown);
    } finally {
      this.busy = false;
    }
  }
}
