// Who the newsletter comes from and the server that takes it.
import type { Failure } from "../platform/bindings/Failure";
import type { SenderView } from "../platform/bindings/SenderView";
import { failureOf, type Platform } from "../platform/seam";

export class Settings {
  /** As it is in the file. */
  saved = $state.raw<SenderView | null>(null);
  /** As it is in the form. */
  sender = $state<SenderView>({ name: "", address: "", replyTo: "", unsubscribe: "", relay: "", quota: "" });
  failure = $state.raw<Failure | null>(null);
  busy = $state(false);
  readonly #platform: Platform;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  get changed(): boolean {
    return this.saved !== null && JSON.stringify(this.saved) !== JSON.stringify(this.sender);
  }

  async load(): Promise<void> {
    try {
      const saved = await this.#platform.call("sender", {});
      // What is typed already stays.
      if (!this.changed) this.sender = { ...saved };
      this.saved = saved;
      this.failure = null;
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
  }

  async save(): Promise<boolean> {
    this.busy = true;
    try {
      this.saved = await this.#platform.call("saveSender", { sender: $state.snapshot(this.sender) });
      this.sender = { ...this.saved };
      this.failure = null;
      return true;
    } catch (thrown) {
      this.failure = failureOf(thrown);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
