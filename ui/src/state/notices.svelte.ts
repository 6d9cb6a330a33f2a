// Short words from the window to its writer: shown for a while, read aloud, never in the way.

export interface Notice {
  readonly id: number;
  readonly kind: "info" | "error";
  readonly message: string;
  readonly hint: string | null;
  readonly action: { readonly label: string; readonly run: () => void } | null;
  /** Whether it stays until somebody dismisses it; then it has a place of its own, over nothing. */
  readonly stays: boolean;
  readonly at: number;
}

const SHOWN_MS = 5000;

/** What was said so shortly before somebody leaves a place was said of their leaving. */
const JUST_NOW_MS = 1000;

export class Notices {
  list = $state<Notice[]>([]);
  #next = 1;

  info(message: string): void {
    const id = this.#add({ kind: "info", message, hint: null, action: null, stays: false });
    setTimeout(() => this.dismiss(id), SHOWN_MS);
  }

  /** Something came out, and here is where it is; stays twice as long. */
  done(message: string, action: Notice["action"]): void {
    const id = this.#add({ kind: "info", message, hint: null, action, stays: false });
    setTimeout(() => this.dismiss(id), 2 * SHOWN_MS);
  }

  /** Something that a person has to have read; stays until it is dismissed. Answers what to dismiss it by. */
  stay(
    message: string,
    hint: string | null,
    action: Notice["action"],
    kind: Notice["kind"] = "info",
  ): number {
    return this.#add({ kind, message, hint, action, stays: true });
  }

  /** An error stays until it is dismissed. */
  error(message: string, hint: string | null = null, action: Notice["action"] = null): void {
    if (this.list.some((notice) => notice.message === message)) return;
    this.#add({ kind: "error", message, hint, action, stays: true });
  }

  dismiss(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id);
  }

  /** Somebody goes elsewhere: what passes anyway was about the place they leave. */
  leave(): void {
    const now = performance.now();
    this.list = this.list.filter(({ stays, at }) => stays || now - at < JUST_NOW_MS);
  }

  /** What it was about has changed: nothing that passes by itself is true any more. */
  clear(): void {
    this.list = this.list.filter(({ stays }) => stays);
  }

  #add(notice: Omit<Notice, "id" | "at">): number {
    const id = this.#next++;
    // What offers something until it is dismissed can be the only way to it; of the rest the newest are enough.
    const needed = ({ stays, action }: Notice): boolean => stays && action !== null;
    const rest = this.list.filter((one) => !needed(one)).slice(-2);
    const kept = this.list.filter((one) => needed(one) || rest.includes(one));
    this.list = [...kept, { id, at: performance.now(), ...notice }];
    return id;
  }
}
