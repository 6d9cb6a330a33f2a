// Words in all the texts of the issue: found as they are typed, looked at, replaced, and taken back as one.
//
// What is left out is remembered by place and by the very bytes of its file, so that a box never slips to another hit.
import type { Text } from "@codemirror/state";
import { SvelteSet } from "svelte/reactivity";
import type { Failure } from "../platform/bindings/Failure";
import type { FoundFile } from "../platform/bindings/FoundFile";
import type { FoundView } from "../platform/bindings/FoundView";
import type { HitView } from "../platform/bindings/HitView";
import type { ReplaceIn } from "../platform/bindings/ReplaceIn";
import type { ReplacedView } from "../platform/bindings/ReplacedView";
import type { SearchFor } from "../platform/bindings/SearchFor";
import { failureOf, type Platform } from "../platform/seam";
import { words } from "../words";
import type { Desk } from "./desk.svelte";
import { Latest, Pause } from "./latest";

const SEARCH_AFTER_MS = 80;
const { searching: said } = words;

/** A text with hits, as the list shows it. */
export interface FoundGroup {
  readonly file: FoundFile;
  readonly title: string;
}

interface Job {
  readonly issue: string;
  readonly sought: SearchFor;
  readonly replacement: string | null;
}

export class Searching {
  open = $state(false);
  /** Whether something takes the place of the words. */
  replacing = $state(false);
  words = $state("");
  replacement = $state("");
  matchCase = $state(false);
  wholeWords = $state(false);
  expression = $state(false);
  found = $state.raw<FoundView | null>(null);
  failure = $state.raw<Failure | null>(null);
  busy = $state(false);
  /** The hit that was gone to last. */
  at = $state<string | null>(null);
  /** The last replacement, while it can be taken back. */
  made = $state.raw<ReplacedView | null>(null);
  /** The notice that tells of it. */
  #told: number | null = null;
  /** How the texts with an editor stood before it, by their files. */
  #stood: ReadonlyMap<string, Text> = new Map();
  /** Counts up with each wish to type what is looked for. */
  asked = $state(0);
  /** Counts up with each wish to type what takes its place. */
  askedBy = $state(0);
  /** Read aloud. */
  said = $state("");
  /** Hits whose box is not as it was at first. */
  readonly #turned = new SvelteSet<string>();
  /** The same, where they are after a replacement before them, by their files; until the next look. */
  #moved = new Map<string, readonly number[]>();
  readonly #platform: Platform;
  readonly #desk: Desk;
  readonly #latest = new Latest<Job>((job) => this.#look(job));
  readonly #pause = new Pause(() => this.look(), SEARCH_AFTER_MS, 3 * SEARCH_AFTER_MS);

  constructor(platform: Platform, desk: Desk) {
    this.#platform = platform;
    this.#desk = desk;
  }

  /** The texts in the order of the issue: its articles, its editions, its settings. */
  readonly groups: readonly FoundGroup[] = $derived.by(() => {
    const order = (this.#desk.issue?.articles ?? []).map(({ slug }) => slug);
    const rank = ({ slug, edition }: FoundFile): number =>
      slug !== null ? Math.max(0, order.indexOf(slug)) : order.length + (edition === null ? 1 : 0);
    return (this.found?.files ?? [])
      .toSorted((a, b) => rank(a) - rank(b))
      .map((file) => ({ file, title: this.titleOf(file) }));
  });
  readonly shown = $derived(this.groups.reduce((sum, { file }) => sum + file.hits.length, 0));
  readonly chosen = $derived.by(() =>
    this.groups.reduce((sum, { file }) => sum + file.hits.filter((hit) => this.isIn(file, hit)).length, 0),
  );

  titleOf(file: FoundFile): string {
    return this.#desk.titleOfText(file) ?? said.settings;
  }

  /** Opens the search, with the words that are selected in the editor. */
  begin(replacing: boolean): void {
    const { written } = this.#desk;
    const selected = written?.session.sliceDoc(
      written.session.selection.main.from,
      written.session.selection.main.to,
    );
    if (selected && !selected.includes("\n") && !this.expression) this.words = selected;
    this.#open(replacing);
  }

  #open(replacing: boolean): void {
    const { viewing } = this.#desk;
    viewing.focus = false;
    viewing.pane = "pages";
    viewing.keep({ place: "pages" });
    this.replacing = replacing || (this.replacing && this.open);
    this.open = true;
    this.asked += 1;
    this.look();
  }

  /** Shows every place of a word, as it would be with another one in its place. */
  propose(word: string, replacement: string): void {
    [this.words, this.replacement] = [word, replacement];
    [this.matchCase, this.wholeWords, this.expression] = [true, true, false];
    this.#open(true);
  }

  close(): void {
    this.open = false;
    this.#desk.editor?.focus();
  }

  /** Looks again soon: a key was typed here or in a text. */
  stale(): void {
    if (this.open) this.#pause.touch();
  }

  /** Looks now. */
  look(): void {
    this.#pause.stop();
    const issue = this.#desk.issue?.line.id;
    if (!this.open || issue === undefined) return;
    this.busy = true;
    this.#latest.ask({ issue, sought: this.#sought, replacement: this.replacing ? this.replacement : null });
  }

  key(file: FoundFile, hit: HitView): string {
    return `${file.revision} ${hit.start}`;
  }

  /** Whether a hit is replaced with the others. One in an address is not, unless somebody says so. */
  isIn(file: FoundFile, hit: HitView): boolean {
    return hit.address === this.#turned.has(this.key(file, hit));
  }

  turn(file: FoundFile, hit: HitView): void {
    const key = this.key(file, hit);
    if (!this.#turned.delete(key)) this.#turned.add(key);
  }

  /** Shows a hit in its text. One in `issue.toml`, which no editor shows, is only chosen: its row says what it is. */
  async goTo(file: FoundFile, hit: HitView): Promise<void> {
    this.at = this.key(file, hit);
    if (hit.field === null) return this.#desk.showText(file, hit.start, hit.end);
  }

  /** Asks what is to take the place of what was found. */
  beginReplacing(): void {
    this.replacing = true;
    this.askedBy += 1;
    this.look();
  }

  replaceOne(file: FoundFile, hit: HitView): Promise<void> {
    return this.#replace([{ file, hits: [hit] }]);
  }

  replaceHere(file: FoundFile): Promise<void> {
    return this.#replace([{ file, hits: file.hits.filter((hit) => this.isIn(file, hit)) }]);
  }

  replaceAll(): Promise<void> {
    return this.#replace(
      this.groups.map(({ file }) => ({ file, hits: file.hits.filter((hit) => this.isIn(file, hit)) })),
    );
  }

  /** Takes the last replacement back, in every text that nobody changed since. */
  async takeBack(): Promise<void> {
    const { made } = this;
    if (made === null) return;
    const { notices } = this.#desk;
    try {
      const back = await this.#desk.rewrite(() =>
        this.#platform.call("takeBackReplacement", { number: made.number }),
      );
      if (back === null) return;
      this.#forget();
      this.said = said.takenBack(back.files.length);
      if (back.changed.length === 0) notices.info(this.said);
      else notices.error(said.changedSince(back.changed.map(nameOf).join(", ")), said.changedHint);
    } catch (thrown) {
      this.#report(thrown);
    }
    this.look();
  }

  /** A text was changed. Once undo in the editors brought every one back, nothing is left to be taken back. */
  changed(): void {
    this.stale();
    const { made } = this;
    if (made === null) return;
    const now = this.#desk.held.docs;
    const back = (file: string): boolean => {
      const [before, here] = [this.#stood.get(file), now.get(file)];
      return before !== undefined && here !== undefined && before.eq(here);
    };
    if (made.files.every(back)) this.#forget();
  }

  /** The last replacement cannot be taken back any more, and its notice goes. */
  #forget(): void {
    this.made = null;
    if (this.#told !== null) this.#desk.notices.dismiss(this.#told);
    this.#told = null;
  }

  get #sought(): SearchFor {
    const { matchCase, wholeWords, expression } = this;
    return { words: this.words, matchCase, wholeWords, expression };
  }

  async #look(job: Job): Promise<void> {
    try {
      const unsaved = this.#desk.held.unsaved;
      const found = await this.#platform.call("searchIssue", { ...job, unsaved });
      if (!this.#latest.waiting) this.#take(found);
    } catch (thrown) {
      if (!this.#latest.waiting) [this.found, this.failure] = [null, failureOf(thrown)];
    }
    if (this.#latest.waiting) return;
    this.busy = false;
    const { found } = this;
    if (found !== null && job.sought.words !== "") {
      this.said = found.hits === 0 ? said.none : said.count(found.hits, found.files.length);
    }
  }

  #take(found: FoundView): void {
    for (const { file, revision } of found.files) {
      for (const start of this.#moved.get(file) ?? []) this.#turned.add(`${revision} ${start}`);
    }
    this.#moved.clear();
    [this.found, this.failure] = [found, null];
  }

  /** Where the turned boxes of a file are once these hits are replaced. */
  #movedBy(file: FoundFile, hits: readonly HitView[]): readonly number[] {
    const grown = ({ start, end, replaced }: HitView): number => bytesOf(replaced ?? "") - (end - start);
    return file.hits
      .filter((hit) => this.#turned.has(this.key(file, hit)) && !hits.includes(hit))
      .map(({ start }) => hits.reduce((at, hit) => (hit.end <= start ? at + grown(hit) : at), start));
  }

  async #replace(chosen: readonly { file: FoundFile; hits: readonly HitView[] }[]): Promise<void> {
    const issue = this.#desk.issue?.line.id;
    const files: ReplaceIn[] = chosen
      .filter(({ hits }) => hits.length > 0)
      .map(({ file, hits }) => ({
        file: file.file,
        revision: file.revision,
        starts: hits.map(({ start }) => start),
      }));
    if (issue === undefined || files.length === 0) return;
    const [sought, replacement, stood] = [this.#sought, this.replacement, this.#desk.held.docs];
    try {
      const made = await this.#desk.rewrite(() =>
        this.#platform.call("replaceInIssue", { issue, sought, replacement, files }),
      );
      if (made === null) return;
      for (const { file, hits } of chosen) this.#moved.set(file.file, this.#movedBy(file, hits));
      this.#forget();
      [this.made, this.#stood] = [made, stood];
      this.said = said.replaced(made.places, made.files.length);
      this.#told = this.#desk.notices.stay(this.said, said.undoHint, {
        label: said.undo,
        run: () => void (this.made === made && this.takeBack()),
      });
    } catch (thrown) {
      this.#report(thrown);
    }
    this.look();
  }

  #report(thrown: unknown): void {
    const { message, hint, place } = failureOf(thrown);
    this.#desk.notices.error(place === null ? message : `${message} (${nameOf(place)})`, hint);
  }
}

/** A field of `issue.toml` as a person calls it: `Cover › Headline`. */
export const fieldOf = (field: string): string =>
  field
    .split(" › ")
    .map((name) => said.fields[name] ?? name)
    .join(" › ");

/** The last part of a path. */
const nameOf = (path: string): string => path.split("/").at(-1) ?? path;

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;
