// The desk as the window knows it: the open issue, the open article, and how both move each other.
import { EditorView } from "@codemirror/view";
import { flushSync, tick } from "svelte";
import type { ArticleLine } from "../platform/bindings/ArticleLine";
import type { Failure } from "../platform/bindings/Failure";
import type { FindingView } from "../platform/bindings/FindingView";
import type { FitView } from "../platform/bindings/FitView";
import type { FixView } from "../platform/bindings/FixView";
import type { IssueView } from "../platform/bindings/IssueView";
import type { PublicationView } from "../platform/bindings/PublicationView";
import { failureOf, type Platform } from "../platform/seam";
import { field } from "../dialect/head";
import { words } from "../words";
import { Advertising } from "./advertising.svelte";
import { Along } from "./along.svelte";
import { Arrival } from "./arrival";
import { ArticleSettings } from "./articleSettings.svelte";
import { Awaited } from "./awaited.svelte";
import { Backups } from "./backups.svelte";
import { Beginning } from "./beginning.svelte";
import { Deleting } from "./deleting.svelte";
import { Departure } from "./departure.svelte";
import { Deliveries } from "./deliveries.svelte";
import { Domain } from "./domain.svelte";
import { Exporting } from "./exporting.svelte";
import { Flatplan } from "./flatplan.svelte";
import { Held } from "./held";
import { Illustrating } from "./illustrating.svelte";
import { IssueSettings } from "./issueSettings.svelte";
import { Jobs } from "./jobs.svelte";
import { Pause } from "./latest";
import type { Manuscript, Watcher } from "./manuscript.svelte";
import { editionName } from "./naming";
import { Newsletter } from "./newsletter.svelte";
import { Notices } from "./notices.svelte";
import { Pages, rangesOf } from "./pages.svelte";
import { Preflight } from "./preflight.svelte";
import { Resting } from "./resting.svelte";
import { Returns } from "./returns.svelte";
import { Searching } from "./searching.svelte";
import { Segments } from "./segments.svelte";
import { Sending } from "./sending.svelte";
import { Settings } from "./settings.svelte";
import { Spelling } from "./spelling.svelte";
import { Steps } from "./steps.svelte";
import { Subscribers } from "./subscribers.svelte";
import { Texts } from "./texts.svelte";
import { Trial } from "./trial.svelte";
import { Versions } from "./versions.svelte";
import { Viewing } from "./viewing.svelte";
import { Welcome } from "./welcome.svelte";

/** Longer than from save to save: who writes on waits for no list. */
const REFRESH_AFTER_MS = 1200;
const REMEMBER_AFTER_MS = 400;
/** Where somebody is who never pauses is kept this often, for the window after a crash. */
const REMEMBER_AT_LEAST_MS = 2000;

/** What only the editor on the screen can do. */
export interface EditorHandle {
  focus(): void;
  /** Where an offset stands on the screen. */
  placeOf(offset: number): { left: number; top: number; bottom: number } | null;
  search(): void;
}

/** One of an article and an edition. */
export interface TextName {
  readonly slug: string | null;
  /** `2026-q4/launch` */
  readonly edition: string | null;
}

/** The file name without `.md`. */
const nameOf = ({ slug, edition }: TextName): string => slug ?? edition?.split("/")[1] ?? "";

/** An article as the list shows it. */
export interface ListedArticle {
  readonly line: ArticleLine;
  readonly range: { readonly first: number; readonly last: number; readonly count: number } | null;
  /** How its lines fit its budget, if it has one. */
  readonly fit: FitView | null;
  readonly open: boolean;
}

export class Desk implements Watcher {
  publication = $state.raw<PublicationView | null>(null);
  issue = $state.raw<IssueView | null>(null);
  manuscript = $state.raw<Manuscript | null>(null);
  /** The article that is being opened. */
  opening = $state<string | null>(null);
  failure = $state.raw<Failure | null>(null);
  editor: EditorHandle | null = null;
  focusPages: (() => void) | null = null;

  readonly pages: Pages;
  readonly viewing: Viewing;
  readonly welcome: Welcome;
  readonly steps: Steps;
  readonly trial: Trial;
  readonly exporting: Exporting;
  readonly illustrating: Illustrating;
  readonly articleSettings: ArticleSettings;
  readonly issueSettings: IssueSettings;
  readonly advertising: Advertising;
  readonly versions: Versions;
  readonly flatplan: Flatplan;
  readonly preflight: Preflight;
  readonly searching: Searching;
  readonly spelling: Spelling;
  readonly jobs = new Jobs();
  readonly beginning: Beginning;
  readonly deleting: Deleting;
  readonly departure: Departure;
  readonly newsletter: Newsletter;
  readonly sending: Sending;
  readonly deliveries: Deliveries;
  readonly awaited: Awaited;
  readonly subscribers: Subscribers;
  readonly segments: Segments;
  readonly backups: Backups;
  readonly returns: Returns;
  readonly settings: Settings;
  readonly resting: Resting;
  readonly domain: Domain;
  readonly notices = new Notices();
  readonly held: Held;
  readonly #platform: Platform;
  readonly #texts: Texts;
  readonly #along: Along;
  readonly #arrival: Arrival;
  readonly #refresh = new Pause(() => void this.#refreshIssue(), REFRESH_AFTER_MS);
  readonly #remember = new Pause(() => this.#keepBookmark(), REMEMBER_AFTER_MS, REMEMBER_AT_LEAST_MS);

  constructor(platform: Platform, storage: Storage | null) {
    this.#platform = platform;
    this.viewing = new Viewing(storage, (note) => platform.note(note));
    this.steps = new Steps(this.viewing);
    this.#texts = new Texts(platform, this.viewing, this);
    this.#along = new Along(this, platform);
    this.welcome = new Welcome(platform, (first) => this.#enter(first));
    this.pages = new Pages(
      platform,
      () => this.steps.pictured(),
      (page) => this.viewing.keep({ page }),
    );
    this.beginning = new Beginning(this, platform);
    this.deleting = new Deleting(this, platform);
    this.exporting = new Exporting(platform, this.jobs, () => this.steps.tick("export"));
    this.illustrating = new Illustrating(platform);
    this.articleSettings = new ArticleSettings(platform, this);
    this.issueSettings = new IssueSettings(platform, this);
    this.advertising = new Advertising(platform, this);
    this.versions = new Versions(platform);
    this.flatplan = new Flatplan(platform, {
      settle: () => this.settle(),
      layOut: (issue) => this.#layOut(issue),
    });
    this.preflight = new Preflight(this);
    this.searching = new Searching(platform, this);
    this.spelling = new Spelling(this, platform);
    this.newsletter = new Newsletter(platform, this.notices, this.viewing, () => this.spelling.touch());
    this.sending = new Sending(platform, this.jobs, () => {
      this.newsletter.refresh();
      void this.deliveries.refresh();
    });
    this.deliveries = new Deliveries(platform, this.jobs, this.notices);
    this.awaited = new Awaited(platform, this.jobs, this.notices, () => this.viewing.tray);
    this.subscribers = new Subscribers(platform, this.jobs, this.notices, this.awaited);
    this.segments = new Segments(platform);
    this.backups = new Backups(platform, () => {
      // What was said of the list was said of the one before.
      this.notices.clear();
      void this.subscribers.load();
    });
    this.returns = new Returns(platform, this.notices, () => void this.subscribers.load());
    this.settings = new Settings(platform);
    this.domain = new Domain(platform);
    this.resting = new Resting(platform, () => this.manuscript);
    this.trial = new Trial(platform, this.viewing, () => this.steps.tick("test"));
    this.departure = new Departure(this, platform);
    this.held = new Held(this.#texts, this.newsletter);
    this.#arrival = new Arrival(this, platform);
  }

  readonly ranges = $derived.by(() => rangesOf(this.pages.list));

  /** What the open article is called now, as the form above its text shows it. */
  readonly #openTitle: string | null = $derived.by(() => {
    const doc = this.manuscript?.doc;
    return doc === undefined ? null : (field(doc, "title")?.value ?? null);
  });

  readonly articles: readonly ListedArticle[] = $derived.by(() =>
    (this.issue?.articles ?? []).map((line) => ({
      line: this.#live(line),
      range: this.ranges.get(line.slug) ?? null,
      fit: this.pages.fits.find(({ slug }) => slug === line.slug) ?? null,
      open: this.manuscript?.slug === line.slug,
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

  /** How the open article fits its budget, if it has one and its pages are those of its text. */
  readonly fit: FitView | null = $derived.by(() =>
    this.pages.failure === null && !this.pages.outdated
      ? (this.articles.find(({ open }) => open)?.fit ?? null)
      : null,
  );

  readonly title = $derived(this.articles.find(({ open }) => open)?.line.title ?? "");

  /** The text that the editor on the screen shows: an article, or in the newsletter an edition. */
  get written(): Manuscript | null {
    const { room } = this.viewing;
    return room === "newsletter" ? this.newsletter.manuscript : room === "issues" ? this.manuscript : null;
  }

  /** Whether the flatplan of the open issue is on the screen. */
  get showsBoard(): boolean {
    const { departure, flatplan, issue, viewing } = this;
    const isPlace = viewing.room === "issues" && viewing.kept.place === "flatplan" && !departure.begun;
    return isPlace && issue !== null && flatplan.shows(issue.line.id);
  }

  titleOf(slug: string | null): string | null {
    return this.issue?.articles.find((line) => line.slug === slug)?.title ?? slug;
  }

  /** How a text of the issue is called; nothing for what is neither an article nor an edition. */
  titleOfText(text: TextName): string | null {
    return text.edition === null
      ? this.titleOf(text.slug)
      : words.searching.edition(editionName(nameOf(text)));
  }

  async open(): Promise<void> {
    this.failure = null;
    try {
      const [publication, called] = await Promise.all([
        this.#platform.call("publication", {}),
        this.#platform.called(),
      ]);
      this.#arrival.enter(publication.folder, called);
      this.publication = publication;
      const last = publication.issues.find(({ id }) => id === this.viewing.kept.issue);
      const first = last ?? publication.issues[0];
      if (first) await this.openIssue(first.id);
      this.#arrival.tell();
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
  }

  /** Shows the publication that the desk has open now; the window opens anew, so that nothing of another one stays. */
  async #enter(first: boolean): Promise<void> {
    if (first) this.viewing.keep({ stepsShown: true });
    if (this.publication !== null) location.reload();
    else await this.open();
  }

  async openIssue(id: string): Promise<void> {
    if (!(await this.settle())) return;
    try {
      const issue = await this.#platform.call("issue", { issue: id });
      this.issue = issue;
      this.manuscript = null;
      this.#texts.clear();
      const before = this.viewing.kept.issue;
      const article = id === before ? this.viewing.kept.article : null;
      this.viewing.keep({ issue: id });
      this.pages.open(id, id === before ? this.viewing.kept.page : 1);
      const line = issue.articles.find(({ slug }) => slug === article) ?? issue.articles[0];
      if (line) await this.#show(line.slug);
    } catch (thrown) {
      this.#report(thrown);
    }
  }

  /** Opens an article, at a byte of it when one is given. */
  async openArticle(slug: string, byte: number | null = null): Promise<void> {
    if (this.manuscript?.slug !== slug) {
      if (!(await this.#show(slug))) return;
      if (byte === null) this.pages.goToArticle(slug);
    }
    this.viewing.pane = "text";
    if (byte === null) return;
    // The editor shows a newly opened article only now, and only what it shows it can scroll.
    await tick();
    this.jumpTo(this.manuscript?.offsetOf(byte) ?? 0);
  }

  /** Shows an article in the editor, and leaves the pages where they are; answers whether it is there. */
  async #show(slug: string): Promise<boolean> {
    const issue = this.issue?.line.id;
    if (issue === undefined) return false;
    this.#keepBookmark();
    void this.manuscript?.flush();
    this.opening = slug;
    try {
      const manuscript = await this.#texts.take(issue, slug);
      if (this.opening !== slug || this.issue?.line.id !== issue) return false;
      this.manuscript = manuscript;
      this.viewing.keep({ article: slug });
      this.spelling.touch();
      return true;
    } catch (thrown) {
      this.#report(thrown);
      return false;
    } finally {
      if (this.opening === slug) this.opening = null;
    }
  }

  /** Puts the cursor at an offset of the open article, in the middle of the editor. */
  jumpTo(offset: number): void {
    this.#toText();
    this.written?.apply({
      selection: { anchor: offset },
      effects: EditorView.scrollIntoView(offset, { y: "center" }),
    });
    this.editor?.focus();
  }

  /** Where only one pane has space, the text gets it at once: what is not on the screen cannot take the keys. */
  #toText(): void {
    if (this.viewing.pane !== "text") flushSync(() => (this.viewing.pane = "text"));
  }

  /** Puts the cursor where the text of the open article stops fitting its budget. */
  showOverset(): void {
    const overset = this.fit?.overset ?? null;
    if (overset !== null && this.manuscript !== null) this.jumpTo(this.manuscript.offsetOf(overset));
  }

  /** Applies a fix to a file that the editor does not show. */
  async fixOnDisk(fix: FixView): Promise<void> {
    const issue = this.issue?.line.id;
    if (issue === undefined || !(await this.settle())) return;
    try {
      await this.#platform.call("applyFix", { issue, fix });
      if (fix.slug !== null) await this.#texts.refresh(issue, fix.slug);
      this.notices.info(words.findings.fixed(fix.label, this.titleOf(fix.slug) ?? fix.file));
    } catch (thrown) {
      this.#report(thrown);
    }
    this.#layOut(issue);
  }

  /** Shows the whole window so many times as large. */
  zoomWindow(times: number): void {
    this.#platform.zoom(times);
  }

  /** Lets the desk change files: everything is saved before, and what is open shows them as they are afterwards. */
  async rewrite<T>(change: () => Promise<T>): Promise<T | null> {
    const issue = this.issue?.line.id;
    if (issue === undefined || !(await this.settle())) return null;
    try {
      return await change();
    } finally {
      await this.held.refresh();
      this.newsletter.look();
      this.#layOut(issue);
    }
  }

  /** Opens an article or an edition in its room, and selects these bytes of it. */
  async showText(text: TextName, start: number, end: number): Promise<void> {
    const { slug, edition } = text;
    if (slug !== null) await this.openArticle(slug, start);
    if (edition !== null) {
      this.viewing.go("newsletter");
      if (this.issue !== null) await this.newsletter.load(this.issue.line.id);
      await this.newsletter.openEdition(edition);
      await tick();
    }
    if (this.written?.slug === nameOf(text)) this.#select(start, end);
  }

  /** Selects these bytes of the text that the editor shows, in the middle of it. */
  #select(start: number, end: number): void {
    const { written } = this;
    if (written === null) return;
    this.#toText();
    const [anchor, head] = [written.offsetOf(start), written.offsetOf(end)];
    written.apply({
      selection: { anchor, head },
      effects: EditorView.scrollIntoView(anchor, { y: "center" }),
    });
    this.editor?.focus();
  }

  /** An article's file is gone: opens the one beside it, if it was open and there is one. */
  async letArticleGo(gone: Manuscript): Promise<void> {
    this.#texts.letGo(gone);
    if (this.manuscript !== gone) return;
    const list = this.issue?.articles ?? [];
    const at = list.findIndex(({ slug }) => slug === gone.slug);
    const beside = list[at + 1] ?? list[at - 1];
    this.manuscript = null;
    if (beside !== undefined) await this.openArticle(beside.slug);
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
    try {
      await this.#along.click(page, x, y);
    } catch (thrown) {
      this.#report(thrown);
    }
  }

  /** Brings the page of the cursor into view and shows where on it the cursor stands. */
  async showOnPage(): Promise<void> {
    try {
      await this.#along.show();
    } catch (thrown) {
      this.#report(thrown);
    }
  }

  async export(targets: readonly string[]): Promise<void> {
    const issue = this.issue?.line.id;
    if (issue !== undefined && (await this.settle())) await this.exporting.run(issue, targets);
  }

  changed(manuscript: Manuscript): void {
    this.steps.edited();
    this.searching.changed();
    if (manuscript.issue === this.pages.issue) this.pages.preview(manuscript.slug, manuscript.text);
    if (manuscript === this.manuscript) this.spelling.touch();
  }

  moved(manuscript: Manuscript): void {
    this.#remember.touch();
    if (manuscript === this.manuscript) this.#along.touch();
  }

  saved(): void {
    this.steps.saved();
    this.pages.saved();
    this.#refresh.touch();
  }

  #keepBookmark(): void {
    this.#remember.stop();
    const { manuscript, pages } = this;
    if (manuscript !== null) this.viewing.keepCaret(manuscript.issue, manuscript.slug, manuscript.caret);
    if (pages.list.length > 0 && pages.current !== this.viewing.kept.page) {
      this.viewing.keep({ page: pages.current });
    }
  }

  /** Lays the issue out again, and reads its articles anew: somebody may have changed them outside. */
  layOutAgain(): void {
    if (this.issue !== null) this.#layOut(this.issue.line.id);
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
      await this.pages.rest();
      // What kept the pages from being laid out as well is said where they are.
      if (this.pages.failure?.message !== failureOf(thrown).message) this.#report(thrown);
    }
  }

  /** Saves every text that is open; says so and answers false when one could not be saved. */
  async settle(): Promise<boolean> {
    this.#keepBookmark();
    if (await this.held.save()) return true;
    this.notices.error(words.save.failed, this.obstacle);
    return false;
  }

  /** What keeps a text from being saved, in a sentence. */
  get obstacle(): string | null {
    return this.held.obstacle((slug) => this.titleOf(slug));
  }

  /** The open article's title and words as they are now, not as they were saved. */
  #live(line: ArticleLine): ArticleLine {
    if (this.manuscript?.slug !== line.slug) return line;
    return { ...line, title: this.#openTitle || line.title, words: this.manuscript.glance.words };
  }

  #report(thrown: unknown): void {
    const { message, hint } = failureOf(thrown);
    this.notices.error(message, hint);
  }
}
