// Writing the issue's PDFs: which targets, how far each is, and what came out. The window stays usable meanwhile.
import type { Exported } from "../platform/bindings/Exported";
import type { ExportedFile } from "../platform/bindings/ExportedFile";
import type { ExportStep } from "../platform/bindings/ExportStep";
import type { Failure } from "../platform/bindings/Failure";
import { failureOf, type Platform } from "../platform/seam";
import { words } from "../words";
import type { Jobs } from "./jobs.svelte";

export type TargetState =
  | { readonly kind: "waiting" }
  | { readonly kind: "writing" }
  | { readonly kind: "written"; readonly file: ExportedFile }
  | { readonly kind: "failed"; readonly failure: Failure }
  | { readonly kind: "stopped" };

export class Exporting {
  /** Whether its dialog is on the screen. */
  open = $state(false);
  running = $state(false);
  stopping = $state(false);
  /** Since the present step began. */
  seconds = $state(0);
  /** The targets of the export that runs or ran last; empty before the first one. */
  targets = $state.raw<ReadonlyMap<string, TargetState>>(new Map());
  /** What it came to as a whole, once it is over. */
  outcome = $state.raw<Exported | null>(null);
  failure = $state.raw<Failure | null>(null);
  readonly #platform: Platform;
  readonly #jobs: Jobs;
  /** Told when a PDF is there. */
  readonly #written: () => void;
  #issue = "";

  constructor(platform: Platform, jobs: Jobs, written: () => void = () => {}) {
    this.#platform = platform;
    this.#jobs = jobs;
    this.#written = written;
  }

  async run(issue: string, targets: readonly string[]): Promise<void> {
    if (this.running || targets.length === 0) return;
    this.#begin(issue, targets);
    const job = this.#jobs.begin({
      title: words.exporting.region(issue),
      cancel: () => void this.stop(),
      show: () => (this.open = true),
    });
    const timer = setInterval(() => (this.seconds += 1), 1000);
    try {
      this.outcome = await this.#platform.export(issue, targets, (step) => {
        this.#take(step);
        job.tell(this.#detail(), this.#share());
      });
      job.end(this.outcome.stopped ? "stopped" : "done");
    } catch (thrown) {
      this.failure = failureOf(thrown);
      job.end("failed", this.failure.message);
    } finally {
      clearInterval(timer);
      this.#end();
    }
  }

  /** Asks the desk to end it; what is written already stays. */
  async stop(): Promise<void> {
    if (!this.running) return;
    this.stopping = true;
    try {
      await this.#platform.call("stopExport", {});
    } catch (thrown) {
      this.failure = failureOf(thrown);
      this.stopping = false;
    }
  }

  /** Shows a written file in the system's file manager; answers why it could not. */
  async reveal(target: string): Promise<Failure | null> {
    try {
      await this.#platform.reveal(this.#issue, target);
      return null;
    } catch (thrown) {
      return failureOf(thrown);
    }
  }

  #begin(issue: string, targets: readonly string[]): void {
    this.#issue = issue;
    this.running = true;
    this.seconds = 0;
    this.outcome = null;
    this.failure = null;
    this.targets = new Map(targets.map((target) => [target, { kind: "waiting" }]));
  }

  #take(step: ExportStep): void {
    this.seconds = 0;
    if (step.kind === "writing") this.#set(step.target, { kind: "writing" });
    if (step.kind === "written") {
      this.#set(step.target, { kind: "written", file: step });
      this.#written();
    }
    if (step.kind === "failed") this.#set(step.target, { kind: "failed", failure: step.failure });
  }

  #share(): number {
    const over = [...this.targets.values()].filter(
      ({ kind }) => kind !== "waiting" && kind !== "writing",
    ).length;
    return over / this.targets.size;
  }

  #detail(): string {
    const writing = [...this.targets].find(([, { kind }]) => kind === "writing")?.[0];
    return writing === undefined
      ? words.exporting.layout
      : (words.exporting.targets[writing]?.[0] ?? writing);
  }

  #set(target: string, state: TargetState): void {
    this.targets = new Map(this.targets).set(target, state);
  }

  #end(): void {
    this.running = false;
    this.stopping = false;
    const over = (state: TargetState): TargetState =>
      state.kind === "waiting" || state.kind === "writing" ? { kind: "stopped" } : state;
    this.targets = new Map([...this.targets].map(([target, state]) => [target, over(state)]));
  }
}
