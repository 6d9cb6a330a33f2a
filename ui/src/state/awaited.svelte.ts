// People who signed up and have not said yes yet: how many, who, and asking them by mail, one after the other.
import type { Failure } from "../platform/bindings/Failure";
import type { WaiterLine } from "../platform/bindings/WaiterLine";
import { failureOf, type Platform } from "../platform/seam";
import { words } from "../words";
import type { Begun, Jobs } from "./jobs.svelte";
import type { Notices } from "./notices.svelte";

export class Awaited {
  waiting = $state(0);
  /** Of those, how many are to be asked now. */
  due = $state(0);
  list = $state.raw<readonly WaiterLine[] | null>(null);
  /** Whether there are more of them. */
  more = $state(false);
  /** Whether they are on the screen in place of the list. */
  open = $state(false);
  /** Whether questions are going out. */
  asking = $state(false);
  failure = $state.raw<Failure | null>(null);
  #job: Begun | null = null;
  readonly #platform: Platform;
  readonly #jobs: Jobs;
  readonly #notices: Notices;
  readonly #looked: () => boolean;

  /** `looked`: whether what is under way is on the screen, and tells how it ends. */
  constructor(platform: Platform, jobs: Jobs, notices: Notices, looked: () => boolean = () => false) {
    this.#platform = platform;
    this.#jobs = jobs;
    this.#notices = notices;
    this.#looked = looked;
  }

  async load(): Promise<void> {
    try {
      const found = await this.#platform.call("awaitedPeople", { after: null });
      Object.assign(this, { waiting: found.waiting, due: found.due, list: found.people, more: found.more });
      this.failure = null;
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
  }

  /** Adds those who came after. */
  async further(): Promise<void> {
    const { list } = this;
    const after = list?.at(-1)?.id;
    if (list === null || after === undefined) return;
    try {
      const { people, more } = await this.#platform.call("awaitedPeople", { after });
      if (this.list !== list) return;
      this.list = [...list, ...people];
      this.more = more;
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
  }

  /** Asks everybody whose turn it is, by one mail each. */
  async ask(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    const { due } = this;
    const show = (): void => void (this.open = true);
    const job = this.#jobs.begin({ title: words.awaited.job, cancel: () => void this.stop(), show });
    this.#job = job;
    let failure: Failure | null = null;
    try {
      const done = await this.#platform.work(job.id, { kind: "invite", people: due }, (step) => {
        if (step.kind === "asking") job.tell(words.awaited.far(step.asked, step.of), step.asked / step.of);
      });
      if (done.kind !== "invited") return;
      job.end(done.stopped ? "stopped" : "done", words.awaited.came(done));
      if (!this.#looked()) this.#notices.info(words.awaited.came(done));
    } catch (thrown) {
      failure = failureOf(thrown);
      job.end("failed", failure.message);
    } finally {
      this.#job = null;
      await this.load();
      this.failure ??= failure;
      this.asking = false;
    }
  }

  /** Lets no further question go out; who was asked stays asked. */
  async stop(): Promise<void> {
    const job = this.#job;
    if (job !== null && (await this.#platform.call("stopWork", { work: job.id })))
      job.tell(words.jobs.stopping);
  }
}
