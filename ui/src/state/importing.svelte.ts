// The import assistant: a file is looked at first, and nothing is written before somebody has seen what would be.
import type { Failure } from "../platform/bindings/Failure";
import type { ImportLine } from "../platform/bindings/ImportLine";
import type { ImportView } from "../platform/bindings/ImportView";
import type { MappedColumn } from "../platform/bindings/MappedColumn";
import type { Work } from "../platform/bindings/Work";
import { failureOf, type Platform } from "../platform/seam";
import { words } from "../words";
import type { Begun, Jobs } from "./jobs.svelte";
import type { Notices } from "./notices.svelte";

const STOPPED = "import-stopped";

export class Importing {
  /** Whether its dialog is on the screen. */
  open = $state(false);
  file = $state<string | null>(null);
  source = $state("");
  basis = $state("");
  columns = $state.raw<readonly MappedColumn[]>([]);
  /** What it would come to. */
  trial = $state.raw<ImportView | null>(null);
  /** What it came to. */
  done = $state.raw<ImportView | null>(null);
  running = $state(false);
  share = $state(0);
  rows = $state(0);
  failure = $state.raw<Failure | null>(null);
  /** Whether the last run was stopped; the list is then as it was. */
  stopped = $state(false);
  past = $state.raw<readonly ImportLine[]>([]);
  #job: Begun | null = null;
  readonly #platform: Platform;
  readonly #jobs: Jobs;
  readonly #notices: Notices;
  readonly #changed: () => Promise<void>;

  constructor(platform: Platform, jobs: Jobs, notices: Notices, changed: () => Promise<void>) {
    this.#platform = platform;
    this.#jobs = jobs;
    this.#notices = notices;
    this.#changed = changed;
  }

  get ready(): boolean {
    return this.trial !== null && this.source.trim() !== "" && this.basis.trim() !== "" && !this.running;
  }

  begin(): void {
    this.open = true;
    if (this.running) return;
    [this.file, this.trial, this.done, this.failure, this.columns] = [null, null, null, null, []];
    this.stopped = false;
    void this.#listPast();
  }

  /** Takes a file and looks at it. */
  async take(file: File): Promise<void> {
    this.failure = null;
    this.done = null;
    this.columns = [];
    try {
      this.file = await this.#platform.handOver(file);
      await this.#run(true);
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
  }

  /** Says what a column holds, and looks at the file again. */
  async map(heading: string, field: string): Promise<void> {
    this.columns = [...this.columns.filter((column) => column.heading !== heading), { heading, field }];
    await this.#run(true);
  }

  async write(): Promise<void> {
    await this.#run(false);
    if (this.done !== null) await this.#changed();
    await this.#listPast();
  }

  async stop(): Promise<void> {
    const job = this.#job;
    if (job !== null && (await this.#platform.call("stopWork", { work: job.id })))
      job.tell(words.jobs.stopping);
  }

  async undo(id: number): Promise<void> {
    try {
      const { removed, restored, kept } = await this.#platform.call("undoImport", { id });
      this.#notices.info(words.importing.undone(removed, restored, kept));
      if (this.done?.id === id) this.done = null;
      await this.#changed();
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
    await this.#listPast();
  }

  async #run(dryRun: boolean): Promise<void> {
    const { file } = this;
    if (file === null || this.running) return;
    this.running = true;
    [this.share, this.rows, this.failure, this.stopped] = [0, 0, null, false];
    const show = (): void => void (this.open = true);
    const title = dryRun ? words.importing.look(file) : words.importing.job(file);
    const job = this.#jobs.begin({ title, cancel: () => void this.stop(), show });
    this.#job = job;
    const source = this.source.trim() || "-";
    const basis = this.basis.trim() || "-";
    const work = {
      kind: "import" as const,
      file,
      source,
      basis,
      columns: [...this.columns],
      dryRun,
    } satisfies Work;
    try {
      const done = await this.#platform.work(job.id, work, (step) => {
        if (step.kind !== "reading") return;
        [this.share, this.rows] = [step.share, step.rows];
        job.tell(words.importing.rows(step.rows), step.share);
      });
      if (done.kind !== "imported") return;
      if (dryRun) this.trial = done;
      else this.done = done;
      job.end("done", dryRun ? words.importing.looked : words.importing.taken(done.new + done.changed));
    } catch (thrown) {
      const failure = failureOf(thrown);
      if (dryRun) this.trial = null;
      // Somebody wanted it to end, and the list is as it was: that is no failure.
      this.stopped = failure.code === STOPPED;
      if (this.stopped) job.end("stopped", words.importing.stopped);
      else this.#fail(failure, job);
    } finally {
      this.running = false;
      this.#job = null;
    }
  }

  #fail(failure: Failure, job: Begun): void {
    this.failure = failure;
    job.end("failed", failure.message);
  }

  async #listPast(): Promise<void> {
    try {
      this.past = await this.#platform.call("imports", {});
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
  }
}
