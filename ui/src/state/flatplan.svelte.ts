// The running order as the board shows it: moved at once on the screen, then in `issue.toml`, then laid out again.
import type { AdFields } from "../platform/bindings/AdFields";
import type { EntryView } from "../platform/bindings/EntryView";
import type { Failure } from "../platform/bindings/Failure";
import type { FlatplanView } from "../platform/bindings/FlatplanView";
import type { PlacedAdvertisement } from "../platform/bindings/PlacedAdvertisement";
import type { PlaceInOrder } from "../platform/bindings/PlaceInOrder";
import { failureOf, type Platform } from "../platform/seam";
import { words } from "../words";

interface Move {
  readonly from: number;
  readonly to: number;
}

/** What only the whole desk can do for the board. */
export interface Around {
  /** Puts every open text on disk; answers whether that went well. */
  settle(): Promise<boolean>;
  /** Lays the issue out again from disk. */
  layOut(issue: string): void;
}

export class Flatplan {
  plan = $state.raw<FlatplanView | null>(null);
  failure = $state.raw<Failure | null>(null);
  moving = $state(false);
  /** The entry that the keys are at on the board, or were last. */
  at = $state<number | null>(null);
  /** Whether the keys are to go to it. */
  toEntry = $state(false);
  /** Read aloud. */
  said = $state("");
  #moves = $state.raw<readonly Move[]>([]);
  #issue = "";
  #asked = 0;
  readonly #platform: Platform;
  readonly #around: Around;

  constructor(platform: Platform, around: Around) {
    this.#platform = platform;
    this.#around = around;
  }

  /** Whether the board is this issue's. */
  shows(issue: string): boolean {
    return issue === this.#issue && this.plan !== null;
  }

  /** The entry that the keys are at; nothing when they were at none yet. */
  get current(): EntryView | null {
    return this.at === null ? null : (this.plan?.entries[this.at] ?? null);
  }

  /** Its place, as it is seen. */
  get place(): PlaceInOrder | null {
    if (this.at === null || this.plan === null || this.current === null) return null;
    return { at: this.at, revision: this.plan.revision };
  }

  /** Whether the entry that the keys are at can be moved. */
  get canMove(): boolean {
    return this.current !== null && !isFixed(this.current) && !this.moving;
  }

  get canUndo(): boolean {
    return this.#moves.length > 0 && !this.moving;
  }

  /** Asks for the running order of the pages as they are laid out now. */
  async load(issue: string): Promise<void> {
    if (issue !== this.#issue) {
      this.#issue = issue;
      this.plan = null;
      this.at = null;
      this.#moves = [];
    }
    const asked = ++this.#asked;
    try {
      const plan = await this.#platform.call("flatplan", { issue });
      if (asked !== this.#asked || this.moving) return;
      this.plan = plan;
      this.failure = null;
    } catch (thrown) {
      if (asked === this.#asked) this.failure = failureOf(thrown);
    }
  }

  /** Entries came or went: what was moved before stands elsewhere now. */
  forgetMoves(): void {
    this.#moves = [];
  }

  /** An entry came into the file: the board shows it, and the keys go to it. `said` tells what it is and where. */
  came(
    issue: string,
    { at, revision }: PlacedAdvertisement,
    entry: EntryView,
    said: (what: string, where: string) => string,
  ): void {
    const entries = this.#changed(issue, revision, (entries) => entries.toSpliced(at, 0, entry));
    if (entries === null) return;
    this.said = said(nameOf(entry), whereOf(entries[at]!));
    this.#focus(at);
  }

  /** An entry is out of the file: the keys are at what stands in its place. */
  went(issue: string, { at, revision }: PlacedAdvertisement, said: string): void {
    const entries = this.#changed(issue, revision, (entries) => entries.toSpliced(at, 1));
    if (entries === null) return;
    this.said = said;
    this.#focus(Math.min(at, entries.length - 1));
  }

  #focus(at: number): void {
    this.at = at;
    this.toEntry = true;
  }

  /** Shows what is in the file now; nothing where another issue is on the board by now. */
  #changed(
    issue: string,
    revision: string,
    change: (entries: EntryView[]) => EntryView[],
  ): readonly EntryView[] | null {
    if (!this.shows(issue) || this.plan === null) return null;
    // What was asked before is older than this; but it can have been answered just now, from the file as it is.
    this.#asked += 1;
    const { plan } = this;
    const entries = plan.revision === revision ? plan.entries : paged(change(plan.entries));
    this.plan = { ...plan, entries, revision };
    this.failure = null;
    this.#moves = [];
    return entries;
  }

  /** Moves an entry to a place, as far as covers let it. */
  async move(from: number, to: number): Promise<boolean> {
    const moved = await this.#move({ from, to });
    if (moved) this.#moves = [...this.#moves, { from, to }];
    return moved;
  }

  /** Moves the entry that the keys are at by one place, with the keys. */
  async step(by: -1 | 1): Promise<void> {
    if (this.at !== null) await this.carry(this.at, this.at + by);
  }

  /** Moves an entry to a place; the keys go with it, and back to it where it stays. */
  async carry(from: number, to: number): Promise<void> {
    if (this.moving) return;
    const moved = this.move(from, to);
    // The board shows the move before the desk has written it.
    const begun = this.moving;
    if (begun) this.#focus(to);
    // Whoever went on to another entry meanwhile stays there.
    if (!(await moved) && (!begun || this.at === to)) this.#focus(from);
  }

  /** Takes the last move back; answers where its entry is again, or nothing when there was no move. */
  async undo(): Promise<number | null> {
    const last = this.#moves.at(-1);
    if (last === undefined || this.moving) {
      this.said = words.flatplan.nothingToUndo;
      return null;
    }
    if (!(await this.#move({ from: last.to, to: last.from }))) return null;
    this.#moves = this.#moves.slice(0, -1);
    this.said = words.flatplan.undone;
    return last.from;
  }

  async #move({ from, to }: Move): Promise<boolean> {
    const before = this.plan;
    const entry = before?.entries[from];
    if (before === null || entry === undefined || this.moving) return false;
    if (!mayMove(before.entries, from, to)) {
      const text = isFixed(entry) ? words.flatplan.fixed : words.flatplan.stays;
      this.said = text(nameOf(entry));
      return false;
    }
    this.moving = true;
    this.plan = { ...before, entries: reordered(before.entries, from, to) };
    this.said = words.flatplan.moved(nameOf(entry), whereOf(this.plan.entries[to]!));
    try {
      if (!(await this.#around.settle())) throw new Error(words.save.failed);
      const { revision } = before;
      const saved = await this.#platform.call("reorder", { issue: this.#issue, from, to, revision });
      this.plan = { ...this.plan, revision: saved.revision };
      this.failure = null;
      this.#around.layOut(this.#issue);
      return true;
    } catch (thrown) {
      this.plan = before;
      this.said = failureOf(thrown).message;
      this.failure = failureOf(thrown);
      return false;
    } finally {
      this.moving = false;
    }
  }
}

/** The covers are what an issue begins and ends with. */
export const isFixed = ({ kind }: EntryView): boolean => kind === "cover" || kind === "back-cover";

export function mayMove(entries: readonly EntryView[], from: number, to: number): boolean {
  const [entry, there] = [entries[from], entries[to]];
  return entry !== undefined && there !== undefined && from !== to && !isFixed(entry) && !isFixed(there);
}

export function nameOf({ kind, title }: EntryView): string {
  if (kind === "ad") return title === "" ? words.flatplan.kinds["ad"]! : words.flatplan.ad(title);
  return words.flatplan.kinds[kind] ?? title;
}

export function whereOf({ first, pages }: EntryView): string {
  return first === null || pages === 0
    ? words.flatplan.noPages
    : words.flatplan.pages(first, first + pages - 1);
}

/** An advertisement as the board has it until it is laid out. */
export const adEntry = ({ advertiser, size }: AdFields): EntryView => ({
  kind: "ad",
  slug: null,
  title: advertiser.trim(),
  section: size,
  first: null,
  pages: 1,
  budget: null,
});

/** The entries in their new order, with the first pages that follow from it. */
export function reordered(entries: readonly EntryView[], from: number, to: number): EntryView[] {
  const order = [...entries];
  order.splice(to, 0, ...order.splice(from, 1));
  return paged(order);
}

/** First pages counted through: what a layout will say unless an article turns out longer at its new place. */
function paged(entries: readonly EntryView[]): EntryView[] {
  let next = 1;
  return entries.map((entry) => {
    // An advertisement without a page of its own stands on the page before it.
    const shared = entry.kind === "ad" && entry.first !== null ? Math.max(1, next - 1) : null;
    const first = entry.pages === 0 ? shared : next;
    next += entry.pages;
    return { ...entry, first };
  });
}
