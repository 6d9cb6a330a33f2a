// Every text that somebody opened for writing, articles and editions alike, as the editors hold it now.
import type { Text } from "@codemirror/state";
import { words } from "../words";
import type { Manuscript } from "./manuscript.svelte";

/** Where opened texts are: the articles of the issue, or the editions of its newsletter. */
export interface Opened {
  readonly open: readonly Manuscript[];
}

export class Held {
  readonly #articles: Opened;
  readonly #editions: Opened;

  constructor(articles: Opened, editions: Opened) {
    this.#articles = articles;
    this.#editions = editions;
  }

  get #all(): readonly Manuscript[] {
    return [...this.#articles.open, ...this.#editions.open];
  }

  get #byFile(): readonly (readonly [file: string, manuscript: Manuscript])[] {
    const under = ({ open }: Opened, folder: string): [string, Manuscript][] =>
      open.map((manuscript) => [`issues/${manuscript.issue}/${folder}/${manuscript.slug}.md`, manuscript]);
    return [...under(this.#articles, "articles"), ...under(this.#editions, "editions")];
  }

  /** What the editors hold, by its files. */
  get docs(): ReadonlyMap<string, Text> {
    return new Map(this.#byFile.map(([file, { session }]) => [file, session.doc]));
  }

  /** What stands in an editor and not on disk yet, by its files. */
  get unsaved(): { file: string; text: string }[] {
    return this.#byFile.filter(([, { clean }]) => !clean).map(([file, { text }]) => ({ file, text }));
  }

  /** Saves all of them; answers whether each could be saved. */
  async save(): Promise<boolean> {
    const done = await Promise.all(this.#all.map((manuscript) => manuscript.flush()));
    return done.every(Boolean);
  }

  /** Shows what is on disk, which the desk itself may have changed. */
  async refresh(): Promise<void> {
    await Promise.allSettled(this.#all.map((manuscript) => manuscript.refresh()));
  }

  /** What keeps a text from being saved, in a sentence. */
  obstacle(titleOf: (slug: string) => string | null): string | null {
    for (const { save, slug } of this.#all) {
      if (save.kind === "failed") return `${titleOf(slug)}: ${save.failure.message}`;
      if (save.kind === "conflict") return `${titleOf(slug)}: ${words.conflict.message}`;
    }
    return null;
  }
}
