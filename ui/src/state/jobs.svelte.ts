// Everything that takes longer than a moment, in one list: what it is, how far it is, and how to end it.

export type Outcome = "done" | "stopped" | "failed";

export interface Job {
  readonly id: number;
  readonly title: string;
  /** What it is at, in a few words. */
  readonly detail: string;
  /** From 0 to 1; nothing when nobody can say. */
  readonly share: number | null;
  /** Nothing is done for it before a time that was set. */
  readonly waits: boolean;
  readonly outcome: Outcome | null;
  readonly cancel: (() => void) | null;
  /** Shows the place where it was begun. */
  readonly show: (() => void) | null;
}

export interface Begun {
  readonly id: number;
  tell(detail: string, share?: number | null): void;
  /** Says until when it waits; the next thing that is told ends the wait. */
  wait(detail: string): void;
  end(outcome: Outcome, detail?: string): void;
}

/** What is over stays in the list until this many newer ones are over. */
const KEPT = 6;

export class Jobs {
  list = $state.raw<readonly Job[]>([]);
  /** Read aloud when something ends. */
  said = $state("");
  #next = 1;

  readonly open = $derived.by(() => this.list.filter(({ outcome }) => outcome === null));
  readonly running = $derived.by(() => this.open.filter(({ waits }) => !waits));
  readonly waiting = $derived.by(() => this.open.filter(({ waits }) => waits));

  begin(job: Pick<Job, "title"> & Partial<Pick<Job, "cancel" | "show" | "detail">>): Begun {
    const id = this.#next++;
    this.list = [
      { id, detail: "", share: null, waits: false, outcome: null, cancel: null, show: null, ...job },
      ...this.list,
    ];
    return {
      id,
      tell: (detail, share = null) => this.#change(id, { detail, share, waits: false }),
      wait: (detail) => this.#change(id, { detail, share: null, waits: true }),
      end: (outcome, detail) => {
        this.#change(id, { outcome, cancel: null, ...(detail === undefined ? {} : { detail }) });
        this.said = `${job.title}: ${detail ?? outcome}`;
        this.#forget();
      },
    };
  }

  #change(id: number, change: Partial<Job>): void {
    this.list = this.list.map((job) => (job.id === id && job.outcome === null ? { ...job, ...change } : job));
  }

  #forget(): void {
    let over = 0;
    this.list = this.list.filter(({ outcome }) => outcome === null || ++over <= KEPT);
  }
}
