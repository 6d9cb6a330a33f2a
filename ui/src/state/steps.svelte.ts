// The first steps of somebody who is new: each is done when it truly happened, and stays done on this computer.
import type { Viewing } from "./viewing.svelte";

export type Step = "edit" | "page" | "export" | "test";
export const STEPS: readonly Step[] = ["edit", "page", "export", "test"];

export class Steps {
  /** Whether an edit waits to be seen on its page. */
  #edited = false;
  readonly #viewing: Viewing;

  constructor(viewing: Viewing) {
    this.#viewing = viewing;
  }

  get shown(): boolean {
    return this.#viewing.kept.stepsShown;
  }

  get done(): readonly Step[] {
    return this.#viewing.kept.steps;
  }

  get finished(): boolean {
    return STEPS.every((step) => this.done.includes(step));
  }

  show(shown: boolean): void {
    this.#viewing.keep({ stepsShown: shown });
  }

  /** An article was changed; its page is to follow. */
  edited(): void {
    this.#edited = true;
  }

  /** A changed article is in its file. */
  saved(): void {
    if (this.#edited) this.tick("edit");
  }

  /** A page's picture was changed for another one on the screen. */
  pictured(): void {
    if (this.#edited) this.tick("page");
  }

  tick(step: Step): void {
    if (!this.done.includes(step)) this.#viewing.keep({ steps: [...this.done, step] });
  }
}
