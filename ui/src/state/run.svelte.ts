// One send of this window: a minute in which it can be taken back, then how it goes, then what came of it. Nothing is
// frozen and nothing leaves before that minute is over; closing the window during it sends nothing.
import type { Failure } from "../platform/bindings/Failure";
import type { MailingView } from "../platform/bindings/MailingView";
import type { SendingView } from "../platform/bindings/SendingView";
import { failureOf, type Platform } from "../platform/seam";
import { moment, words } from "../words";
import type { Begun, Jobs } from "./jobs.svelte";
import { editionName } from "./naming";

export interface Send {
  readonly edition: string;
  readonly segment: string;
  readonly rehearse: boolean;
  /** The people that were confirmed. */
  readonly people: number;
  /** Go on with one that was paused. */
  readonly resume: boolean;
  /** Whom an earlier run gave up, sent to once more: `failed` or `uncertain`. */
  readonly again: string | null;
  /** When it begins, by this computer's clock: `2026-12-01T09:00`; nothing: at once. */
  readonly at: string | null;
}

export type Phase =
  | { readonly kind: "outbox"; readonly left: number }
  | { readonly kind: "sending" }
  | { readonly kind: "over"; readonly mailing: MailingView | null; readonly failure: Failure | null };

/** Who is told of a run. */
export interface Listener {
  /** It is to be shown to somebody. */
  show(run: Run): void;
  /** The ledger has something new to tell; `turned`: the mailing stands elsewhere than before. */
  heard(turned: boolean): void;
  /** It was taken back, and is as if it had never been. */
  gone(run: Run): void;
}

const RATE_OVER_MS = 5000;

export class Run {
  readonly send: Send;
  phase: Phase = $state.raw({ kind: "sending" });
  progress = $state.raw<SendingView | null>(null);
  /** Messages a second, over the last moments. */
  rate = $state(0);
  stopping = $state<"pause" | "cancel" | null>(null);
  readonly #platform: Platform;
  readonly #listener: Listener;
  readonly #job: Begun;
  #timer: ReturnType<typeof setInterval> | undefined;
  #seen: { at: number; done: number }[] = [];

  constructor(send: Send, platform: Platform, jobs: Jobs, listener: Listener) {
    this.send = send;
    this.#platform = platform;
    this.#listener = listener;
    const name = editionName(send.edition);
    this.#job = jobs.begin({
      title: send.rehearse ? words.sending.rehearsalJob(name) : words.sending.job(name),
      cancel: () => (this.phase.kind === "outbox" ? this.takeBack() : void this.pause()),
      show: () => listener.show(this),
    });
  }

  get over(): boolean {
    return this.phase.kind === "over";
  }

  /** Until when it waits for the start that was set for it. */
  get startsAt(): string | null {
    const { phase, progress } = this;
    return phase.kind === "sending" && progress?.scheduled ? progress.waitsUntil : null;
  }

  /** Deliveries that it is through with. */
  get done(): number {
    const { progress } = this;
    return progress === null
      ? 0
      : progress.accepted + progress.postponed + progress.refused + progress.uncertain;
  }

  /** Leaves after so many seconds, unless it is taken back. */
  leaveIn(seconds: number): void {
    this.phase = { kind: "outbox", left: seconds };
    this.#job.tell(words.sending.leaves(seconds), 0);
    this.#timer = setInterval(() => this.#tick(seconds), 1000);
  }

  #tick(seconds: number): void {
    if (this.phase.kind !== "outbox") return clearInterval(this.#timer);
    const left = this.phase.left - 1;
    if (left <= 0) return void this.leave();
    this.phase = { kind: "outbox", left };
    this.#job.tell(words.sending.leaves(left), 1 - left / seconds);
  }

  /** Takes it out of the outbox: nothing was sent. */
  takeBack(): void {
    if (this.phase.kind !== "outbox") return;
    clearInterval(this.#timer);
    this.phase = { kind: "over", mailing: null, failure: null };
    this.#job.end("stopped", words.sending.takenBack);
    this.#listener.gone(this);
  }

  /** Sends at once: a rehearsal, or one that goes on; answers when it is over. */
  async leave(): Promise<void> {
    clearInterval(this.#timer);
    this.phase = { kind: "sending" };
    const work = { kind: "send", ...this.send } as const;
    try {
      const done = await this.#platform.work(this.#job.id, work, (step) => {
        if (step.kind === "sending") this.#take(step);
      });
      this.#end(done.kind === "sent" ? done : null);
    } catch (thrown) {
      const failure = failureOf(thrown);
      this.phase = { kind: "over", mailing: null, failure };
      this.#job.end("failed", failure.message);
    }
    this.stopping = null;
    this.#listener.heard(true);
  }

  #end(mailing: MailingView | null): void {
    this.phase = { kind: "over", mailing, failure: null };
    const state = mailing?.state ?? "";
    const rehearsed = this.send.rehearse && state === "finished";
    this.#job.end(
      state === "finished" || state === "running" ? "done" : "stopped",
      rehearsed ? words.sending.nothingLeft : words.sending.over(state),
    );
  }

  async pause(): Promise<void> {
    await this.#steer("pause");
  }

  async cancel(): Promise<void> {
    await this.#steer("cancel");
  }

  async #steer(how: "pause" | "cancel"): Promise<void> {
    if (this.phase.kind !== "sending") return;
    this.stopping = how;
    const { edition, rehearse: rehearsal } = this.send;
    try {
      await this.#platform.call(how === "pause" ? "pauseMailing" : "cancelMailing", { edition, rehearsal });
    } catch {
      // It may have come to its end just now; what became of it is told by the run itself.
      this.stopping = null;
    }
  }

  #take(step: SendingView): void {
    const first = this.progress === null;
    this.progress = step;
    const now = performance.now();
    this.#seen = [...this.#seen.filter(({ at }) => now - at < RATE_OVER_MS), { at: now, done: this.done }];
    const oldest = this.#seen[0]!;
    if (now - oldest.at > 300) this.rate = ((this.done - oldest.done) * 1000) / (now - oldest.at);
    if (this.startsAt !== null) this.#job.wait(words.sending.startsAt(moment(this.startsAt)));
    else this.#job.tell(words.sending.of(this.done, step.due), step.due === 0 ? null : this.done / step.due);
    this.#listener.heard(first);
  }
}
