// The pages of the open issue: laid out when it opens, and again with every change in the editor. The last good pages
// stay when a layout fails.
import type { FindingView } from "../platform/bindings/FindingView";
import type { Failure } from "../platform/bindings/Failure";
import type { FitView } from "../platform/bindings/FitView";
import type { PagePlace } from "../platform/bindings/PagePlace";
import type { PagesView } from "../platform/bindings/PagesView";
import type { PageView } from "../platform/bindings/PageView";
import { failureOf, type Platform } from "../platform/seam";
import { Latest, Pause } from "./latest";

interface Job {
  readonly issue: string;
  /** Nothing: the issue as it is on disk. */
  readonly article: { readonly slug: string; readonly text: string } | null;
  readonly asked: number;
}

/** Where to bring the pages, and the box to show there. */
export interface Goal {
  readonly page: number;
  readonly box: PagePlace | null;
  readonly flash: boolean;
  readonly serial: number;
}

/** Keys closer together than this count as typing: pictures stay coarse until the pause. */
const SETTLED_AFTER_MS = 350;

export class Pages {
  issue = $state("");
  list = $state.raw<readonly PageView[]>([]);
  findings = $state.raw<readonly FindingView[]>([]);
  fits = $state.raw<readonly FitView[]>([]);
  milliseconds = $state(0);
  busy = $state(false);
  failure = $state.raw<Failure | null>(null);
  /** Whether nobody is typing, so that pictures are worth their full sharpness. */
  settled = $state(true);
  /** The first page of the spread in view. */
  current = $state(1);
  goal = $state.raw<Goal | null>(null);

  /** Tenths of a second, so that a reloaded window never counts below what the desk has seen. */
  #version = Math.floor((Date.now() - Date.UTC(2026, 0, 1)) / 100);
  #serial = 0;
  #answered: number | null = null;
  #resting: (() => void)[] = [];
  readonly #platform: Platform;
  readonly #pictured: () => void;
  readonly #latest = new Latest<Job>((job) => this.#run(job));
  readonly #settle = new Pause(() => this.#calm(), SETTLED_AFTER_MS);

  constructor(platform: Platform, pictured: () => void = () => {}) {
    this.#platform = platform;
    this.#pictured = pictured;
  }

  /** The pages as pairs, the way they are bound: the first alone, then two and two. */
  readonly spreads = $derived.by(() => spreadsOf(this.list));

  open(issue: string): void {
    if (issue !== this.issue) {
      this.issue = issue;
      this.list = [];
      this.findings = [];
      this.fits = [];
      this.failure = null;
      this.current = 1;
      this.goal = null;
    }
    this.#latest.ask({ issue, article: null, asked: performance.now() });
    this.busy = true;
  }

  preview(slug: string, text: string): void {
    this.settled = false;
    this.#settle.touch();
    this.busy = true;
    this.#latest.ask({ issue: this.issue, article: { slug, text }, asked: performance.now() });
  }

  goTo(page: number, box: PagePlace | null = null, flash = false): void {
    this.goal = { page, box, flash, serial: ++this.#serial };
  }

  /** When the pages are those of the text as it is now. */
  rest(): Promise<void> {
    return this.busy ? new Promise((done) => this.#resting.push(done)) : Promise.resolve();
  }

  pictureUrl(hash: string, ppi: number): string {
    return this.#platform.pictureUrl(this.issue, hash, ppi);
  }

  /** A new picture is on the screen: notes how long it took from the key, for whoever measures. */
  pictured(): void {
    const start = this.#answered;
    if (start === null) return;
    this.#answered = null;
    this.#pictured();
    requestAnimationFrame(() => performance.measure("key to picture", { start, end: performance.now() }));
  }

  async #run(job: Job): Promise<void> {
    try {
      const answer = await this.#ask(job);
      if (job.issue === this.issue && answer !== null) this.#take(answer, job);
    } catch (thrown) {
      if (job.issue === this.issue) this.failure = failureOf(thrown);
    }
    if (this.#latest.waiting) return;
    this.busy = false;
    for (const done of this.#resting.splice(0)) done();
  }

  #ask(job: Job): Promise<PagesView | null> {
    const { issue, article } = job;
    if (article === null) return this.#platform.call("layout", { issue });
    return this.#platform.call("preview", { issue, ...article, version: ++this.#version });
  }

  #take(answer: PagesView, job: Job): void {
    this.failure = null;
    this.list = answer.pages;
    this.findings = answer.findings;
    this.fits = answer.fits;
    this.milliseconds = answer.milliseconds;
    if (job.article !== null) this.#answered = job.asked;
  }

  #calm(): void {
    if (this.#latest.idle) this.settled = true;
    else this.#settle.touch();
  }
}

export function spreadsOf(pages: readonly PageView[]): readonly (readonly PageView[])[] {
  const spreads: PageView[][] = [];
  for (const page of pages) {
    if (page.number % 2 === 0 || spreads.length === 0) spreads.push([page]);
    else spreads.at(-1)!.push(page);
  }
  return spreads;
}

/** The first and last page of each article. */
export function rangesOf(
  pages: readonly PageView[],
): ReadonlyMap<string, { first: number; last: number; count: number }> {
  const ranges = new Map<string, { first: number; last: number; count: number }>();
  for (const { slug, number } of pages) {
    if (slug === null) continue;
    const range = ranges.get(slug);
    if (range === undefined) ranges.set(slug, { first: number, last: number, count: 1 });
    else {
      range.last = number;
      range.count += 1;
    }
  }
  return ranges;
}
