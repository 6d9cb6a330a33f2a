// A table too long to hold: its pages are fetched by marks, wherever it is scrolled to, and the next one in that
// direction before it comes in sight. Of what a fast scroll passes by nothing is fetched; while a new question is being
// answered the rows of the last one stay.
import type { Failure } from "../platform/bindings/Failure";
import { failureOf } from "../platform/seam";

export interface Source<Row, Mark> {
  /** How many rows there are, and the mark before each page but the first. */
  marks(every: number): Promise<{ total: number; marks: readonly Mark[] }>;
  rows(after: Mark | null, limit: number): Promise<readonly Row[]>;
}

export const PAGE = 200;
const KEPT = 40;

export class Paged<Row, Mark> {
  total = $state<number | null>(null);
  busy = $state(false);
  failure = $state.raw<Failure | null>(null);
  #pages = $state.raw<ReadonlyMap<number, readonly Row[]>>(new Map());
  #marks: readonly Mark[] = [];
  #source: Source<Row, Mark> | null = null;
  #serial = 0;
  /** The pages in sight, and the one that comes next. */
  #wanted: readonly number[] = [];
  /** The first row in sight. */
  #first = 0;
  #fetching = false;

  row(index: number): Row | undefined {
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  /** Asks a new question; the rows of the last one stay until the first page of this one is there. */
  async open(source: Source<Row, Mark>): Promise<void> {
    const serial = ++this.#serial;
    this.busy = true;
    try {
      const [first, { total, marks }] = await Promise.all([source.rows(null, PAGE), source.marks(PAGE)]);
      if (serial !== this.#serial) return;
      this.#source = source;
      this.#marks = marks;
      this.#pages = new Map([[0, first]]);
      this.total = total;
      this.failure = null;
    } catch (thrown) {
      if (serial === this.#serial) this.failure = failureOf(thrown);
    }
    if (serial === this.#serial) this.busy = false;
  }

  /** The same question again, with the page in sight. */
  async again(): Promise<void> {
    const wanted = this.#wanted;
    if (this.#source !== null) await this.open(this.#source);
    this.#wanted = wanted;
    void this.#fetch();
  }

  /** The rows in sight, from the first to the last one. */
  want(first: number, last: number): void {
    const pages: number[] = [];
    const topmost = Math.floor(Math.max(0, first) / PAGE);
    for (let page = topmost; page <= Math.floor(last / PAGE); page++) pages.push(page);
    const next = first < this.#first ? topmost - 1 : topmost + pages.length;
    this.#first = first;
    this.#wanted = [...pages, next];
    void this.#fetch();
  }

  async #fetch(): Promise<void> {
    if (this.#fetching) return;
    this.#fetching = true;
    for (let page = this.#missing(); page !== undefined; page = this.#missing()) {
      const serial = this.#serial;
      try {
        const rows = await this.#source!.rows(page === 0 ? null : this.#marks[page - 1]!, PAGE);
        if (serial === this.#serial) this.#keep(page, rows);
      } catch (thrown) {
        this.failure = failureOf(thrown);
        break;
      }
    }
    this.#fetching = false;
  }

  #missing(): number | undefined {
    if (this.#source === null) return undefined;
    return this.#wanted.find((page) => page >= 0 && page <= this.#marks.length && !this.#pages.has(page));
  }

  #keep(page: number, rows: readonly Row[]): void {
    const pages = new Map([...this.#pages, [page, rows]]);
    while (pages.size > KEPT) pages.delete(pages.keys().next().value!);
    this.#pages = pages;
  }
}
