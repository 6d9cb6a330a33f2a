// The articles of the open issue that were opened: each is read once, and stays with its undo history until another
// issue is opened.
import type { Platform } from "../platform/seam";
import { Manuscript, type Shelf, type Watcher } from "./manuscript.svelte";
import type { Viewing } from "./viewing.svelte";

export class Texts {
  readonly #platform: Platform;
  readonly #viewing: Viewing;
  readonly #watcher: Watcher;
  #open = new Map<string, Manuscript>();

  constructor(platform: Platform, viewing: Viewing, watcher: Watcher) {
    this.#platform = platform;
    this.#viewing = viewing;
    this.#watcher = watcher;
  }

  /** Every article that was opened. */
  get open(): readonly Manuscript[] {
    return [...this.#open.values()];
  }

  /** Another issue is opened. */
  clear(): void {
    this.#open.clear();
  }

  /** An article's file is gone. */
  letGo({ issue, slug }: Manuscript): void {
    this.#open.get(keyOf(issue, slug))?.end();
    this.#open.delete(keyOf(issue, slug));
  }

  /** An article with the cursor where it stood another day; one that was open takes what somebody else wrote since. */
  async take(issue: string, slug: string): Promise<Manuscript> {
    const known = this.#open.get(keyOf(issue, slug));
    if (known) {
      await known.refresh();
      return known;
    }
    const shelf: Shelf = {
      read: () => this.#platform.call("readArticle", { issue, slug }),
      save: (text, revision) => this.#platform.call("saveArticle", { issue, slug, text, revision }),
    };
    const manuscript = new Manuscript(shelf, this.#watcher, issue, slug, await shelf.read());
    const caret = this.#viewing.caretOf(issue, slug);
    if (caret !== null) manuscript.goBackTo(caret);
    this.#open.set(keyOf(issue, slug), manuscript);
    return manuscript;
  }

  /** An article was changed on disk by the desk itself. */
  async refresh(issue: string, slug: string): Promise<void> {
    await this.#open.get(keyOf(issue, slug))?.refresh();
  }
}

/** Every issue has its letter: an article is known by its issue as well. */
const keyOf = (issue: string, slug: string): string => `${issue}/${slug}`;
