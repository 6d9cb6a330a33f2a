// The desk as the window knows it: the open issue, the open article, and how both move each other.
import { EditorView } from "@codemirror/view";
import { tick } from "svelte";
import type { ArticleLine } from "../platform/bindings/ArticleLine";
import type { Failure } from "../platform/bindings/Failure";
import type { FindingView } from "../platform/bindings/FindingView";
import type { FitView } from "../platform/bindings/FitView";
import type { FixView } from "../platform/bindings/FixView";
import type { IssueView } from "../platform/bindings/IssueView";
import type { PagePlace } from "../platform/bindings/PagePlace";
import type { PublicationView } from "../platform/bindings/PublicationView";
import { failureOf, type Platform } from "../platform/seam";
import { words } from "../words";
import { Backups } from "./backups.svelte";
import { Deliveries } from "./deliveries.svelte";
import { Exporting } from "./exporting.svelte";
import { Flatplan } from "./flatplan.svelte";
import { Jobs } from "./jobs.svelte";
import { Pause } from "./latest";
import { Manuscript, type Shelf, type Watcher } from "./manuscript.svelte";
import { Newsletter } from "./newsletter.svelte";
import { Notices } from "./notices.svelte";
import { Pages, rangesOf } from "./pages.svelte";
import { Preflight } from "./preflight.svelte";
import { Returns } from "./returns.svelte";
import { Segments } from "./segments.svelte";
import { Sending } from "./sending.svelte";
import { Settings } from "./settings.svelte";
import { Steps } from "./steps.svelte";
import { Subscribers } from "./subscribers.svelte";
import { Trial } from "./trial.svelte";
import { Viewing } from "./viewing.svelte";
import { Welcome } from "./welcome.svelte";

const REFRESH_AFTER_MS = 500;
const FOLLOW_AFTER_MS = 250;

/** What only the editor on the screen can do. */
export interface EditorHandle {
  focus(): void;
  search(): void;
}

/** An article as the list shows it. */
export interface ListedArticle {
  readonly line: ArticleLine;
  readonly range: { readonly first: number; readonly last: number; readonly count: number } | null;
  readonly open: boolean;
  readonly unsaved: boolean;
}

export class Desk implements Watcher {
  publication = $state.raw<PublicationView | null>(null);
  issue = $state.raw<IssueView | null>(null);
  manuscript = $state.raw<Manuscript | null>(null);
  /** The article that is being opened. */
  opening = $state<string | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** Whether another publication is being chosen. */
  leaving = $state(false);
  editor: EditorHandle | null = null;
  focusPages: (() => void) | null = null;

  readonly pages: Pages;
  readonly viewing: Viewing;
  readonly welcome: Welcome;
  readonly steps: Steps;
  readonly trial: Trial;
  readonly exporting: Exporting;
  readonly flatplan: Flatplan;
  readonly preflight: Preflight;
  readonly jobs = new Jobs();
  readonly newsletter: Newsletter;
  readonly sending: Sending;
  readonly deliveries: Deliveries;
  readonly subscribers: Subscribers;
  readonly segments: Segments;
  readonly backups: Backups;
  readonly returns: Returns;
  readonly settings: Settings;
  readonly notices = new Notices();
  readonly #platform: Platform;
  #manuscripts = new Map<string, Manuscript>();
  readonly #refresh = new Pause(() => void this.#refreshIssue(), REFRESH_AFTER_MS);
  readonly #follow = new Pause(() => void this.#followCursor(), FOLLOW_AFTER_MS);

  constructor(platform: Platform, storage: Storage | null) {
    this.#platform = platform;
    this.viewing = new Viewing(storage);
    this.steps = new Steps(this.viewing);
    this.welcome = new Welcome(platform, (first) => this.#enter(first));
    this.pages = new Pages(platform, () => this.steps.pictured());
    this.exporting = new Exporting(platform, this.jobs, () => this.steps.tick("export"));
    this.flatplan = new Flatplan(platform, {
      settle: () => this.#settle(),
      layOut: (issue) => this.#layOut(issue),
    });
    this.preflight = new Preflight(this);
    this.newsletter = new Newsletter(platform, this.notices, this.viewing);
    this.sending = new Sending(platform, this.jobs);
    this.deliveries = new Deliveries(platform, this.jobs, this.notices);
    this.subscribers = new Subscribers(platform, this.jobs, this.notices);
    this.segments = new Segments(platform);
    this.backups = new Backups(platform, () => void this.subscribers.load());
    this.returns = new Returns(platform, this.notices, () => void this.subscribers.load());
    this.settings = new Settings(platform);
    this.trial = new Trial(platform, this.viewing, () => this.steps.tick("test"));
    platform.beforeClose(() => this.#close());
  }

  readonly ranges = $derived.by(() => rangesOf(this.pages.list));

  readonly articles: readonly ListedArticle[] = $derived.by(() =>
    (this.issue?.articles ?? []).map((line) => ({
      line: this.#live(line),
      range: this.ranges.get(line.slug) ?? null,
      open: this.manuscript?.slug === line.slug,
      unsaved: this.manuscript?.slug === line.slug && !this.manuscript.clean,
    })),
  );

  /**
   * Everything that was found, each once; errors first. A layout names what is wrong in the files too, as they are in
   * the editor: what was found in them on disk counts only until the first one.
   */
  readonly findings: readonly FindingView[] = $derived.by(() => {
    const seen = new Set<string>();
    const weight = (finding: FindingView): number => ["error", "warning", "note"].indexOf(finding.severity);
    const found = this.pages.list.length > 0 ? this.pages.findings : this.issue?.findings;
    return [...(found ?? [])]
      .filter(({ code, place, message }) => {
        const key = `${code} ${place} ${message}`;
        return !seen.has(key) && seen.add(key);
      })
      .toSorted((a, b) => weight(a) - weight(b));
  });

  /** Articles that take more pages than they may. */
  readonly over = $derived.by(
    () =>
      this.articles.filter(({ line, range }) => line.budget !== null && (range?.count ?? 0) > line.budget)
        .length,
  );

  /** How the open article fits its budget, if it has one. */
  readonly fit: FitView | null = $derived.by(
    () => this.pages.fits.find(({ slug }) => slug === this.manuscript?.slug) ?? null,
  );

  readonly title = $derived(this.articles.find(({ open }) => open)?.line.title ?? "");

  /** The text that the editor on the screen shows: an article, or in the newsletter an edition. */
  get written(): Manuscript | null {
    const { room } = this.viewing;
    return room === "newsletter" ? this.newsletter.manuscript : room === "issues" ? this.manuscript : null;
  }

  titleOf(slug: string | null): string | null {
    return this.issue?.articles.find((line) => line.slug === slug)?.title ?? slug;
  }

  async open(): Promise<void> {
    this.failure = null;
    try {
      const publication = await this.#platform.call("publication", {});
      this.publication = publication;
      const last = publication.issues.find(({ id }) => id === this.viewing.kept.issue);
      const first = last ?? publication.issues[0];
      if (first) await this.openIssue(first.id);
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
  }

  /** Leaves the publication for the welcome, where another one is chosen. */
  async leave(): Promise<void> {
    if (this.sending.busy || !(await this.#settle())) return;
    await this.welcome.load();
    this.welcome.asking = "nothing";
    this.leaving = true;
  }

  /** Shows the publication that the desk has open now; the window opens anew, so that nothing of another one stays. */
  async #enter(first: boolean): Promise<void> {
    const kept = { issue: null, article: null, edition: null, place: "pages" } as const;
    this.viewing.keep(first ? { ...kept, stepsShown: true } : kept);
    if (this.publication !== null) location.reload();
    else await this.open();
  }

  async openIssue(id: string): Promise<void> {
    if (!(await this.#settle())) return;
    try {
      const issue = await this.#platform.call("issue", { issue: id });
      this.issue = issue;
      this.manuscript = null;
      this.#manuscripts.clear();
      const article = id === this.viewing.kept.issue ? this.viewing.kept.article : null;
      this.viewing.keep({ issue: id });
      this.pages.open(id);
      const line = issue.articles.find(({ slug }) => slug === article) ?? issue.articles[0];
      if (line) await this.openArticle(line.slug);
    } catch (thrown) {
      this.#report(thrown);
    }
  }

  /** Opens an article, at a byte of it when one is given. */
  async openArticle(slug: string, byte: number | null = null): Promise<void> {
    const issue = this.issue?.line.id;
    if (issue === undefined) return;
    if (this.manuscript?.slug !== slug) {
      void this.manuscript?.flush();
      this.opening = slug;
      try {
        const manuscript = await this.#manuscript(issue, slug);
        if (this.opening !== slug) return;
        this.manuscript = manuscript;
        this.viewing.keep({ article: slug });
        if (byte === null) this.#showFirstPage(slug);
      } catch (thrown) {
        this.#report(thrown);
        return;
      } finally {
        if (this.opening === slug) this.opening = null;
      }
    }
    if (byte === null) return;
    // The editor shows a newly opened article only now, and only what it shows it can scroll.
    await tick();
    this.jumpTo(this.manuscript?.offsetOf(byte) ?? 0);
  }

  /** Puts the cursor at an offset of the open article, in the middle of the editor. */
  jumpTo(offset: number): void {
    this.written?.apply({
      selection: { anchor: offset },
      effects: EditorView.scrollIntoView(offset, { y: "center" }),
    });
    this.editor?.focus();
  }

  /** Puts the cursor where the text of the open article stops fitting its budget. */
  showOverset(): void {
    const overset = this.fit?.overset ?? null;
    if (overset !== null && this.manuscript !== null) this.jumpTo(this.manuscript.offsetOf(overset));
  }

  /** Applies a fix to a file that the editor does not show. */
  async fixOnDisk(fix: FixView): Promise<void> {
    const issue = this.issue?.line.id;
    if (issue === undefined || !(await this.#settle())) return;
    try {
      await this.#platform.call("applyFix", { issue, fix });
      if (fix.slug !== null) await this.#manuscripts.get(fix.slug)?.refresh();
      this.notices.info(words.findings.fixed(fix.label, this.titleOf(fix.slug) ?? fix.file));
    } catch (thrown) {
      this.#report(thrown);
    }
    this.#layOut(issue);
  }

  /** Speaks another language from now on; what was written is saved first, because the window opens anew. */
  async speak(language: string): Promise<void> {
    if (this.sending.busy || !(await this.#settle())) return;
    this.viewing.keep({ language });
    location.reload();
  }

  /** The next or previous article of the list. */
  async step(direction: 1 | -1): Promise<void> {
    const list = this.issue?.articles ?? [];
    const at = list.findIndex(({ slug }) => slug === this.manuscript?.slug);
    const next = list[at + direction];
    if (next) await this.openArticle(next.slug);
  }

  /** A click on a page, in points from its top left corner: the cursor goes where that was written. */
  async clickPage(page: number, x: number, y: number): Promise<void> {
    const { issue } = this.pages;
    try {
      const place = await this.#platform.call("click", { issue, page, x, y });
      if (place !== null) return await this.openArticle(place.slug, place.byte);
      const slug = this.pages.list.find(({ number }) => number === page)?.slug ?? null;
      if (slug !== null && slug !== this.manuscript?.slug) await this.openArticle(slug);
      else this.notices.info(words.pages.nothingThere);
    } catch (thrown) {
      this.#report(thrown);
    }
  }

  /** Brings the page of the cursor into view and shows where on it the cursor stands. */
  async showOnPage(): Promise<void> {
    try {
      const place = await this.#locate();
      if (place === null) this.notices.info(words.pages.notShown);
      else this.pages.goTo(place.page, place, true);
    } catch (thrown) {
      this.#report(thrown);
    }
  }

  async export(targets: readonly string[]): Promise<void> {
    const issue = this.issue?.line.id;
    if (issue !== undefined && (await this.#settle())) await this.exporting.run(issue, targets);
  }

  changed(manuscript: Manuscript): void {
    this.steps.edited();
    if (manuscript.issue === this.pages.issue) this.pages.preview(manuscript.slug, manuscript.text);
  }

  moved(manuscript: Manuscript): void {
    if (this.viewing.kept.follow && manuscript === this.manuscript) this.#follow.touch();
  }

  saved(): void {
    this.steps.saved();
    this.#refresh.touch();
  }

  async #manuscript(issue: string, slug: string): Promise<Manuscript> {
    const known = this.#manuscripts.get(slug);
    if (known) {
      await known.refresh();
      return known;
    }
    const shelf: Shelf = {
      read: () => this.#platform.call("readArticle", { issue, slug }),
      save: (text, revision) => this.#platform.call("saveArticle", { issue, slug, text, revision }),
    };
    const manuscript = new Manuscript(shelf, this, issue, slug, await shelf.read());
    this.#manuscripts.set(slug, manuscript);
    return manuscript;
  }

  #showFirstPage(slug: string): void {
    const first = this.ranges.get(slug)?.first;
    if (first !== undefined) this.pages.goTo(first);
  }

  #locate(): Promise<PagePlace | null> {
    const { manuscript } = this;
    if (manuscript === null) return Promise.resolve(null);
    const { issue, slug, byte } = manuscript;
    return this.#platform.call("locate", { issue, slug, byte });
  }

  async #followCursor(): Promise<void> {
    if (!this.pages.settled) return this.#follow.touch();
    try {
      const place = await this.#locate();
      if (place !== null) this.pages.goTo(place.page, place);
    } catch {
      // Following is a courtesy: a place that cannot be found now is found after the next key.
    }
  }

  #layOut(issue: string): void {
    this.pages.open(issue);
    this.#refresh.touch();
  }

  async #refreshIssue(): Promise<void> {
    const id = this.issue?.line.id;
    if (id === undefined) return;
    try {
      const issue = await this.#platform.call("issue", { issue: id });
      if (this.issue?.line.id === id) this.issue = issue;
    } catch (thrown) {
      this.#report(thrown);
    }
  }

  /** Saves every open article; says so and answers false when one could not be saved. */
  async #settle(): Promise<boolean> {
    const open = [...this.#manuscripts.values(), ...this.newsletter.open];
    const done = await Promise.all(open.map((manuscript) => manuscript.flush()));
    if (done.every(Boolean)) return true;
    this.notices.error(words.save.failed, this.#obstacle());
    return false;
  }

  #obstacle(): string | null {
    for (const { save, slug } of [...this.#manuscripts.values(), ...this.newsletter.open]) {
      if (save.kind === "failed") return `${this.titleOf(slug)}: ${save.failure.message}`;
      if (save.kind === "conflict") return `${this.titleOf(slug)}: ${words.conflict.message}`;
    }
    return null;
  }

  async #close(): Promise<boolean> {
    const waits = this.sending.phase.kind;
    if (waits === "outbox" || waits === "sending") {
      const message = waits === "outbox" ? words.sending.closingOutbox : words.sending.closingSend;
      const action = { label: words.shell.closeAnyway, run: () => this.#platform.close() };
      this.notices.error(message, null, action);
      return false;
    }
    if (await this.#settle()) return true;
    const action = { label: words.shell.closeAnyway, run: () => this.#platform.close() };
    this.notices.error(words.shell.closing, this.#obstacle(), action);
    return false;
  }

  /** The open article's words as they are now, not as they were saved. */
  #live(line: ArticleLine): ArticleLine {
    return this.manuscript?.slug === line.slug ? { ...line, words: this.manuscript.glance.words } : line;
  }

  #report(thrown: unknown): void {
    const { message, hint } = failureOf(thrown);
    this.notices.error(message, hint);
  }
}
