// Beginning an article or an issue, and whether an article has its place in the issue.
import { tick } from "svelte";
import type { Failure } from "../platform/bindings/Failure";
import type { IssueLine } from "../platform/bindings/IssueLine";
import type { IssueView } from "../platform/bindings/IssueView";
import { failureOf, type Platform } from "../platform/seam";
import { words } from "../words";
import type { Desk } from "./desk.svelte";
import { fileName } from "./naming";

/** What an article can be, the most usual first. */
export const KINDS = ["feature", "department", "letter", "numbers", "listing"] as const;
/** Letters of a file's name, where a title has more. */
const LONGEST = 60;
export type Kind = (typeof KINDS)[number];

/** The articles with a place, in their order. */
const placed = ({ articles }: IssueView): string =>
  articles.flatMap(({ slug, placed }) => (placed ? slug : [])).join("\n");

export class Beginning {
  /** What somebody is about to begin. */
  asking = $state<"article" | "issue" | null>(null);
  /** The article that was taken out last, where it stood, and which were left. */
  #taken = $state.raw<{ issue: string; slug: string; at: number; left: string } | null>(null);
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

  /** What the file of an article with this title is called; a name that is taken, or that no file can have, gets a number. */
  slugOf(title: string): string {
    const plain = fileName(title).slice(0, LONGEST).replace(/-+$/, "") || "article";
    const taken = new Set(this.#desk.issue?.articles.map(({ slug }) => slug));
    const free = (n: number): string => (n === 1 ? plain : `${plain}-${n}`);
    let n = 1;
    while (taken.has(free(n))) n += 1;
    return free(n);
  }

  /** Begins an article and opens it; answers why it could not. */
  async article(title: string, kind: Kind): Promise<Failure | null> {
    const slug = this.slugOf(title);
    return this.#change(async (issue) => {
      const begin = { issue, slug, title: title.trim(), kind, beside: this.beside };
      const view = await this.#platform.call("beginArticle", begin);
      this.asking = null;
      if (!this.take(view)) return;
      this.#desk.viewing.keep({ place: "pages" });
      await this.#desk.openArticle(slug);
      await tick();
      this.#desk.editor?.focus();
      void this.#toPages(slug);
    });
  }

  /** Begins an issue and opens it; answers why it could not. */
  async issue(id: string): Promise<Failure | null> {
    if (!(await this.#desk.settle())) return this.#unsaved();
    try {
      this.#desk.publication = await this.#platform.call("beginIssue", { issue: id });
      this.asking = null;
      this.#desk.viewing.keep({ place: "pages" });
      await this.#desk.openIssue(id);
      return null;
    } catch (thrown) {
      return failureOf(thrown);
    }
  }

  /** Where an article of the open issue stood before it was taken out, while those that were left stand as then. */
  stood(slug: string): number | null {
    const { issue } = this.#desk;
    const taken = this.#taken;
    if (issue === null || taken?.slug !== slug || taken.issue !== issue.line.id) return null;
    return taken.left === placed(issue) ? taken.at : null;
  }

  /** Gives an article a place in the issue that is open: where it stood, or behind its last article. */
  async place(slug: string): Promise<void> {
    const issue = this.#desk.issue?.line.id;
    const at = this.stood(slug);
    this.#taken = null;
    if (issue !== undefined) await this.#place(issue, slug, at);
  }

  /** Takes an article out of the running order; its file stays, and it can be put back where it stood. */
  async takeOut(slug: string): Promise<void> {
    const { notices, viewing } = this.#desk;
    await this.#told(async (issue) => {
      const title = this.#desk.titleOf(slug) ?? slug;
      const at = await this.#platform.call("takeOutArticle", { issue, slug });
      // Where its text is on the screen, this and the way back stand below it.
      const shown = viewing.kept.place === "pages" && viewing.pane === "text";
      if (!shown || this.#desk.manuscript?.slug !== slug) {
        const back = { label: words.begin.putBack, run: () => void this.#place(issue, slug, at) };
        notices.done(words.begin.takenOut(title), back);
      }
      const view = await this.#platform.call("issue", { issue });
      this.#taken = { issue, slug, at, left: placed(view) };
      this.take(view);
    });
  }

  async #place(issue: string, slug: string, at: number | null): Promise<void> {
    await this.#told(async () => {
      const view = await this.#platform.call("placeArticle", { issue, slug, at });
      if (this.take(view)) void this.#toPages(slug);
    });
  }

  /** Shows an issue whose articles came or went, unless another one was opened meanwhile; answers whether it did. */
  take(view: IssueView): boolean {
    const desk = this.#desk;
    if (desk.issue?.line.id !== view.line.id) return false;
    desk.issue = view;
    desk.flatplan.forgetMoves();
    desk.layOutAgain();
    return true;
  }

  /** Brings the pages of an article into view once it has some. */
  async #toPages(slug: string): Promise<void> {
    await this.#desk.pages.rest();
    if (this.#desk.manuscript?.slug === slug) this.#desk.pages.goToArticle(slug);
  }

  /** Changes the issue that is open, and tells why it could not. */
  async #told(work: (issue: string) => Promise<void>): Promise<void> {
    const failure = await this.#change(work);
    if (failure !== null) this.#desk.notices.error(failure.message, failure.hint);
  }

  async #change(work: (issue: string) => Promise<void>): Promise<Failure | null> {
    const issue = this.#desk.issue?.line.id;
    if (issue === undefined) return null;
    if (!(await this.#desk.settle())) return this.#unsaved();
    try {
      await work(issue);
      return null;
    } catch (thrown) {
      return failureOf(thrown);
    }
  }

  /** Nothing is begun beside a text that could not be saved. */
  #unsaved(): Failure {
    return { code: "unsaved", message: words.save.failed, hint: this.#desk.obstacle, place: null };
  }
}
