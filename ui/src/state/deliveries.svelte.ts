// What became of every mailing, person by person.
import type { AttemptLine } from "../platform/bindings/AttemptLine";
import type { CoursePoint } from "../platform/bindings/CoursePoint";
import type { DeliveryLine } from "../platform/bindings/DeliveryLine";
import type { Failure } from "../platform/bindings/Failure";
import type { MailingView } from "../platform/bindings/MailingView";
import type { Work } from "../platform/bindings/Work";
import { failureOf, type Platform } from "../platform/seam";
import { words } from "../words";
import type { Jobs } from "./jobs.svelte";
import { Order } from "./latest";
import { editionName, lastPart } from "./naming";
import type { Notices } from "./notices.svelte";
import { Paged } from "./paged.svelte";

export class Deliveries {
  mailings = $state.raw<readonly MailingView[] | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** The mailing that is looked at. */
  chosen = $state<number | null>(null);
  /** Only deliveries in this state. */
  state = $state<string | null>(null);
  delivery = $state.raw<DeliveryLine | null>(null);
  attempts = $state.raw<readonly AttemptLine[] | null>(null);
  /** How the mailing that is looked at went, moment by moment; nothing until it is known. */
  course = $state.raw<readonly CoursePoint[] | null>(null);
  readonly table = new Paged<DeliveryLine, number>();
  readonly #lists = new Order();
  readonly #courses = new Order();
  readonly #platform: Platform;
  readonly #jobs: Jobs;
  readonly #notices: Notices;

  constructor(platform: Platform, jobs: Jobs, notices: Notices) {
    this.#platform = platform;
    this.#jobs = jobs;
    this.#notices = notices;
  }

  /** The sends that somebody, or something, stopped while people still wait. */
  readonly paused = $derived.by(() =>
    (this.mailings ?? []).filter(({ state, rehearsal }) => state === "paused" && !rehearsal),
  );

  /** The sends that wait for the start that was set for them, the next one first. */
  readonly scheduled = $derived.by(() => {
    const waits = ({ state, rehearsal, startsAt }: MailingView): boolean =>
      state === "running" && !rehearsal && startsAt !== null;
    const startOf = ({ startsAt }: MailingView): number => Date.parse(startsAt!);
    return (this.mailings ?? []).filter(waits).toSorted((a, b) => startOf(a) - startOf(b));
  });

  get mailing(): MailingView | null {
    return this.mailings?.find(({ id }) => id === this.chosen) ?? null;
  }

  /** The mailing of an edition, as far as the mailings are known. */
  of(edition: string): MailingView | null {
    return this.mailings?.find((one) => one.edition === edition && !one.rehearsal) ?? null;
  }

  /** Asks how the mailings stand, for who shows that elsewhere: none is chosen by it. */
  async refresh(): Promise<void> {
    if (this.chosen !== null) return this.load();
    const inTime = this.#lists.ask();
    try {
      const mailings = await this.#platform.call("mailings", {});
      if (inTime()) this.mailings = mailings;
    } catch {
      // Who looks at the mailings themselves is told why.
    }
  }

  /** Asks for the mailings; the newest is looked at unless another one was. */
  async load(): Promise<void> {
    const inTime = this.#lists.ask();
    try {
      const mailings = await this.#platform.call("mailings", {});
      if (!inTime()) return;
      const before = this.mailing;
      this.mailings = mailings;
      this.failure = null;
      if (this.mailing === null && this.mailings[0] !== undefined) this.choose(this.mailings[0].id);
      else if (JSON.stringify(before?.counts) !== JSON.stringify(this.mailing?.counts))
        await Promise.all([this.table.again(), this.#follow()]);
    } catch (thrown) {
      if (inTime()) this.failure = failureOf(thrown);
    }
  }

  choose(id: number, state: string | null = null): void {
    if (this.chosen !== id) this.course = null;
    this.chosen = id;
    void this.#follow();
    this.filter(state);
  }

  async #follow(): Promise<void> {
    const mailing = this.chosen;
    if (mailing === null) return;
    const inTime = this.#courses.ask();
    try {
      const course = await this.#platform.call("course", { mailing });
      if (inTime() && mailing === this.chosen) this.course = course;
    } catch {
      // The bar above says how it stands; how it got there is a courtesy.
      if (inTime() && mailing === this.chosen) this.course = [];
    }
  }

  /** Shows the mailing of an edition, or its rehearsal. */
  async show(edition: string, rehearsal: boolean): Promise<void> {
    await this.load();
    const found = this.mailings?.find((one) => one.edition === edition && one.rehearsal === rehearsal);
    if (found !== undefined) this.choose(found.id);
  }

  filter(state: string | null): void {
    const mailing = this.chosen;
    if (mailing === null) return;
    this.state = state;
    this.delivery = null;
    void this.table.open({
      marks: async (every) => {
        const { deliveries, marks } = await this.#platform.call("deliveryMarks", { mailing, state, every });
        return { total: deliveries, marks };
      },
      rows: async (after, limit) =>
        (await this.#platform.call("deliveries", { mailing, state, after, limit })).deliveries,
    });
  }

  /** Shows a delivery with its attempts. */
  async look(delivery: DeliveryLine | null): Promise<void> {
    this.delivery = delivery;
    this.attempts = null;
    if (delivery === null) return;
    try {
      const attempts = await this.#platform.call("attempts", { delivery: delivery.id });
      if (this.delivery === delivery) this.attempts = attempts;
    } catch (thrown) {
      this.#report(thrown);
    }
  }

  async cancel(mailing: MailingView): Promise<void> {
    const { edition, rehearsal } = mailing;
    try {
      await this.#platform.call("cancelMailing", { edition, rehearsal });
    } catch (thrown) {
      this.#report(thrown);
    }
    await this.load();
  }

  /** Takes the people whose copy is uncertain out of what waits: nobody gets a second one. */
  async hold(mailing: MailingView): Promise<void> {
    const { edition, rehearsal } = mailing;
    try {
      await this.#platform.call("holdUncertain", { edition, rehearsal });
      this.#notices.info(words.deliveries.held);
    } catch (thrown) {
      this.#report(thrown);
    }
    await this.load();
  }

  /** Writes the table, as it is filtered, to a file. */
  async export(mailing: MailingView): Promise<void> {
    const { edition, rehearsal } = mailing;
    const work = { kind: "exportDeliveries", edition, rehearsal, state: this.state } as const;
    await this.#write(words.deliveries.exportJob(editionName(edition)), work);
  }

  /** Writes what can be certified of the mailing, to be printed. */
  async certify(mailing: MailingView): Promise<void> {
    const { edition, rehearsal } = mailing;
    const work = { kind: "certificate", edition, rehearsal } as const;
    await this.#write(words.deliveries.certificateJob(editionName(edition)), work, (_, name) =>
      words.deliveries.certified(name),
    );
  }

  async #write(title: string, work: Work, said = words.written): Promise<void> {
    const job = this.#jobs.begin({ title });
    try {
      const done = await this.#platform.work(job.id, work, () => {});
      if (done.kind !== "written") return;
      const name = lastPart(done.path);
      job.end("done", said(done.people, name));
      const reveal = { label: words.exporting.folder, run: () => void this.#reveal(name) };
      this.#notices.done(said(done.people, name), reveal);
    } catch (thrown) {
      job.end("failed", failureOf(thrown).message);
      this.#report(thrown);
    }
  }

  async #reveal(name: string): Promise<void> {
    try {
      await this.#platform.revealList(name);
    } catch (thrown) {
      this.#report(thrown);
    }
  }

  #report(thrown: unknown): void {
    const { message, hint } = failureOf(thrown);
    this.#notices.error(message, hint);
  }
}
