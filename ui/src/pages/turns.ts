// Who may fetch a picture next. The desk draws one page at a time: asked for thirty at once it would draw them in the
// order of asking, and the page that somebody jumped to would stay white behind pages that are long out of sight. So
// few are asked for at a time, the ones in sight first, and who is not wanted any more gives the turn away.

/** Two: while one travels and is decoded, the next is drawn. */
const AT_ONCE = 2;

interface Waiting {
  readonly urgency: () => number;
  readonly go: () => void;
}

export class Turns {
  #free = AT_ONCE;
  #waiting: Waiting[] = [];

  /** Comes when it is this one's turn; answers what to call when it is over. `urgency` is asked at each turn anew. */
  async next(urgency: () => number): Promise<() => void> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((go) => this.#waiting.push({ urgency, go }));
    let over = false;
    return () => {
      if (!over) this.#pass();
      over = true;
    };
  }

  #pass(): void {
    let most = -1;
    let chosen = -1;
    for (const [index, { urgency }] of this.#waiting.entries()) {
      const now = urgency();
      if (now > most) [most, chosen] = [now, index];
    }
    const [first] = chosen < 0 ? [] : this.#waiting.splice(chosen, 1);
    if (first === undefined) this.#free += 1;
    else first.go();
  }
}

/** The pictures of this window share the desk. */
export const turns = new Turns();
