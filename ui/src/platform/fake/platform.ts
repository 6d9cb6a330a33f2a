// A desk without a desk: the whole seam over texts in memory and pages drawn as pictures. For tests and for working on
// the window in a browser; the app never contains it.
import type { CalledView } from "../bindings/CalledView";
import type { Exported } from "../bindings/Exported";
import type { ExportStep } from "../bindings/ExportStep";
import type { Failure } from "../bindings/Failure";
import type { FindingView } from "../bindings/FindingView";
import type { FixView } from "../bindings/FixView";
import type { InterruptedView } from "../bindings/InterruptedView";
import type { IssueLine } from "../bindings/IssueLine";
import type { IssueView } from "../bindings/IssueView";
import type { PagesView } from "../bindings/PagesView";
import type { Work } from "../bindings/Work";
import type { WorkDone } from "../bindings/WorkDone";
import type { WorkStep } from "../bindings/WorkStep";
import { DeskFailure, type Method, type Params, type Platform, type Result } from "../seam";
import { FakeMail } from "./mail";
import { FakePeople } from "./people";
import { FakeSearch } from "./search";
import { articles, found } from "./issue";
import { FakeIssueSettings } from "./issueSettings";
import {
  adName,
  articleOf,
  FIRST_ORDER,
  fitsOf,
  type Order,
  pagesOf,
  planOf,
  type Texts,
  wordsOf,
} from "./order";
import { drawPage } from "./picture";
import { FakeSpelling } from "./spelling";
import { FakeWelcome } from "./welcome";

type Answers = { [M in Method]: (params: Params<M>) => Result<M> | Promise<Result<M>> };

const SHEET = {
  bleed: 8.5,
  pitch: 12.6,
  firstBaseline: 58.5,
  top: 51,
  bottom: 62.4,
  inside: 51,
  outside: 42.5,
};
const TARGETS = ["screen", "print", "accessible", "booklet"];
const LINE: IssueLine = { id: "2026-q4", number: 41, title: "Ten years of listening", season: "Winter 2026" };

const PUBLICATION = {
  name: "Smart City Magazine",
  folder: "/publication",
  targets: TARGETS,
  sheet: SHEET,
  issues: [LINE],
  coming: ["Spring", "Summer", "Autumn", "Winter"].map((season, at) => ({
    id: `2027-q${at + 1}`,
    number: 42 + at,
    title: "",
    season: `${season} 2027`,
  })),
};

export class FakePlatform implements Platform {
  /** Every call, for tests to look at. */
  readonly calls: { method: Method; params: unknown }[] = [];
  readonly texts = new Map(articles.map(({ slug, text }) => [slug, text]));
  /** What lies in the issue's folder of pictures. */
  media = ["media/ad-lamp.svg", "media/audit.svg", "media/street.jpg", "media/walk.png"];
  readonly revisions = new Map(articles.map(({ slug }) => [slug, 1]));
  readonly issueSettings = new FakeIssueSettings(
    (id) => this.#lineOf(id),
    (line) => (this.issues = this.issues.map((one) => (one.id === line.id ? line : one))),
  );
  order: Order = FIRST_ORDER;
  issues: IssueLine[] = [LINE];
  orderRevision = 1;
  /** Targets that cannot be written. */
  readonly refused = new Map<string, Failure>();
  readonly revealed: string[] = [];
  /** Thrown by the next call of a method, once. */
  failNext: Partial<Record<Method | "export" | "reveal" | "work", Failure>> = {};
  /** Milliseconds that a layout takes. */
  delay = 0;
  /** Called as each target is being written; while what it answers is pending, so is the target. */
  writing = (): Promise<void> => Promise.resolve();
  readonly people = new FakePeople();
  readonly mail = new FakeMail();
  readonly spelling = new FakeSpelling(this.texts);
  readonly welcome = new FakeWelcome();
  readonly search = new FakeSearch(this.texts, (slug, text) => this.changeOutside(slug, text));
  readonly handed: string[] = [];
  /** What lies on the clipboard. */
  clipboard: File | null = null;
  versions: { readonly name: string; readonly at: string; readonly text: string }[] = [];
  /** Whether the page engine is in the middle of something. */
  engineWorks = false;
  /** What was being written when the last window ended without a word. */
  interruption: InterruptedView | null = null;
  #stopped = false;
  finish: () => Promise<boolean> = () => Promise.resolve(true);
  closed = false;
  /** How many times as large the window is shown. */
  zoomed = 1;
  /** What the page asked to keep last. */
  noted: string | null = null;
  /** The pages as they were last seen. */
  seen: PagesView | null = null;
  /** What somebody asked to open, and who hears of it. */
  wanted: CalledView | null = null;
  hear: () => void = () => {};

  async call<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
    this.calls.push({ method, params });
    this.#failIfTold(method);
    return await this.#answers[method](params);
  }

  async export(
    _issue: string,
    targets: readonly string[],
    told: (step: ExportStep) => void,
  ): Promise<Exported> {
    this.#failIfTold("export");
    this.#stopped = false;
    told({ kind: "layout" });
    for (const target of targets) {
      if (this.#stopped) break;
      told({ kind: "writing", target });
      await this.writing();
      const failure = this.refused.get(target);
      const path = `/publication/build/2026-q4-${target}.pdf`;
      const pages = pagesOf(this.order, this.texts).length;
      if (failure !== undefined) told({ kind: "failed", target, failure });
      else told({ kind: "written", target, path, pages, bytes: 5_231_400 });
    }
    return { stopped: this.#stopped, findings: this.findings };
  }

  reveal(_issue: string, target: string): Promise<void> {
    this.#failIfTold("reveal");
    this.revealed.push(target);
    return Promise.resolve();
  }

  work(_number: number, work: Work, told: (step: WorkStep) => void): Promise<WorkDone> {
    this.#failIfTold("work");
    return work.kind === "invite" ? this.people.invite(told) : this.mail.work(work, told);
  }

  handOver(file: File): Promise<string> {
    this.handed.push(file.name);
    return Promise.resolve(file.name);
  }

  clipboardPicture(): Promise<File | null> {
    return Promise.resolve(this.clipboard);
  }

  revealList(name: string): Promise<void> {
    this.revealed.push(name);
    return Promise.resolve();
  }

  mailPictureUrl(): string {
    return drawPage(JSON.stringify({ number: 1, title: "Mail", part: 0, text: "" }));
  }

  get findings(): FindingView[] {
    return found(this.texts);
  }

  #failIfTold(what: Method | "export" | "reveal" | "work"): void {
    const failure = this.failNext[what];
    if (failure === undefined) return;
    delete this.failNext[what];
    throw new DeskFailure(failure);
  }

  pictureUrl(_issue: string, hash: string): string {
    return drawPage(hash);
  }

  beforeClose(finish: () => Promise<boolean>): void {
    this.finish = finish;
  }

  called(): Promise<CalledView | null> {
    const wanted = this.wanted;
    this.wanted = null;
    return Promise.resolve(wanted);
  }

  whenCalled(hear: () => void): void {
    this.hear = hear;
  }

  note(text: string): void {
    this.noted = text;
  }

  zoom(times: number): void {
    this.zoomed = times;
  }

  close(): void {
    this.closed = true;
  }

  /** Somebody else writes the file. */
  changeOutside(slug: string, text: string): void {
    this.texts.set(slug, text);
    this.revisions.set(slug, (this.revisions.get(slug) ?? 0) + 1);
  }

  readonly #answers: Answers = {
    ...this.people.answers,
    ...this.mail.answers,
    ...this.spelling.answers,
    ...this.welcome.answers,
    ...this.search.answers,
    ...this.issueSettings.answers,
    stopWork: () => (this.people.stopped = true),
    publication: () => {
      if (this.welcome.open) return { ...PUBLICATION, issues: this.issues };
      const message = "no publication was opened on this computer yet";
      throw new DeskFailure({ code: "no-publication-yet", message, hint: null, place: null });
    },
    issue: ({ issue }) => this.#issue(issue),
    readArticle: ({ slug }) => ({ text: this.texts.get(slug)!, revision: `${this.revisions.get(slug)}` }),
    saveArticle: ({ slug, text, revision }) => {
      if (revision !== `${this.revisions.get(slug)}`) {
        const message = "the article was changed by somebody else";
        throw new DeskFailure({ code: "changed-outside", message, hint: null, place: null });
      }
      this.changeOutside(slug, text);
      return { revision: `${this.revisions.get(slug)}` };
    },
    layout: () => this.#layout(this.texts),
    preview: ({ slug, text }) => this.#layout(new Map([...this.texts, [slug, text]])),
    settle: () => this.#layout(this.texts),
    lastSeen: () => this.seen,
    keepSeen: async () => {
      this.seen = await this.#layout(this.texts);
      return true;
    },
    click: ({ page }) => {
      const slug = pagesOf(this.order, this.texts).find(({ number }) => number === page)?.slug ?? null;
      return slug === null ? null : { slug, byte: this.texts.get(slug)!.indexOf("Every city") };
    },
    locate: ({ slug, byte }) => {
      const pages = pagesOf(this.order, this.texts).filter((page) => page.slug === slug);
      const part = byte / Math.max(1, this.texts.get(slug)!.length);
      const page = pages[Math.min(pages.length - 1, Math.floor(part * pages.length))];
      return page === undefined ? null : { page: page.number, x: 60, y: 420, width: 220, height: 13 };
    },
    applyFix: ({ fix }) => {
      const text = this.#textOf(fix);
      const bytes = new TextEncoder().encode(text);
      const part = (from: number, to?: number): string => new TextDecoder().decode(bytes.slice(from, to));
      this.changeOutside(fix.slug!, part(0, fix.start) + fix.replacement + part(fix.end));
      return fix;
    },
    flatplan: () => planOf(this.order, this.texts, this.orderRevision),
    reorder: ({ from, to, revision }) => {
      this.#expectOrder(revision);
      const order = [...this.order];
      order.splice(to, 0, ...order.splice(from, 1));
      this.order = order;
      this.orderRevision += 1;
      return { revision: `${this.orderRevision}` };
    },
    beginArticle: ({ issue, slug, title, beside }) => {
      if (this.texts.has(slug)) {
        const message = `\`issues/${issue}/articles/${slug}.md\` exists already`;
        const hint = "nothing was written; choose another name";
        throw new DeskFailure({ code: "exists", message, hint, place: null });
      }
      this.changeOutside(slug, `---\ntitle: "${title}"\n---\n\nTK: the text.\n`);
      this.#place(slug, beside === null ? null : this.order.indexOf(beside) + 1);
      return this.#issue(issue);
    },
    placeArticle: ({ issue, slug, at }) => {
      this.#place(slug, at);
      return this.#issue(issue);
    },
    takeOutArticle: ({ slug }) => {
      const at = this.order.indexOf(slug);
      this.order = this.order.filter((name) => name !== slug);
      this.orderRevision += 1;
      return at;
    },
    deleteArticle: ({ slug }) => this.texts.delete(slug),
    putArticleBack: ({ slug, text }) => {
      this.changeOutside(slug, text);
      return true;
    },
    placeAdvertisement: ({ ad, place }) => {
      if (place !== null) this.#expectOrder(place.revision);
      const at = place?.at ?? this.order.indexOf("colophon");
      return this.#reorder(this.order.toSpliced(at, 0, adName(ad)), at);
    },
    takeOutAdvertisement: ({ place: { at, revision } }) => {
      this.#expectOrder(revision);
      const before = JSON.stringify(this.order);
      return { ...this.#reorder(this.order.toSpliced(at, 1), at), before };
    },
    putAdvertisementBack: ({ at, before }) => {
      const name = (JSON.parse(before) as Order)[at]!;
      return this.#reorder(this.order.toSpliced(at, 0, name), at);
    },
    beginIssue: ({ issue }) => {
      this.issues = [PUBLICATION.coming.find(({ id }) => id === issue)!, ...this.issues];
      return { ...PUBLICATION, issues: this.issues };
    },
    rest: () => !this.engineWorks,
    wake: () => true,
    stopExport: () => (this.#stopped = true),
    mediaFolder: () => this.media.map((file) => ({ file, forArticles: !file.startsWith("media/ad-") })),
    addPicture: ({ file }) => ({ file: `media/${file}` }),
    versions: () => this.versions.map(({ name, at, text }) => ({ name, at, words: wordsOf(text) })),
    readVersion: ({ version }) => this.versions.find(({ name }) => name === version)!.text,
    interrupted: () => this.interruption,
    setDown: () => {
      this.interruption = null;
      return true;
    },
  };

  #lineOf(id: string): IssueLine {
    return this.issues.find((line) => line.id === id) ?? LINE;
  }

  #issue(id: string): IssueView {
    const placed = this.order.filter((name) => this.texts.has(name));
    const others = [...this.texts.keys()].filter((name) => !placed.includes(name));
    return {
      line: this.#lineOf(id),
      pageBudget: Number(this.issueSettings.fieldsOf(id).pages) || null,
      articles: [...placed, ...others].map((name) => {
        const words = wordsOf(this.texts.get(name)!);
        return { ...articleOf(name, this.texts)!, words, placed: placed.includes(name) };
      }),
      findings: this.findings,
    };
  }

  #place(slug: string, at: number | null): void {
    const last = this.order.findLastIndex((name) => this.texts.has(name)) + 1;
    this.order = this.order.toSpliced(at ?? last, 0, slug);
    this.orderRevision += 1;
  }

  #expectOrder(revision: string): void {
    if (revision === `${this.orderRevision}`) return;
    const message = "`issue.toml` was changed by another program since it was opened";
    throw new DeskFailure({ code: "changed-outside", message, hint: null, place: null });
  }

  #reorder(order: Order, at: number): { at: number; revision: string } {
    this.order = order;
    this.orderRevision += 1;
    return { at, revision: `${this.orderRevision}` };
  }

  #textOf(fix: FixView): string {
    const proposed = this.findings.some((finding) => JSON.stringify(finding.fix) === JSON.stringify(fix));
    const text = fix.slug === null ? undefined : this.texts.get(fix.slug);
    if (proposed && text !== undefined) return text;
    const message = `\`${fix.file}\` has changed since this was found`;
    throw new DeskFailure({ code: "stale-fix", message, hint: null, place: null });
  }

  async #layout(texts: Texts): Promise<PagesView> {
    if (this.delay > 0) await new Promise((done) => setTimeout(done, this.delay));
    return {
      pages: pagesOf(this.order, texts),
      findings: found(texts),
      fits: fitsOf(texts),
      settled: true,
      outdated: false,
      milliseconds: 14,
    };
  }
}
