// The pages of the open issue: laid out when it opens, and again with every change in the editor. The last good pages
// stay when a layout fails.
import type { FindingView } from "../platform/bindings/FindingView";
import type { Failure } from "../platform/bindings/Failure";
import type { FitView } from "../platform/bindings/FitView";
import type { PagePlace } from "../platform/bindings/PagePlace";
import type { PagesView } from "../platform/bindings/PagesView";
import type { PageView } from "../platform/bindings/PageView";
import type { SeenPicture } from "../platform/bindings/SeenPicture";
import { failureOf, type Platform } from "../platform/seam";
import { Latest, Pause } from "./latest";

/** Pages as they are bound. */
type Spreads = readonly (readonly PageView[])[];

interface Job {
  readonly issue: string;
  /** Nothing: the issue as it is on disk, or what the last layout left for later. */
  readonly article: { readonly slug: string; readonly text: string } | null;
  readonly settles?: true;
  readonly asked: number;
}

/** Where to bring the pages, and the box to show there. */
export interface Goal {
  readonly page: number;
  readonly box: PagePlace | null;
  readonly flash: boolean;
  readonly serial: number;
}

/** The pages that are there are drawn before the desk turns to the rest: it does one thing after the other. */
const DRAWN_FIRST_MS = 40;

/** Pages that rest for so long are kept for the next window. */
const KEEP_AFTER_MS = 1500;

/** A layout that takes longer than this is felt by whoever types on. */
const LONG_MS = 60;
/** The engine rests no longer than this between two of them. */
const LONGEST_REST_MS = 200;

/** What a start is measured by. */
const FIRST_PICTURE = "first picture";

/**
 * Keys closer together than this count as typing: pictures stay coarse until the pause, and nothing is laid out that the
 * next key would have to wait for.
 */
const SETTLED_AFTER_MS = 600;

export class Pages {
  issue = $state("");
  list = $state.raw<readonly PageView[]>([]);
  findings = $state.raw<readonly FindingView[]>([]);
  fits = $state.raw<readonly FitView[]>([]);
  milliseconds = $state(0);
  busy = $state(false);
  /** Whether all pages of the issue were laid out once: before that, what is missing is only not there yet. */
  whole = $state(false);
  failure = $state.raw<Failure | null>(null);
  /** Whether some pages are those from before the template failed. */
  outdated = $state(false);
  /** Whether these are the pages of another day, shown until the page engine is there; they are as they would be now. */
  remembered = $state(false);
  /** Whether nobody is typing, so that pictures are worth their full sharpness. */
  settled = $state(true);
  /** The first page of the spread in view. */
  current = $state(1);
  goal = $state.raw<Goal | null>(null);

  /** Tenths of a second, so that a reloaded window never counts below what the desk has seen. */
  #version = Math.floor((Date.now() - Date.UTC(2026, 0, 1)) / 100);
  #serial = 0;
  #answered: number | null = null;
  /** How long the last layout took, and when it ended. */
  #worked = { took: 0, at: 0 };
  /** Whether the pages shown are all there are, as the PDF will have them. */
  #complete = true;
  #resting: (() => void)[] = [];
  /** Where to begin once there are pages: at a page, or at an article that was opened before it had one. */
  #begin: number | string | null = null;
  /** The pictures in sight, by their pages. */
  readonly #sight = new Map<number, SeenPicture>();
  /** What was kept last. */
  #kept = "";
  readonly #platform: Platform;
  readonly #pictured: () => void;
  readonly #rested: (page: number) => void;
  readonly #latest = new Latest<Job>(
    (job) => this.#run(job),
    (job) => this.#yieldToKeys(job),
  );
  readonly #settle = new Pause(() => this.#calm(), SETTLED_AFTER_MS);
  readonly #keep = new Pause(() => {
    if (this.list.length > 0) this.#rested(this.current);
    void this.keep();
  }, KEEP_AFTER_MS);

  /** `pictured` hears of each page that changed on the screen, `rested` of the one that somebody stays at. */
  constructor(
    platform: Platform,
    pictured: () => void = () => {},
    rested: (page: number) => void = () => {},
  ) {
    this.#platform = platform;
    this.#pictured = pictured;
    this.#rested = rested;
  }

  /** The pages as pairs, the way they are bound: the first alone, then two and two. */
  spreads = $state.raw<Spreads>([]);
  readonly count = $derived(this.list.length);
  /** Whether what is found, and what is not, is true of the issue as it is now. */
  readonly checked: "checked" | "checking" | "unchecked" = $derived.by(() => {
    if (this.failure !== null) return "unchecked";
    return this.whole ? "checked" : "checking";
  });

  open(issue: string, page = 1): void {
    if (issue !== this.issue) {
      this.#begin = page > 1 ? page : null;
      this.#sight.clear();
      this.remembered = false;
      this.issue = issue;
      this.#bind([]);
      this.whole = false;
      this.findings = [];
      this.fits = [];
      this.failure = null;
      this.outdated = false;
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

  /** Brings an article's first page into view, as soon as it has one. */
  goToArticle(slug: string): void {
    this.#begin = slug;
    this.#goToBeginning();
    if (this.whole) this.#begin = null;
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

  /** A page's picture is in sight, or no longer. */
  see(page: number, picture: SeenPicture | null): void {
    if (picture === null) this.#sight.delete(page);
    else this.#sight.set(page, picture);
    this.#keep.touch();
  }

  /** Keeps the pages for the next window, if they are at rest. */
  async keep(): Promise<void> {
    this.#keep.stop();
    const pictures = [...this.#sight.values()];
    const sight = JSON.stringify([this.issue, this.list.map(({ hash }) => hash), pictures]);
    const resting = !this.busy && this.settled && this.#complete && !this.remembered && this.failure === null;
    if (!resting || pictures.length === 0 || sight === this.#kept) return;
    try {
      if (await this.#platform.call("keepSeen", { issue: this.issue, pictures })) this.#kept = sight;
    } catch {
      // The next window opens without them.
    }
  }

  /** Something was saved: what was not yet to be kept may be now. */
  saved(): void {
    this.#keep.touch();
  }

  /** A page's picture is on the screen; the first one of a window is noted for whoever measures. */
  drawn(): void {
    if (performance.getEntriesByName(FIRST_PICTURE).length === 0) performance.mark(FIRST_PICTURE);
  }

  /** A new picture is on the screen: notes how long it took from the key, for whoever measures. */
  pictured(): void {
    const start = this.#answered;
    if (start === null) return;
    this.#answered = null;
    this.#pictured();
    requestAnimationFrame(() => performance.measure("key to picture", { start, end: performance.now() }));
  }

  /**
   * The next layout of a long text begins when the engine has rested for as long as it worked, and after the letter that
   * asks for it is painted: two cores that share their strength would otherwise show every letter late.
   */
  #yieldToKeys({ article }: Job): Promise<void> | null {
    const { took, at } = this.#worked;
    if (article === null || took < LONG_MS) return null;
    const rest = Math.max(0, at + Math.min(took, LONGEST_REST_MS) - performance.now());
    return new Promise<void>((done) => setTimeout(done, rest)).then(painted);
  }

  async #run(job: Job): Promise<void> {
    const begun = performance.now();
    try {
      const answer = await this.#ask(job);
      const at = performance.now();
      this.#worked = { took: at - begun, at };
      if (job.issue === this.issue && answer !== null) this.#take(answer, job);
    } catch (thrown) {
      if (job.issue === this.issue) this.failure = failureOf(thrown);
    }
    if (this.#latest.waiting) return;
    this.busy = false;
    for (const done of this.#resting.splice(0)) done();
  }

  async #ask(job: Job): Promise<PagesView | null> {
    const { issue, article } = job;
    if (job.settles) {
      await new Promise((done) => setTimeout(done, DRAWN_FIRST_MS));
      return this.#platform.call("settle", { issue, version: this.#version });
    }
    if (article === null) {
      if (this.list.length === 0) await this.#remember(issue);
      if (this.remembered) await new Promise((done) => setTimeout(done, DRAWN_FIRST_MS));
      return this.#platform.call("layout", { issue });
    }
    return this.#platform.call("preview", { issue, ...article, version: ++this.#version });
  }

  async #remember(issue: string): Promise<void> {
    const seen = await this.#platform.call("lastSeen", { issue }).catch(() => null);
    if (seen === null || issue !== this.issue || this.list.length > 0) return;
    this.remembered = true;
    performance.mark("pages remembered");
    this.#show(seen);
  }

  #show({ pages, findings, fits, outdated }: PagesView): void {
    this.#bind(withKnown(pages, this.list));
    if (!isEqual(findings, this.findings)) this.findings = findings;
    // A broken template measures nothing; how the articles fitted the last good pages still holds.
    if (!outdated && !isEqual(fits, this.fits)) this.fits = fits;
    this.#goToBeginning();
  }

  #goToBeginning(): void {
    const begin = this.#begin;
    const page = this.list.find(({ slug, number }) => (typeof begin === "string" ? slug : number) === begin);
    if (page === undefined) return;
    this.goTo(page.number);
    this.#begin = null;
  }

  #bind(pages: readonly PageView[]): void {
    this.list = pages;
    this.spreads = spreadsOf(pages, this.spreads);
  }

  #take(answer: PagesView, job: Job): void {
    this.failure = null;
    this.outdated = answer.outdated;
    // The first few pages are no reason to take away all of those that were last seen.
    if (!this.remembered || answer.settled || answer.pages.length >= this.list.length) {
      this.remembered = false;
      this.#show(answer);
    }
    this.#keep.touch();
    this.milliseconds = answer.milliseconds;
    this.#complete = answer.settled;
    if (answer.settled) this.whole = true;
    if (job.article !== null) this.#answered = job.asked;
    // At first there are only the first pages.
    else if (!answer.settled && job.settles === undefined) this.#complement();
  }

  #calm(): void {
    if (!this.#latest.idle) return this.#settle.touch();
    this.settled = true;
    if (!this.#complete) this.#complement();
  }

  /** Asks for what the last layout left for later, unless something newer is asked for already. */
  #complement(): void {
    if (this.#latest.waiting) return;
    this.busy = true;
    this.#latest.ask({ issue: this.issue, article: null, settles: true, asked: performance.now() });
  }
}

/** Once the next frame is on the screen; where nobody sees the window, and none is painted, soon all the same. */
const painted = (): Promise<void> =>
  new Promise((done) => {
    requestAnimationFrame(() => setTimeout(done));
    setTimeout(done, 100);
  });

/** A key changes one page of two hundred: all others stay the very objects they were, and nothing of them is drawn. */
function withKnown(pages: readonly PageView[], known: readonly PageView[]): readonly PageView[] {
  return pages.map((page, index) => {
    const before = known[index];
    return before !== undefined && isSame(page, before) ? before : page;
  });
}

function isSame(page: PageView, other: PageView): boolean {
  const keys = Object.keys(page) as (keyof PageView)[];
  return keys.every((key) => page[key] === other[key]);
}

const isEqual = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** The spreads of these pages; those of `before` that have the same ones are taken over. */
export function spreadsOf(pages: readonly PageView[], before: Spreads = []): Spreads {
  const spreads: PageView[][] = [];
  for (const page of pages) {
    if (page.number % 2 === 0 || spreads.length === 0) spreads.push([page]);
    else spreads.at(-1)!.push(page);
  }
  return spreads.map((spread, index) => {
    const known = before[index];
    return known?.length === spread.length && spread.every((page, side) => page === known[side])
      ? known
      : spread;
  });
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
