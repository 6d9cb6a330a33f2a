// Whether other servers can tell that the newsletter is the sender's own.
import type { DomainLine } from "../platform/bindings/DomainLine";
import type { Failure } from "../platform/bindings/Failure";
import { failureOf, type Platform } from "../platform/seam";

export class Domain {
  found = $state.raw<readonly DomainLine[] | null>(null);
  failure = $state.raw<Failure | null>(null);
  checking = $state(false);
  readonly #platform: Platform;

  constructor(platform: Platform) {
    this.#platform = platform;
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
