// Taking an entry of the board by the pointer. A press becomes a drag only after a few pixels, so that a click stays one.
import type { BoardPage } from "./board";

const BECOMES_DRAG_PX = 6;

export class Drag {
  /** The entry in hand. */
  from = $state<number | null>(null);
  /** The entry whose place it would take. */
  over = $state<number | null>(null);
  #pressed: { readonly at: number; readonly x: number; readonly y: number } | null = null;
  readonly #move: (from: number, to: number) => void;

  constructor(move: (from: number, to: number) => void) {
    this.#move = move;
  }

  start(event: PointerEvent, at: number): void {
    if (event.button === 0) this.#pressed = { at, x: event.clientX, y: event.clientY };
  }

  moveTo(event: PointerEvent): void {
    const pressed = this.#pressed;
    if (pressed === null) return;
    const far = Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > BECOMES_DRAG_PX;
    if (this.from === null && !far) return;
    this.from = pressed.at;
    const under = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-entry]");
    if (under instanceof HTMLElement) this.over = Number(under.dataset["entry"]);
  }

  drop(): void {
    const { from, over } = this;
    this.stop();
    if (from !== null && over !== null && from !== over) this.#move(from, over);
  }

  stop(): void {
    this.#pressed = null;
    this.from = null;
    this.over = null;
  }

  /** The edge of a page at which the entry in hand would come to lie. */
  markOf({ at, part, entry }: BoardPage): "before" | "after" | null {
    if (this.from === null || this.over !== at || at === this.from) return null;
    if (this.from > at) return part === 0 ? "before" : null;
    return part === entry.pages - 1 ? "after" : null;
  }
}
