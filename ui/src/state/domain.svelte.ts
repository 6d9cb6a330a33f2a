// Whether other servers can tell that the newsletter is the sender's own.
import type { DomainLine } from "../platform/bindings/DomainLine";
import type { Failure } from "../platform/bindings/Failure";
import type { SigningKeys } from "../platform/bindings/SigningKeys";
import { failureOf, type Platform } from "../platform/seam";

export class Domain {
  found = $state.raw<readonly DomainLine[] | null>(null);
  failure = $state.raw<Failure | null>(null);
  checking = $state(false);
  /** The keys that sign for the domain; nothing while there is no domain that could. */
  keys = $state.raw<SigningKeys | null>(null);
  keysFailure = $state.raw<Failure | null>(null);
  making = $state(false);
  readonly #platform: Platform;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  async loadKeys(): Promise<void> {
    await this.#ask("signingKeys");
    // Without a sender there is nothing to sign for, which the sender's own card says.
    if (this.keysFailure?.code === "sender-not-set-up") this.keysFailure = null;
  }

  async makeKey(): Promise<void> {
    this.making = true;
    await this.#ask("makeSigningKey");
    this.making = false;
  }

  async #ask(method: "signingKeys" | "makeSigningKey"): Promise<void> {
    try {
      this.keys = await this.#platform.call(method, {});
      this.keysFailure = null;
    } catch (thrown) {
      if (method === "signingKeys") this.keys = null;
      this.keysFailure = failureOf(thrown);
    }
  }

  async check(): Promise<void> {
    this.checking = true;
    this.failure = null;
    try {
      this.found = await this.#platform.call("checkDomain", {});
    } catch (thrown) {
      this.found = null;
      this.failure = failureOf(thrown);
    } finally {
      this.checking = false;
    }
  }
}
