// Trying out what sends: the relay's password, whether it takes the sign-in, and a copy to oneself.
import type { Failure } from "../platform/bindings/Failure";
import { failureOf, type Platform } from "../platform/seam";
import type { Viewing } from "./viewing.svelte";

export class Trial {
  /** Where the relay's password is; null when no relay is set up or it is not known yet. */
  place = $state<string | null>(null);
  /** What the relay said last: it takes the sign-in, or why not. */
  relay = $state.raw<{ ok: true } | { ok: false; failure: Failure } | null>(null);
  trying = $state(false);
  /** The edition of which a test is to be sent. */
  edition = $state<string | null>(null);
  sending = $state(false);
  /** The server's words to the last test. */
  said = $state<string | null>(null);
  failure = $state.raw<Failure | null>(null);
  readonly #platform: Platform;
  readonly #viewing: Viewing;
  readonly #sent: () => void;

  constructor(platform: Platform, viewing: Viewing, sent: () => void) {
    this.#platform = platform;
    this.#viewing = viewing;
    this.#sent = sent;
  }

  async look(): Promise<void> {
    try {
      this.place = await this.#platform.call("relayPassword", {});
    } catch {
      // A relay that cannot be understood is named where it is written.
      this.place = null;
    }
  }

  async keep(password: string): Promise<Failure | null> {
    this.relay = null;
    return this.#change(async () => {
      this.place = await this.#platform.call("keepPassword", { password });
    });
  }

  async forget(): Promise<Failure | null> {
    this.relay = null;
    return this.#change(async () => {
      await this.#platform.call("forgetPassword", {});
      await this.look();
    });
  }

  /** Connects to the relay and signs in; nothing is sent. */
  async tryRelay(): Promise<void> {
    this.trying = true;
    this.relay = null;
    const failure = await this.#change(() => this.#platform.call("tryRelay", {}));
    this.relay = failure === null ? { ok: true } : { ok: false, failure };
    this.trying = false;
  }

  open(edition: string | null): void {
    this.edition = edition;
    this.said = null;
    this.failure = null;
  }

  /** Sends a copy of the edition, as it is on disk, to this address. */
  async send(to: string): Promise<void> {
    const { edition } = this;
    if (edition === null) return;
    this.sending = true;
    this.said = null;
    this.failure = await this.#change(async () => {
      this.said = await this.#platform.call("sendTest", { edition, to });
      this.#viewing.keep({ testTo: to });
      this.#sent();
    });
    this.sending = false;
  }

  async #change(work: () => Promise<unknown>): Promise<Failure | null> {
    try {
      await work();
      return null;
    } catch (thrown) {
      return failureOf(thrown);
    }
  }
}
