// Beginning an article or an issue, and whether an article has its place in the issue.
import type { Failure } from "../platform/bindings/Failure";
import type { IssueLine } from "../platform/bindings/IssueLine";
import { failureOf, type Platform } from "../platform/seam";
import { words } from "../words";
import type { Desk } from "./desk.svelte";
import { fileName } from "./naming";

/** What an article can be, the most usual first. */
export const KINDS = ["feature", "department", "letter", "numbers", "listing"] as const;
export type Kind = (typeof KINDS)[number];

export class Beginning {
  /** What somebody is about to begin. */
  asking = $state<"article" | "issue" | null>(null);
  readonly #desk: Desk;
  readonly #platform: Platform;

  constructor(desk: Desk, platform: Platform) {
    this.#desk = desk;
    this.#platform = platform;
  }

  /** The issues that can be begun next. */
  get coming(): readonly IssueLine[] {
    return this.#desk.publication?.coming ?? [];
  }

  /** The article behind which a new one gets its place: the one that is open. */
  get beside(): string | null {
    const open = this.#desk.articles.find((article) => article.open);
    return open?.line.placed === true ? open.line.slug : null;
  }

  /** What the file of an article with this title is called: a number stands in for letters that no file's name has. */
  slugOf(title: string): string {
    const plain = fileName(title);
    return plain === "" ? `article-${this.#desk.articles.length + 1}` : plain;
  }

  /** Begins an article and opens it; answers why it could not. */
  async article(title: string, kind: Kind): Promise<Failure | null> {
    const slug = this.slugOf(title);
    return this.#try(async (issue) => {
      const begin = { issue, slug, title: title.trim(), kind, beside: this.beside };
      this.#desk.issue = await this.#platform.call("beginArticle", begin);
      this.asking = null;
      this.#desk.viewing.keep({ place: "pages" });
      this.#desk.layOutAgain();
      await this.#desk.openArticle(slug);
      await this.#toPages(slug);
      this.#desk.editor?.focus();
    });
  }

  /** Begins an issue and opens it; answers why it could not. */
  async issue(id: string): Promise<Failure | null> {
    try {
      if (!(await this.#desk.settle())) return null;
      this.#desk.publication = await this.#platform.call("beginIssue", { issue: id });
      this.asking = null;
      this.#desk.viewing.keep({ place: "pages" });
      await this.#desk.openIssue(id);
      return null;
    } catch (thrown) {
      return failureOf(thrown);
    }
  }

  /** Gives an article a place in the issue: behind its last article, or where it stood. */
  async place(slug: string, at: number | null = null): Promise<void> {
    const failure = await this.#try(async (issue) => {
      this.#desk.issue = await this.#platform.call("placeArticle", { issue, slug, at });
      this.#desk.layOutAgain();
      await this.#toPages(slug);
    });
    if (failure !== null) this.#desk.notices.error(failure.message, failure.hint);
  }

  /** Takes an article out of the issue; its file stays, and it can be put back where it stood. */
  async takeOut(slug: string): Promise<void> {
    const { notices } = this.#desk;
    const failure = await this.#try(async (issue) => {
      const at = await this.#platform.call("takeOutArticle", { issue, slug });
      const title = this.#desk.titleOf(slug) ?? slug;
      const back = { label: words.begin.putBack, run: () => void this.place(slug, at) };
      this.#desk.issue = await this.#platform.call("issue", { issue });
      this.#desk.layOutAgain();
      notices.done(words.begin.takenOut(title), back);
    });
    if (failure !== null) notices.error(failure.message, failure.hint);
  }

  /** Brings the pages of an article into view once it has some. */
  async #toPages(slug: string): Promise<void> {
    await this.#desk.pages.rest();
    if (this.#desk.manuscript?.slug === slug) this.#desk.pages.goToArticle(slug);
  }

  async #try(work: (issue: string) => Promise<void>): Promise<Failure | null> {
    const issue = this.#desk.issue?.line.id;
    if (issue === undefined || !(await this.#desk.settle())) return null;
    try {
      await work(issue);
      return null;
    } catch (thrown) {
      return failureOf(thrown);
    }
  }
}
