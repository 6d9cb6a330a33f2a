// What came back: bounces, complaints, wishes to leave; each with the report it was read from and a way back.
import type { Failure } from "../platform/bindings/Failure";
import type { ReturnLine } from "../platform/bindings/ReturnLine";
import { failureOf, type Platform } from "../platform/seam";
import { words } from "../words";
import { Order } from "./latest";
import type { Notices } from "./notices.svelte";

export const RETURN_KINDS = [
  "hard_bounce",
  "soft_bounce",
  "delay",
  "policy",
  "complaint",
  "unsubscribe",
] as const;

export class Returns {
  list = $state.raw<readonly ReturnLine[] | null>(null);
  /** Whether there are older ones. */
  more = $state(false);
  kind = $state<string | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** The one that is looked at, and its raw report. */
  open = $state.raw<ReturnLine | null>(null);
  report = $state<string | null>(null);
  readonly #lists = new Order();
  readonly #platform: Platform;
  readonly #notices: Notices;
  readonly #changed: () => void;

  constructor(platform: Platform, notices: Notices, changed: () => void) {
    this.#platform = platform;
    this.#notices = notices;
    this.#changed = changed;
  }

  async load(kind: string | null = this.kind): Promise<void> {
    this.kind = kind;
    const inTime = this.#lists.ask();
    try {
      const { returns, more } = await this.#platform.call("returns", { kind, before: null });
      if (!inTime() || this.kind !== kind) return;
      this.list = returns;
      this.more = more;
      this.failure = null;
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
  }

  /** Adds the older ones. */
  async older(): Promise<void> {
    const { kind, list } = this;
    const before = list?.at(-1)?.id;
    if (list === null || before === undefined) return;
    try {
      const { returns, more } = await this.#platform.call("returns", { kind, before });
      // Asked anew meanwhile: these follow another list.
      if (this.list !== list) return;
      this.list = [...list, ...returns];
      this.more = more;
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
  }

  async look(line: ReturnLine | null): Promise<void> {
    this.open = line;
    this.report = null;
    if (line === null) return;
    try {
      const report = await this.#platform.call("returnReport", { id: line.id });
      if (this.open === line) this.report = report;
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
  }

  async undo(line: ReturnLine): Promise<void> {
    try {
      const came = await this.#platform.call("undoReturn", { id: line.id });
      this.#notices.info(words.returns.undone[came] ?? came);
      await this.load();
      await this.look(this.list?.find(({ id }) => id === line.id) ?? null);
      this.#changed();
    } catch (thrown) {
      const { message, hint } = failureOf(thrown);
      this.#notices.error(message, hint);
    }
  }
}
