// Newest wins: at most one call is under way, and of those that wait only the last one counts.

export class Latest<T> {
  #pending: T | undefined;
  #running = false;
  readonly #run: (job: T) => Promise<void>;
  readonly #ready: (job: T) => Promise<void> | null;

  /**
   * `run` must not reject: it deals with its own failures. What `ready` answers is waited for before the newest job is
   * taken, which may be another one by then.
   */
  constructor(run: (job: T) => Promise<void>, ready: (job: T) => Promise<void> | null = () => null) {
    this.#run = run;
    this.#ready = ready;
  }

  /** Whether nothing runs or waits. */
  get idle(): boolean {
    return !this.#running && this.#pending === undefined;
  }

  /** Whether a newer job waits for the one that runs. */
  get waiting(): boolean {
    return this.#pending !== undefined;
  }

  ask(job: T): void {
    this.#pending = job;
    if (!this.#running) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#running = true;
    while (this.#pending !== undefined) {
      const ready = this.#ready(this.#pending);
      if (ready !== null) await ready;
      const job = this.#pending;
      this.#pending = undefined;
      await this.#run(job);
    }
    this.#running = false;
  }
}

/** Tells an answer from one to a later question that came before it: what is shown never goes back in time. */
export class Order {
  #asked = 0;
  #shown = 0;

  /** Call it with the question; what it gives says, with the answer, whether that may still be shown. */
  ask(): () => boolean {
    const mine = ++this.#asked;
    return () => {
      if (mine < this.#shown) return false;
      this.#shown = mine;
      return true;
    };
  }
}

/** Runs once, `wait` milliseconds after the last call; never later than `most` after the first one. */
export class Pause {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #first: number | undefined;
  readonly #run: () => void;
  readonly #wait: number;
  readonly #most: number;

  constructor(run: () => void, wait: number, most = Infinity) {
    this.#run = run;
    this.#wait = wait;
    this.#most = most;
  }

  touch(): void {
    const now = performance.now();
    this.#first ??= now;
    clearTimeout(this.#timer);
    const left = Math.max(0, this.#first + this.#most - now);
    this.#timer = setTimeout(() => this.now(), Math.min(this.#wait, left));
  }

  /** Runs at once, if something waits or not. */
  now(): void {
    this.stop();
    this.#run();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#first = undefined;
  }
}
