// The editions of the open issue: the one being written, and what one person's copy of it looks like.
import type { EditionLine } from "../platform/bindings/EditionLine";
import type { EditionPreview } from "../platform/bindings/EditionPreview";
import type { Failure } from "../platform/bindings/Failure";
import type { FindingView } from "../platform/bindings/FindingView";
import { failureOf, type Platform } from "../platform/seam";
import { words } from "../words";
import { Latest, Order, Pause } from "./latest";
import { Manuscript, type Shelf, type Watcher } from "./manuscript.svelte";
import type { Notices } from "./notices.svelte";
import type { Viewing } from "./viewing.svelte";

export type Copy = "desktop" | "phone" | "text";

const PREVIEW_AFTER_MS = 180;

export class Newsletter implements Watcher {
  issue = $state("");
  editions = $state.raw<readonly EditionLine[] | null>(null);
  manuscript = $state.raw<Manuscript | null>(null);
  opening = $state<string | null>(null);
  /** Whether a name for a new edition is asked for. */
  beginning = $state(false);
  failure = $state.raw<Failure | null>(null);
  preview = $state.raw<EditionPreview | null>(null);
  /** Why there is no newer preview; the last good one stays. */
  unseen = $state.raw<Failure | null>(null);
  busy = $state(false);
  copy = $state<Copy>("desktop");
  dark = $state(false);
  pictures = $state(true);
  /** Whose copy is shown; nothing: somebody of whom nothing is known. */
  to = $state<string | null>(null);
  readonly #platform: Platform;
  readonly #notices: Notices;
  readonly #viewing: Viewing;
  readonly #changed: () => void;
  #manuscripts = new Map<string, Manuscript>();
  readonly #lists = new Order();
  readonly #latest = new Latest<Manuscript>((manuscript) => this.#look(manuscript));
  readonly #pause = new Pause(() => this.look(), PREVIEW_AFTER_MS, 2 * PREVIEW_AFTER_MS);

  /** `changed` is called whenever the open edition has other words. */
  constructor(platform: Platform, notices: Notices, viewing: Viewing, changed: () => void) {
    this.#platform = platform;
    this.#changed = changed;
    this.#notices = notices;
    this.#viewing = viewing;
  }

  /** Every edition that was opened, for saving. */
  get open(): readonly Manuscript[] {
    return [...this.#manuscripts.values()];
  }

  /** `2026-q4/launch` */
  get edition(): string | null {
    return this.manuscript === null ? null : `${this.manuscript.issue}/${this.manuscript.slug}`;
  }

  get line(): EditionLine | null {
    return this.editions?.find(({ edition }) => edition === this.edition) ?? null;
  }

  pictureUrl(hash: string, width: number): string {
    return this.#platform.mailPictureUrl(hash, width);
  }

  /** Shows the editions of an issue; opens the one that was open last, or the first. */
  async load(issue: string): Promise<void> {
    const changed = issue !== this.issue;
    this.issue = issue;
    if (changed) {
      this.editions = null;
      this.manuscript = null;
      this.preview = null;
    }
    await this.#list();
    const known = this.editions ?? [];
    if (this.manuscript !== null) return this.look();
    const first = known.find(({ edition }) => edition === this.#viewing.kept.edition) ?? known[0];
    if (first !== undefined) await this.openEdition(first.edition);
  }

  async openEdition(edition: string): Promise<void> {
    if (edition === this.edition) return;
    void this.manuscript?.flush();
    this.opening = edition;
    try {
      const manuscript = await this.#manuscript(edition);
      if (this.opening !== edition) return;
      this.manuscript = manuscript;
      this.preview = null;
      this.#viewing.keep({ edition });
      this.look();
    } catch (thrown) {
      this.#report(thrown);
    } finally {
      if (this.opening === edition) this.opening = null;
    }
  }

  /** Begins an edition of this name with a first draft, and opens it. */
  async begin(name: string): Promise<Failure | null> {
    const edition = `${this.issue}/${name}`;
    try {
      await this.#platform.call("newEdition", { edition });
      await this.#list();
      await this.openEdition(edition);
      return null;
    } catch (thrown) {
      return failureOf(thrown);
    }
  }

  /** An edition's file is gone: shows another one, if there is one. */
  async letGo(edition: string): Promise<void> {
    this.#manuscripts.get(edition)?.end();
    this.#manuscripts.delete(edition);
    if (this.edition === edition) [this.manuscript, this.preview] = [null, null];
    await this.#list();
    const [first] = this.editions ?? [];
    if (this.manuscript === null && first !== undefined) await this.openEdition(first.edition);
  }

  /** An edition's file is there again: shows it, unless another issue is open meanwhile. */
  async bringBack(edition: string): Promise<void> {
    await this.#list();
    if (edition.startsWith(`${this.issue}/`)) await this.openEdition(edition);
  }

  /** Shows one subscriber's copy; with nothing, that of somebody of whom nothing is known. */
  showTo(address: string | null): void {
    this.to = address;
    this.look();
  }

  /** Saves what was written, because what is sent is what is on disk; answers whether it is. */
  async settle(): Promise<boolean> {
    const done = await Promise.all(this.open.map((manuscript) => manuscript.flush()));
    if (done.every(Boolean)) return true;
    this.#notices.error(words.save.failed);
    return false;
  }

  /** Makes the preview anew. */
  look(): void {
    if (this.manuscript === null) return;
    this.busy = true;
    this.#latest.ask(this.manuscript);
  }

  /** What was found in the open edition as its words are now. */
  async findingsNow(): Promise<readonly FindingView[]> {
    this.#pause.stop();
    if (this.manuscript !== null) await this.#look(this.manuscript);
    return this.preview?.findings ?? [];
  }

  changed(manuscript: Manuscript): void {
    if (manuscript !== this.manuscript) return;
    this.#pause.touch();
    this.#changed();
  }

  moved(): void {}

  saved(): void {
    this.refresh();
  }

  /** Reads the list anew: a subject line changed, or where the mailing of an edition stands. */
  refresh(): void {
    if (this.issue !== "") void this.#list();
  }

  async #list(): Promise<void> {
    const { issue } = this;
    const inTime = this.#lists.ask();
    try {
      const editions = await this.#platform.call("editions", { issue });
      if (!inTime() || issue !== this.issue) return;
      this.editions = editions;
      this.failure = null;
    } catch (thrown) {
      if (issue === this.issue) this.failure = failureOf(thrown);
    }
  }

  async #manuscript(edition: string): Promise<Manuscript> {
    const known = this.#manuscripts.get(edition);
    if (known) {
      await known.refresh();
      return known;
    }
    const shelf: Shelf = {
      read: () => this.#platform.call("readEdition", { edition }),
      save: (text, revision) => this.#platform.call("saveEdition", { edition, text, revision }),
    };
    const [issue, name] = edition.split("/") as [string, string];
    const manuscript = new Manuscript(shelf, this, issue, name, await shelf.read());
    this.#manuscripts.set(edition, manuscript);
    return manuscript;
  }

  async #look(manuscript: Manuscript): Promise<void> {
    const edition = `${manuscript.issue}/${manuscript.slug}`;
    try {
      const { text } = manuscript;
      const preview = await this.#platform.call("previewEdition", { edition, text, to: this.to });
      if (manuscript === this.manuscript) [this.preview, this.unseen] = [preview, null];
    } catch (thrown) {
      if (manuscript === this.manuscript) this.unseen = failureOf(thrown);
    }
    if (!this.#latest.waiting) this.busy = false;
  }

  #report(thrown: unknown): void {
    const { message, hint } = failureOf(thrown);
    this.#notices.error(message, hint);
  }
}
