// Sending an edition: who would get it, a minute in which it can be taken back, and then how it goes. Nothing is
// frozen and nothing leaves before that minute is over; closing the window during it sends nothing.
import type { AudienceCount } from "../platform/bindings/AudienceCount";
import type { Failure } from "../platform/bindings/Failure";
import type { MailingView } from "../platform/bindings/MailingView";
import type { SendingView } from "../platform/bindings/SendingView";
import { failureOf, type Platform } from "../platform/seam";
import { moment, words } from "../words";
import { editionName } from "./naming";
import type { Begun, Jobs } from "./jobs.svelte";

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
  | { readonly kind: "idle" }
  | { readonly kind: "outbox"; readonly send: Send; readonly left: number }
  | { readonly kind: "sending"; readonly send: Send }
  | {
      readonly kind: "over";
      readonly send: Send;
      readonly mailing: MailingView | null;
      readonly failure: Failure | null;
    };

const RATE_OVER_MS = 5000;

export class Sending {
  /** The edition whose dialog is on the screen. */
  dialog = $state<string | null>(null);
  segment = $state("");
  audience = $state.raw<AudienceCount | null>(null);
  audienceFailure = $state.raw<Failure | null>(null);
  phase = $state.raw<Phase>({ kind: "idle" });
  progress = $state.raw<SendingView | null>(null);
  /** Messages a second, over the last moments. */
  rate = $state(0);
  stopping = $state<"pause" | "cancel" | null>(null);
  /** Counts up whenever the ledger has something new to tell. */
  news = $state(0);
  readonly #platform: Platform;
  readonly #jobs: Jobs;
  readonly #turned: () => void;
  #timer: ReturnType<typeof setInterval> | undefined;
  #seen: { at: number; done: number }[] = [];
  #job: Begun | null = null;
  #asked = 0;

  /** `turned` is called whenever a mailing stands elsewhere than before: once it is begun, and at its end. */
  constructor(platform: Platform, jobs: Jobs, turned: () => void = () => {}) {
    this.#platform = platform;
    this.#jobs = jobs;
    this.#turned = turned;
  }

  get busy(): boolean {
    return this.phase.kind === "outbox" || this.phase.kind === "sending";
  }

  /** Deliveries that this run is through with. */
  get done(): number {
    const { progress } = this;
    return progress === null
      ? 0
      : progress.accepted + progress.postponed + progress.refused + progress.uncertain;
  }

  /** Until when the send that is under way waits for the start that was set for it. */
  get startsAt(): string | null {
    const { phase, progress } = this;
    return phase.kind === "sending" && progress?.scheduled ? progress.waitsUntil : null;
  }

  /** Whether this edition, or its rehearsal, is on its way from this window. */
  sends(edition: string, rehearsal: boolean): boolean {
    const { phase } = this;
    return phase.kind === "sending" && phase.send.edition === edition && phase.send.rehearse === rehearsal;
  }

  /** Shows the dialog for an edition. */
  open(edition: string): void {
    this.dialog = edition;
    if (this.phase.kind === "over") this.phase = { kind: "idle" };
    if (!this.busy) void this.count(edition);
  }

  /** Who would get it now. */
  async count(edition: string): Promise<void> {
    const asked = ++this.#asked;
    this.audienceFailure = null;
    try {
      const audience = await this.#platform.call("audience", { edition, segment: this.segment });
      if (asked === this.#asked) this.audience = audience;
    } catch (thrown) {
      if (asked !== this.#asked) return;
      this.audience = null;
      this.audienceFailure = failureOf(thrown);
    }
  }

  /** Puts a send into the outbox; it leaves after so many seconds unless it is taken back. */
  toOutbox(send: Send, seconds: number): void {
    if (this.busy) return;
    this.phase = { kind: "outbox", send, left: seconds };
    this.#job = this.#jobs.begin({
      title: words.sending.job(editionName(send.edition)),
      cancel: () => this.takeBack(),
      show: () => (this.dialog = send.edition),
    });
    this.#job.tell(words.sending.leaves(seconds), 0);
    this.#timer = setInterval(() => this.#tick(seconds), 1000);
  }

  #tick(seconds: number): void {
    if (this.phase.kind !== "outbox") return clearInterval(this.#timer);
    const left = this.phase.left - 1;
    if (left <= 0) {
      clearInterval(this.#timer);
      void this.#run(this.phase.send);
      return;
    }
    this.phase = { ...this.phase, left };
    this.#job?.tell(words.sending.leaves(left), 1 - left / seconds);
  }

  /** Takes a send out of the outbox: nothing was sent. */
  takeBack(): void {
    if (this.phase.kind !== "outbox") return;
    clearInterval(this.#timer);
    this.phase = { kind: "idle" };
    this.#job?.end("stopped", words.sending.takenBack);
    void (this.dialog !== null && this.count(this.dialog));
  }

  /** Sends at once: a rehearsal, or one that goes on. */
  now(send: Send): void {
    if (this.busy) return;
    this.#job = this.#jobs.begin({
      title: send.rehearse
        ? words.sending.rehearsalJob(editionName(send.edition))
        : words.sending.job(editionName(send.edition)),
      cancel: () => void this.pause(),
      show: () => (this.dialog = send.edition),
    });
    void this.#run(send);
  }

  /** Goes on with a mailing, to the people that were confirmed when it was begun. */
  goOn({ edition, rehearsal, audience, state }: MailingView): void {
    const resume = state === "paused";
    this.now({ edition, segment: "", rehearse: rehearsal, people: audience, resume, again: null, at: null });
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
    const { edition, rehearse: rehearsal } = this.phase.send;
    try {
      await this.#platform.call(how === "pause" ? "pauseMailing" : "cancelMailing", { edition, rehearsal });
    } catch {
      // It may have come to its end just now; what became of it is told by the run itself.
      this.stopping = null;
    }
  }

  async #run(send: Send): Promise<void> {
    this.phase = { kind: "sending", send };
    this.progress = null;
    this.rate = 0;
    this.#seen = [];
    const work = { kind: "send", ...send } as const;
    try {
      const done = await this.#platform.work(this.#job?.id ?? 0, work, (step) => {
        if (step.kind === "sending") this.#take(step);
      });
      const mailing = done.kind === "sent" ? done : null;
      this.phase = { kind: "over", send, mailing, failure: null };
      const state = mailing?.state ?? "";
      const rehearsed = send.rehearse && state === "finished";
      this.#job?.end(
        state === "finished" || state === "running" ? "done" : "stopped",
        rehearsed ? words.sending.nothingLeft : words.sending.over(state),
      );
    } catch (thrown) {
      const failure = failureOf(thrown);
      this.phase = { kind: "over", send, mailing: null, failure };
      this.#job?.end("failed", failure.message);
    }
    this.stopping = null;
    this.news += 1;
    this.#turned();
  }

  #take(step: SendingView): void {
    const first = this.progress === null;
    this.progress = step;
    if (first) this.#turned();
    const now = performance.now();
    this.#seen = [...this.#seen.filter(({ at }) => now - at < RATE_OVER_MS), { at: now, done: this.done }];
    const oldest = this.#seen[0]!;
    if (now - oldest.at > 300) this.rate = ((this.done - oldest.done) * 1000) / (now - oldest.at);
    if (this.startsAt !== null) this.#job?.wait(words.sending.startsAt(moment(this.startsAt)));
    else this.#job?.tell(words.sending.of(this.done, step.due), step.due === 0 ? null : this.done / step.due);
    this.news += 1;
  }
}
