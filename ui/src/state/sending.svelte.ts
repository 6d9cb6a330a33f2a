// Sending an edition: who would get it, and the sends of this window. One leaves at a time; those that were set for an
// hour wait for it beside.
import type { AudienceCount } from "../platform/bindings/AudienceCount";
import type { Failure } from "../platform/bindings/Failure";
import type { MailingView } from "../platform/bindings/MailingView";
import { failureOf, type Platform } from "../platform/seam";
import type { Jobs } from "./jobs.svelte";
import { type Listener, Run, type Send } from "./run.svelte";

export class Sending implements Listener {
  /** The edition whose dialog is on the screen. */
  dialog = $state<string | null>(null);
  segment = $state("");
  audience = $state.raw<AudienceCount | null>(null);
  audienceFailure = $state.raw<Failure | null>(null);
  /** The sends of this window, the newest first; one that is over stays until its dialog is opened anew. */
  runs = $state.raw<readonly Run[]>([]);
  /** Counts up whenever the ledger has something new to tell. */
  news = $state(0);
  readonly #platform: Platform;
  readonly #jobs: Jobs;
  readonly #turned: () => void;
  #chosen = $state.raw<Run | null>(null);
  #asked = 0;

  /** `turned` is called whenever a mailing stands elsewhere than before: once it is begun, and at its end. */
  constructor(platform: Platform, jobs: Jobs, turned: () => void = () => {}) {
    this.#platform = platform;
    this.#jobs = jobs;
    this.#turned = turned;
  }

  /** The one that leaves now, or will within the minute; another whose hour has come waits for its end. */
  readonly active: Run | null = $derived.by(() => {
    const open = this.runs.filter((run) => !run.over && run.startsAt === null);
    return open.find(({ progress }) => (progress?.due ?? 0) > 0) ?? open.at(-1) ?? null;
  });

  /** Those that are not over; first the one that leaves now. */
  get unfinished(): readonly Run[] {
    const { active } = this;
    const waiting = this.runs.filter((run) => !run.over && run !== active);
    return active === null ? waiting : [active, ...waiting];
  }

  /** Whether another one would have to wait for its end. */
  get busy(): boolean {
    return this.active !== null;
  }

  /** The one that the dialog shows, of its edition: the one that was asked for, or the newest. */
  readonly shown: Run | null = $derived.by(() => {
    const own = this.runs.filter(({ send }) => send.edition === this.dialog);
    return own.find((run) => run === this.#chosen) ?? own[0] ?? null;
  });

  /** This edition, or its rehearsal, on its way from this window. */
  runOf(edition: string, rehearsal: boolean): Run | null {
    const isIt = ({ send, phase }: Run): boolean =>
      phase.kind === "sending" && send.edition === edition && send.rehearse === rehearsal;
    return this.runs.find(isIt) ?? null;
  }

  /** Whether this edition is in the outbox. */
  leaving(edition: string): boolean {
    return this.runs.some(({ send, phase }) => phase.kind === "outbox" && send.edition === edition);
  }

  /** Shows the dialog for an edition. */
  open(edition: string): void {
    this.dialog = edition;
    this.#chosen = null;
    this.#clear(edition);
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
    if (!this.busy) this.#begin(send).leaveIn(seconds);
  }

  /** Sends at once: a rehearsal, or one that goes on. */
  now(send: Send): void {
    if (!this.busy) void this.#begin(send).leave();
  }

  /** Whether a mailing can go on now: one whose hour is still to come waits for it, whatever else is sent until then. */
  mayGoOn({ startsAt }: MailingView): boolean {
    return startsAt !== null || !this.busy;
  }

  /** Goes on with a mailing, to the people that were confirmed when it was begun. */
  goOn(mailing: MailingView): void {
    const { edition, rehearsal, audience, state } = mailing;
    const under = this.runOf(edition, rehearsal);
    if (under !== null) return this.show(under);
    if (!this.mayGoOn(mailing)) return;
    const resume = state === "paused";
    const send = {
      edition,
      segment: "",
      rehearse: rehearsal,
      people: audience,
      resume,
      again: null,
      at: null,
    };
    void this.#begin(send).leave();
  }

  #begin(send: Send): Run {
    this.#clear(send.edition);
    const run = new Run(send, this.#platform, this.#jobs, this);
    this.runs = [run, ...this.runs];
    return run;
  }

  /** Forgets what is over of an edition. */
  #clear(edition: string): void {
    this.runs = this.runs.filter(({ send, over }) => !over || send.edition !== edition);
  }

  show(run: Run): void {
    this.dialog = run.send.edition;
    this.#chosen = run;
  }

  heard(turned: boolean): void {
    this.news += 1;
    if (turned) this.#turned();
  }

  gone(run: Run): void {
    this.runs = this.runs.filter((other) => other !== run);
  }
}
